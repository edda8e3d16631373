package io.genstage.jdbc;

import java.lang.System.Logger.Level;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import io.genstage.log.StageLog;
import io.genstage.source.CheckpointedSource;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.RowMapper;

/**
 * The rows of a table as a source that goes on from a saved position: in the order of
 * their keys, which are integral numbers, page by page as they are wanted.
 *
 * <pre>{@code
 * JdbcTable<Order> rows = JdbcTable.of(dataSource, "orders", mapper).settledAfter("created_at", Duration.ofMinutes(1));
 * CheckpointedProducer<TablePosition, Order> orders = Sources.checkpointed(rows, progress, "orders");
 * }</pre>
 *
 * Each row comes once it is there, and not again when it is changed. Keys of rows become
 * visible when the transactions that have written them are committed, which is not in the
 * order of the keys: a row whose transaction takes longer appears in front of rows that
 * were read already, and would never be seen. So it has to be said what keeps that from
 * happening, by the {@linkplain Reading method} that makes the source.
 * <p>
 * A row that can't be mapped is passed over and {@linkplain Reading#onUnreadable
 * reported}; the others are read. Each page takes a connection for the time of a query,
 * and none is held while events are handled. The source is read again, after a growing
 * pause, when the database can't be reached. It is to be read by one stage.
 *
 * @param <E> the type of the events
 */
public final class JdbcTable<E> implements CheckpointedSource<TablePosition, E> {

	private static final System.Logger logger = StageLog.of(JdbcTable.class);

	private final Reading<E> reading;

	private final RowOrder order;

	private final boolean counted;

	private final JdbcAccess database;

	/** Behind which position there are rows without an event, and up to which one. */
	private volatile @Nullable PassedOver passedOver;

	/** The last row that was reported as unreadable. */
	private volatile @Nullable TablePosition reported;

	private JdbcTable(Reading<E> reading, RowOrder order) {
		this(reading, order, false);
	}

	private JdbcTable(Reading<E> reading, RowOrder order, boolean counted) {
		this.counted = counted;
		this.reading = reading;
		this.order = order;
		this.database = new JdbcAccess(reading.dataSource);
	}

	/**
	 * Begins to describe a source.
	 * @param dataSource has the table
	 * @param table the name of the table, perhaps with that of its schema; letters,
	 * digits and underscores
	 * @param mapper makes an event of a row; {@code null} if there is no event for this
	 * row, which is passed over then. Called beside the stage. It should read what it
	 * needs and do nothing else
	 * @param <E> the type of the events
	 * @return what is known so far
	 */
	public static <E> Reading<E> of(DataSource dataSource, String table, RowMapper<? extends @Nullable E> mapper) {
		Objects.requireNonNull(dataSource, "dataSource must not be null");
		Objects.requireNonNull(mapper, "mapper must not be null");
		return new Reading<>(dataSource, Reading.checkedName(table), mapper, "id", 1000, JdbcTable::log);
	}

	private static void log(TablePosition position, Exception failure) {
		// The message of the failure may hold data of the row.
		logger.log(Level.ERROR, () -> "the row at %s can't be made an event, and is passed over: %s".formatted(position,
				failure.getClass().getName()));
	}

	/**
	 * Returns the same source with a total, of which
	 * {@linkplain io.genstage.source.CheckpointedProducer#progress() progress} is shown:
	 * the rows behind the saved position, counted once at each start. That takes a query
	 * that may read the whole index of the key. Rows that are passed over count, too, and
	 * those that are written later don't: so progress may end below the total, or go
	 * beyond it.
	 * @return the changed source
	 */
	public JdbcTable<E> counted() {
		return new JdbcTable<>(this.reading, this.order, true);
	}

	/**
	 * Counts the rows behind a position, if it is {@linkplain #counted() to}.
	 * @throws io.genstage.source.SourceUnavailableException if the database can't be
	 * reached for now
	 * @throws IllegalStateException if the table can't be used
	 */
	@Override
	public @Nullable Extent<TablePosition> extent(@Nullable TablePosition position) {
		if (!this.counted) {
			return null;
		}
		return JdbcAccess.reach("the table " + this.reading.table, () -> Extent.ofElements(count(position)));
	}

