package io.genstage.jdbc;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;

import javax.sql.DataSource;

import io.genstage.CallScope;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkReceiver;
import io.genstage.link.LinkReceiver.Received;
import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.PlatformTransactionManager;

/**
 * Lets a handler write to a database once for each event, though the engine of a link may
 * deliver it more often: each call is a transaction, in which the ids of its events are
 * added to the table {@code genstage_seen}. It is for a blocking consumer directly behind
 * links of any type, such as {@code kafka}, whose messages have the header
 * {@link LinkMessage#EVENT_ID}. For a link in the same database {@link JdbcInbox} does
 * this without a table of its own.
 *
 * <pre>{@code
 * JdbcSeen seen = new JdbcSeen(dataSource, transactionManager, JdbcSeenOptions.of("shop"));
 * system.start("book", booking, StageOptions.defaults().withFailure(policy).withScope(seen));
 * }</pre>
 *
 * The ids are added before the handler is called, on its thread. One that is there
 * already was handled before: its event is skipped, which is done for the engine, and the
 * handler doesn't get it. While another process, or another thread, has added the same id
 * and has not committed it, this one waits, and handles the event only if the other one
 * has rolled back. When the handler has failed, or the transaction can't be committed,
 * all of the call is rolled back, with its ids, so that another attempt is none too many.
 * <p>
 * The handler takes part with what it does by the same {@link DataSource} on its thread,
 * by a {@code JdbcTemplate} or with {@code @Transactional}. What it does elsewhere, or in
 * a transaction of its own, is not undone, and may be repeated.
 * <p>
 * An id is remembered for a time, by the clock of the database; an event that comes again
 * later is handled again. Expired ids are removed on the threads of handlers, after a
 * commit and in portions, in a transaction of its own. An event without an id is handled
 * whenever it comes, in a transaction, which is logged as a warning, once for each link;
 * so is one that comes from no link, such as that of a dead letter that is replayed, but
 * without a warning.
 */
public final class JdbcSeen implements CallScope {

	private static final System.Logger logger = StageLog.of(JdbcSeen.class);

	private final JdbcSeenOptions options;

	private final ClaimingTransactions transactions;

	private final ObjLongConsumer<String> repeated;

	private final SeenTable table;

	private final ExpiredIds expired;

	/** The names of links that have events without an id. */
	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	/**
	 * Creates what recognizes events. The database is needed when the first event is
	 * handled, and not before.
	 * @param dataSource has the table
	 * @param transactions opens the transactions that the handlers take part in
	 * @param options whose events these are, and how long they are remembered
	 * @throws IllegalArgumentException if the transactions are known to be those of
	 * another {@code DataSource}
	 */
	public JdbcSeen(DataSource dataSource, PlatformTransactionManager transactions, JdbcSeenOptions options) {
		this(dataSource, transactions, options, (link, events) -> {
		});
	}

	/**
	 * Creates what recognizes events, and counts those that came again.
	 * @param dataSource has the table
	 * @param transactions opens the transactions that the handlers take part in
	 * @param options whose events these are, and how long they are remembered
	 * @param repeated gets the name of a link, and how many of its events were left out
	 * of a call, on the thread of the handler when the call is committed. It must not
	 * throw
	 * @throws IllegalArgumentException if the transactions are known to be those of
	 * another {@code DataSource}
	 */
	public JdbcSeen(DataSource dataSource, PlatformTransactionManager transactions, JdbcSeenOptions options,
			ObjLongConsumer<String> repeated) {
		this(dataSource, transactions, options, repeated, System::nanoTime);
	}

	JdbcSeen(DataSource dataSource, PlatformTransactionManager transactions, JdbcSeenOptions options,
			ObjLongConsumer<String> repeated, LongSupplier nanoTime) {
		this.options = Objects.requireNonNull(options, "options must not be null");
		this.repeated = Objects.requireNonNull(repeated, "repeated must not be null");
		this.transactions = new ClaimingTransactions(dataSource, transactions, "table genstage_seen");
		this.table = new SeenTable(dataSource, options.application());
		this.expired = new ExpiredIds(this.table, nanoTime);
	}

	/**
	 * Looks whether the table is there and has all columns, and waits for the answer, up
	 * to 5 s if the table is locked.
	 * @throws UnusableTablesException if it isn't or hasn't, with all that is wrong
	 * @throws io.genstage.source.SourceUnavailableException if the database can't be
	 * reached for now
	 * @throws IllegalStateException if the database is none of those that are supported
	 */
	public void checkTable() {
		this.table.check("genstage.links-seen.initialize-schema");
	}

	/**
	 * Calls a handler in a transaction.
	 * @throws IllegalStateException if the transaction has no connection of the
	 * {@code DataSource}
	 * @throws org.springframework.transaction.TransactionException if the transaction
	 * can't be begun or ended
	 * @throws org.springframework.dao.DataAccessException if the ids can't be added
	 */
	@Override
	public void surround(List<?> events, Call call) throws Exception {
		List<@Nullable String> links = new ArrayList<>(events.size());
		List<@Nullable SeenId> ids = new ArrayList<>(events.size());
		for (Object event : events) {
			Received received = LinkReceiver.received(event);
			links.add((received != null) ? received.link().name() : null);
			ids.add((received != null) ? id(received) : null);
		}
		ClaimedEvents<SeenId> claimed = new ClaimedEvents<>(events, ids);
		BitSet leftOut = this.transactions.call(claimed, this.table, call);
		claimed.skip(leftOut);
		leftOut.stream().forEach((place) -> this.repeated.accept(Objects.requireNonNull(links.get(place)), 1));
		this.expired.added(events.size() - leftOut.cardinality());
	}

	private @Nullable SeenId id(Received received) {
		String link = received.link().name();
		String id = received.record().message().headers().get(LinkMessage.EVENT_ID);
		if (id != null && !id.isBlank()) {
			return new SeenId(link, id, this.options.keepForOf(link));
		}
		if (this.warned.add(link)) {
			logger.log(Level.WARNING,
					() -> "Messages of the link '%s' have no header %s: those without one are handled whenever they come"
						.formatted(link, LinkMessage.EVENT_ID));
		}
		return null;
	}

}
