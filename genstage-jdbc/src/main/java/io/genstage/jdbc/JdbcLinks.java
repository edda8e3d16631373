package io.genstage.jdbc;

import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.sql.DataSource;

import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkListener;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkProvider;
import io.genstage.link.LinkReader;
import io.genstage.link.LinkRecord;
import io.genstage.link.LinkWriter;
import io.genstage.log.StageLog;
import io.genstage.source.SourceUnavailableException;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Links in the table {@code genstage_link_event} of a database: events outlast the
 * process that has sent them. All links are in one table, by their destinations.
 *
 * <pre>{@code
 * JdbcLinks links = new JdbcLinks(dataSource);
 * LinkDefinition orders = LinkDefinition.of("orders");
 * system.start("orders-out", new LinkSender<>(links, orders, this::toMessage));
 * system.start("orders-in", new LinkReceiver(links, orders, LinkOptions.defaults()));
 * }</pre>
 *
 * <b>Sending.</b> A message is confirmed when its row is committed. What comes at about
 * the same time is written in one transaction. {@link #send} writes a message in the
 * transaction of the caller.
 * <p>
 * <b>Receiving.</b> One reader owns a link at a time, among all processes; the others
 * stand by and take over when it is closed or its process dies. The database decides who
 * that is, and no clock: a lock of the session at PostgreSQL and MariaDB, a locked file
 * beside a file of H2 or SQLite. A reader keeps one connection as long as it is open, and
 * has one thread, as a writer has. Rows are read from the oldest one on, and are deleted
 * when they are accepted. A message that waits for another attempt, by the clock of the
 * database, holds up those that were sent behind it with its key. How often a message was
 * delivered is counted when it has failed, so not if the process dies of it.
 * <p>
 * <b>Rejected messages</b> stay in the table with the status {@code REJECTED} until
 * somebody decides: {@link #rejected}, {@link #retryRejected}, {@link #removeRejected}.
 * <p>
 * A key has up to 200 characters, a destination 1 to 100; settings are not taken. Any
 * thread may call any method. There is nothing to close but the ends.
 */
public final class JdbcLinks implements LinkProvider {

	private static final System.Logger logger = StageLog.of(JdbcLinks.class);

	private static final int MAX_DESTINATION = 100;

	private static final int MAX_KEY = 200;

	private static final int MOST_LISTED = 1000;

	private static final int MOST_COUNTED = 10_000;

	private static final String CONSEQUENCE = "links can't be kept in the database";

	private static final String PROPERTY = "genstage.links-jdbc.initialize-schema";

	/** What a statement needs beside the payload, with the longest key and headers. */
	private static final long PACKET_REST = 64 * 1024;

	private final DataSource dataSource;

	private final int connections;

	private final JdbcAccess database;

	private final List<JdbcLinkReader> readers = new CopyOnWriteArrayList<>();

	private final AtomicBoolean checked = new AtomicBoolean();

	private final AtomicBoolean warned = new AtomicBoolean();

	private volatile boolean used;

	private volatile long mostBytes = Long.MAX_VALUE;

	/**
	 * Creates links in a database, which is needed when the first end is opened, and not
	 * before.
	 * @param dataSource has the table
	 */
	public JdbcLinks(DataSource dataSource) {
		this(dataSource, 0);
	}

	/**
	 * Creates links in a database whose connections are counted.
	 * @param dataSource has the table
	 * @param connections how many connections it has at most, 0 if that isn't known. It
	 * is logged as a warning when readers leave none of them to others
	 */
	public JdbcLinks(DataSource dataSource, int connections) {
		this.dataSource = Objects.requireNonNull(dataSource, "dataSource must not be null");
		this.connections = connections;
		this.database = new JdbcAccess(dataSource);
	}

	/**
	 * Returns how many connections the database has at most.
	 * @return their number, 0 if it isn't known
	 */
	public int connections() {
		return this.connections;
	}

	/**
	 * Returns whether the messages are in the database of a {@code DataSource}.
	 * @param other may have them
	 * @return whether it is the one of these links
	 */
	@SuppressWarnings("ReferenceEquality") // each has connections of its own
	public boolean isIn(DataSource other) {
		return this.dataSource == other;
	}

	@Override
	public String type() {
		return "jdbc";
	}

	/** Returns {@code true}: both are in the row of the message. */
	@Override
	public boolean keepsRetries() {
		return true;
	}

	@Override
	public void check(LinkDefinition link) {
		String unused = destination(link);
		this.used = true;
	}

	/**
	 * Looks whether the table is there and has all columns, and waits for the answer, up
	 * to 5 s if the table is locked. Whether it may be changed is looked when the first
	 * end is opened.
	 * @throws UnusableTablesException if it isn't or hasn't, with all that is wrong
	 * @throws SourceUnavailableException if the database can't be reached for now
	 * @throws IllegalStateException if the database is none of those that are supported
	 */
	public void checkTable() {
		this.database.checkColumns("the table " + LinkTable.NAME, CONSEQUENCE, "links", PROPERTY,
				Map.of(LinkTable.NAME, LinkTable.COLUMNS));
	}

	/**
	 * Returns whether an application has a link that this carries.
	 * @return whether one was {@linkplain #check(LinkDefinition) checked}
	 */
	public boolean isUsed() {
		return this.used;
	}

	@Override
	public LinkReader openReader(LinkDefinition link, LinkReader.Listener listener) {
		JdbcLinkReader reader = new JdbcLinkReader(this, destination(link), this.dataSource,
				Objects.requireNonNull(listener, "listener must not be null"));
		this.readers.add(reader);
		warnOfFewConnections();
		reader.start();
		return reader;
	}

	private void warnOfFewConnections() {
		int open = this.readers.size();
		if (this.connections > 0 && open >= this.connections && this.warned.compareAndSet(false, true)) {
			logger.log(Level.WARNING,
					() -> "%d readers of links keep a connection each, and the pool has %d: nothing is left to others; let it have more"
						.formatted(open, this.connections));
		}
	}

	@Override
	public LinkWriter openWriter(LinkDefinition link, LinkListener listener) {
		JdbcLinkWriter writer = new JdbcLinkWriter(this, destination(link), table(link),
				Objects.requireNonNull(listener, "listener must not be null"));
		writer.start();
		return writer;
	}

	/**
	 * Sends a message: writes its row in the transaction of the caller, so that it is
	 * sent if that is committed, and only then; without a transaction, at once.
	 * <p>
	 * Messages with the same key that are sent by transactions that overlap have no
	 * order.
	 * @param link the link
	 * @param message the message
	 * @throws IllegalArgumentException if the key is too long, or holds what not each
	 * database keeps
	 * @throws org.springframework.dao.DataAccessException if its row can't be written
	 * @throws org.springframework.transaction.TransactionException if there is no
	 * transaction and none can be begun or ended
	 */
	public void send(LinkDefinition link, LinkMessage message) {
		check(Objects.requireNonNull(message, "message must not be null"));
		table(link).insertWithCaller(message);
		if (TransactionSynchronizationManager.isSynchronizationActive()) {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					wakeReaders(link.destination());
				}

			});
		}
		else {
			wakeReaders(link.destination());
		}
	}

	/**
	 * Returns messages that were rejected, each of which was logged as an error, in the
	 * order in which they were sent.
	 * @param link the link
	 * @param behind the {@linkplain RejectedMessage#id() number} of the last one that is
	 * known already, 0 for none
	 * @param max how many at most, from 1 to 1,000
	 * @return the messages, at least one if there are any; fewer than that many if there
	 * are no more, or if they are large
	 * @throws SourceUnavailableException if the database can't be reached for now
	 * @throws IllegalStateException if the table can't be used
	 */
	public List<RejectedMessage> rejected(LinkDefinition link, long behind, int max) {
		if (max < 1 || max > MOST_LISTED) {
			throw new IllegalArgumentException("max must be from 1 to %d, was %d".formatted(MOST_LISTED, max));
		}
		return table(link).rejected(behind, max);
	}

	/**
	 * Counts the rejected messages of a link, in the database.
	 * @param link the link
	 * @return their number; 10,000 stands for 10,000 and more
	 * @throws SourceUnavailableException if the database can't be reached for now
	 * @throws IllegalStateException if the table can't be used
	 */
	public int countRejected(LinkDefinition link) {
		return table(link).countRejected(MOST_COUNTED);
	}

	/**
	 * Lets rejected messages be delivered again, with all their attempts. One with a key
	 * has its old place in the order of its key.
	 * @param link the link
	 * @param ids the {@linkplain RejectedMessage#id() numbers} of the messages
	 * @return how many of them were rejected
	 * @throws SourceUnavailableException if the database can't be reached for now
	 * @throws IllegalStateException if the table can't be used
	 */
	public int retryRejected(LinkDefinition link, Collection<Long> ids) {
		int retried = table(link).retryRejected(ids);
		wakeReaders(link.destination());
		return retried;
	}

	/**
	 * Deletes rejected messages.
	 * @param link the link
	 * @param ids the {@linkplain RejectedMessage#id() numbers} of the messages
	 * @return how many of them were rejected
	 * @throws SourceUnavailableException if the database can't be reached for now
	 * @throws IllegalStateException if the table can't be used
	 */
	public int removeRejected(LinkDefinition link, Collection<Long> ids) {
		return table(link).removeRejected(ids);
	}

	private LinkTable table(LinkDefinition link) {
		return new LinkTable(this.database, destination(link));
	}

	private static String destination(LinkDefinition link) {
		if (!link.settings().isEmpty()) {
			throw new IllegalArgumentException("link '%s' has settings that a link in a database doesn't know: %s"
				.formatted(link.name(), Set.copyOf(link.settings().keySet())));
		}
		String destination = link.destination();
		if (destination.length() > MAX_DESTINATION || !ColumnText.isStorable(destination)) {
			throw new IllegalArgumentException(
					"the destination of link '%s' must have up to %d characters that each database keeps, but has %d"
						.formatted(link.name(), MAX_DESTINATION, destination.length()));
		}
		return destination;
	}

	// For the ends

	/**
	 * Looks whether a message can be a row, before it keeps others from being written.
	 */
	void check(LinkMessage message) {
		String key = message.key();
		if (key != null && (key.length() > MAX_KEY || !ColumnText.isStorable(key))) {
			throw new IllegalArgumentException(
					"the key of a message must have up to %d characters that each database keeps, but has %d"
						.formatted(MAX_KEY, key.length()));
		}
		byte[] payload = message.payload();
		if (payload != null && payload.length > this.mostBytes) {
			throw new IllegalArgumentException("a message may have up to %d bytes in this database, but has %d"
				.formatted(this.mostBytes, payload.length));
		}
	}

	void wakeReaders(String destination) {
		this.readers.stream()
			.filter((reader) -> reader.destination().equals(destination))
			.forEach(JdbcLinkReader::wake);
	}

	void left(JdbcLinkReader reader) {
		this.readers.remove(reader);
	}

	// For handlers that settle in their transaction

	DataSource dataSource() {
		return this.dataSource;
	}

	/**
	 * Removes rows in the transaction of the caller.
	 * @return whether all of them were there
	 */
	boolean removeAll(List<Long> ids) {
		return ids.isEmpty() || LinkTable.removeAllWithCaller(this.database, ids);
	}

	/**
	 * Removes those rows that are there, in the transaction of the caller.
	 * @return the numbers of those
	 */
	Set<Long> removeEach(List<Long> ids) {
		return LinkTable.removeEachWithCaller(this.database, ids);
	}

	/** The transaction is committed that has removed the rows of these deliveries. */
	void removed(List<LinkRecord> records) {
		this.readers.forEach((reader) -> reader.removed(records));
	}

	/**
	 * Looks, once, whether the table is there and may be changed, and whether the
	 * database keeps what is committed.
	 * @throws SourceUnavailableException if the database can't be reached for now
	 * @throws IllegalStateException if the table can't be used
	 */
	void check() {
		if (this.checked.get()) {
			return;
		}
		JdbcAccess.reach("the table " + LinkTable.NAME, () -> {
			check(this.database.dialect());
			return null;
		});
		this.checked.set(true);
	}

	private void check(Dialect dialect) {
		JdbcTemplate jdbc = dialect.template(this.dataSource);
		TableCheck tables = this.database.tableCheck("links", PROPERTY);
		if (tables.hasColumns(LinkTable.NAME, LinkTable.COLUMNS)) {
			tables.canInsert(LinkTable.NAME, LinkTable.COLUMNS);
			tables.canUpdate(LinkTable.NAME, "attempts");
			tables.canDelete(LinkTable.NAME);
		}
		tables.finish(CONSEQUENCE);
		if (dialect == Dialect.MARIADB) {
			Long packet = jdbc.queryForObject("select @@max_allowed_packet", Long.class);
			this.mostBytes = (packet != null) ? packet - PACKET_REST : Long.MAX_VALUE;
		}
		if (dialect == Dialect.H2 && loses(jdbc)) {
			logger.log(Level.WARNING,
					"H2 writes a commit up to half a second later, so a crash of this process loses confirmed messages of links: add ;WRITE_DELAY=0 to the URL");
		}
	}

	/** In memory it says that it doesn't delay. What its URL says is another row. */
	private static boolean loses(JdbcTemplate jdbc) {
		Integer delay = jdbc.queryForObject(
				"select max(cast(setting_value as integer)) from information_schema.settings where setting_name = 'WRITE_DELAY'",
				Integer.class);
		return delay != null && delay > 0;
	}

	/**
	 * A message that is not delivered any more.
	 *
	 * @param id its number, by which it can be tried again or removed
	 * @param message the message
	 * @param attempts how often it was delivered, as far as it has failed
	 * @param reason why it was rejected, without data of the message
	 * @param sentAt when it was sent, by the clock of the database
	 */
	public record RejectedMessage(long id, LinkMessage message, int attempts, String reason, Instant sentAt) {
	}

}