	private long count(@Nullable TablePosition position) {
		RowOrder.Query query = this.order.count(this.database.dialect(), this.reading.table, this.reading.key,
				position);
		return this.database.inOwnTransaction((jdbc) -> Objects.requireNonNull(
				jdbc.queryForObject(query.sql(), Long.class, query.parameters().toArray()), "a count is a number"));
	}

	/**
	 * Reads rows.
	 * @throws io.genstage.source.SourceUnavailableException if the database can't be
	 * reached for now
	 * @throws IllegalStateException if the table can't be used
	 */
	@Override
	public Page<TablePosition, E> read(@Nullable TablePosition position, int max) {
		int limit = Math.min(max, this.reading.pageSize);
		List<Element<TablePosition, E>> elements = new ArrayList<>();
		TablePosition from = start(position);
		List<Row<E>> rows;
		do {
			TablePosition behind = from;
			rows = JdbcAccess.reach("the table " + this.reading.table, () -> query(behind, limit));
			for (Row<E> row : rows) {
				take(row, elements);
				from = row.position();
			}
		}
		while (elements.isEmpty() && rows.size() == limit);
		TablePosition last = elements.isEmpty() ? position : elements.get(elements.size() - 1).position();
		if (from != null && !from.equals(last)) {
			this.passedOver = new PassedOver(last, from);
		}
		return Page.of(elements);
	}

	private @Nullable TablePosition start(@Nullable TablePosition position) {
		PassedOver known = this.passedOver;
		return (known != null && Objects.equals(known.behind(), position)) ? known.upTo() : position;
	}

	private void take(Row<E> row, List<Element<TablePosition, E>> elements) {
		TablePosition lastReported = this.reported;
		if (row.event() != null) {
			elements.add(new Element<>(row.position(), row.event()));
		}
		else if (row.failure() != null && (lastReported == null || row.position().compareTo(lastReported) > 0)) {
			this.reported = row.position();
			this.reading.unreadable.accept(row.position(), row.failure());
		}
	}

	private List<Row<E>> query(@Nullable TablePosition from, int limit) {
		RowOrder.Query query = this.order.query(this.database.dialect(), this.reading.table, this.reading.key, from,
				limit);
		return this.database.inOwnTransaction((jdbc) -> jdbc.query(query.sql(), (rows) -> {
			List<Row<E>> page = new ArrayList<>();
			while (rows.next() && this.order.isSettled(rows)) {
				page.add(row(rows, page.size()));
			}
			return page;
		}, query.parameters().toArray()));
	}

	private Row<E> row(ResultSet rows, int number) throws SQLException {
		TablePosition position = this.order.position(rows, this.reading.key);
		try {
			return new Row<>(position, this.reading.mapper.mapRow(rows, number), null);
		}
		catch (SQLException ex) {
			throwIfPassing(ex);
			return new Row<>(position, null, ex);
		}
		catch (DataAccessException ex) {
			if (JdbcAccess.isPassing(ex)) {
				throw ex;
			}
			return new Row<>(position, null, ex);
		}
		catch (RuntimeException ex) {
			return new Row<>(position, null, ex);
		}
	}

	/** A lost connection is not the fault of the row. */
	private void throwIfPassing(SQLException failure) throws SQLException {
		if (this.database.isPassing(failure)) {
			throw failure;
		}
	}

	/**
	 * A source that is being described. It ends with a word on the order in which rows
	 * are written: {@link #writtenInOrder}, {@link #settledAfter} or
	 * {@link #inTransactionOrder}. Immutable.
	 *
	 * @param <E> the type of the events
	 */
	public static final class Reading<E> {

		private static final Pattern NAME = Pattern
			.compile("[\\p{L}_][\\p{L}\\p{N}_$]*(\\.[\\p{L}_][\\p{L}\\p{N}_$]*)*");

		private static final int MAX_PAGE_SIZE = 10_000;

		private final DataSource dataSource;

		private final String table;

		private final RowMapper<? extends @Nullable E> mapper;

		private final String key;

		private final int pageSize;

		private final BiConsumer<TablePosition, Exception> unreadable;

		private Reading(DataSource dataSource, String table, RowMapper<? extends @Nullable E> mapper, String key,
				int pageSize, BiConsumer<TablePosition, Exception> unreadable) {
			this.dataSource = dataSource;
			this.table = table;
			this.mapper = mapper;
			this.key = key;
			this.pageSize = pageSize;
			this.unreadable = unreadable;
		}

		private static String checkedName(String name) {
			if (!NAME.matcher(name).matches()) {
				throw new IllegalArgumentException(
						"expected the name of a table or column, of letters, digits and underscores, but got '%s'"
							.formatted(StageLog.describe(name)));
			}
			return name;
		}

		/**
		 * Says which column has the key.
		 * @param column the name of a column of integral numbers, unique and not null,
		 * that grow from row to row; with an index. {@code id} by default
		 * @return the changed description
		 */
		public Reading<E> key(String column) {
			return new Reading<>(this.dataSource, this.table, this.mapper, checkedName(column), this.pageSize,
					this.unreadable);
		}

		/**
		 * Bounds the rows of one page, for large rows: so many are held in memory at
		 * once, beside those that are being handled.
		 * @param rows from 1 to 10,000 (default 1,000)
		 * @return the changed description
		 */
		public Reading<E> pageSize(int rows) {
			if (rows < 1 || rows > MAX_PAGE_SIZE) {
				throw new IllegalArgumentException(
						"pageSize must be from 1 to %d, was %d".formatted(MAX_PAGE_SIZE, rows));
			}
			return new Reading<>(this.dataSource, this.table, this.mapper, this.key, rows, this.unreadable);
		}

		/**
		 * Says what is done about a row for which the mapper throws: it is passed over,
		 * also by the saved position, and others are read. By default it is logged by its
		 * position and the type of the failure.
		 * @param handler called with the position and what was thrown, once for each row
		 * in a run of the application, beside the stage. What it throws stops the stage
		 * @return the changed description
		 */
		public Reading<E> onUnreadable(BiConsumer<TablePosition, Exception> handler) {
			return new Reading<>(this.dataSource, this.table, this.mapper, this.key, this.pageSize,
					Objects.requireNonNull(handler, "handler must not be null"));
		}

		/**
		 * Relies on rows becoming visible in the order of their keys: there is one
		 * writer, which commits a row before it writes the next one, or each row is
		 * written under a lock; or the table doesn't grow any more. With several writers
		 * at once <em>rows are lost</em>.
		 * @return the source
		 */
		public JdbcTable<E> writtenInOrder() {
			return new JdbcTable<>(this, RowOrder.byKey());
		}

		/**
		 * Reads a row, and those with larger keys, once it is older than any transaction
		 * that writes to the table may last. A transaction that lasts longer, or commits
		 * rows with older times, may lose its rows. The clock is that of the database.
		 * @param column when the row was written, by the clock of the database: a column
		 * with a default of {@code current_timestamp}, with its time zone where there is
		 * one
		 * @param age how old a row is to be, from 1 ms to 1 day: at least the longest
		 * transaction. So much later than it is written each row is read
		 * @return the source
		 */
		public JdbcTable<E> settledAfter(String column, Duration age) {
			if (age.toMillis() < 1 || age.compareTo(Duration.ofDays(1)) > 0) {
				throw new IllegalArgumentException("age must be from 1 ms to 1 day, was " + age);
			}
			return new JdbcTable<>(this, RowOrder.settledAfter(checkedName(column), age));
		}

		/**
		 * Reads rows in the order of the transactions that have written them, up to the
		 * oldest one that is still open: no row can appear in front of these. For
		 * PostgreSQL from 13 on. A transaction that is open for long, anywhere in the
		 * server, holds the source up as long; nothing is lost by it.
		 * @param column the number of the transaction: a column
		 * {@code xid8 not null default pg_current_xact_id()}, the first one of an index
		 * whose second column is the key. Numbers of another server mean nothing: a table
		 * that is moved to one needs new ones, and the saved position is to be deleted
		 * @return the source
		 */
		public JdbcTable<E> inTransactionOrder(String column) {
			return new JdbcTable<>(this, RowOrder.ofTransactions(checkedName(column)));
		}

	}

	/**
	 * A row that was read.
	 *
	 * @param position where it is
	 * @param event its event, if there is one
	 * @param failure why there is none, if the mapper has thrown
	 * @param <E> the type of the event
	 */
	private record Row<E>(TablePosition position, @Nullable E event, @Nullable Exception failure) {
	}

	/**
	 * Rows without events, behind which to read on.
	 *
	 * @param behind the position in front of them, {@code null} for the beginning
	 * @param upTo the last one
	 */
	private record PassedOver(@Nullable TablePosition behind, TablePosition upTo) {
	}

}
