package io.genstage.jdbc;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import javax.sql.DataSource;

import io.genstage.jdbc.PositionCodecs.Text;
import io.genstage.source.ProgressStore;
import io.genstage.source.SourceUnavailableException;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Keeps positions in the table {@code genstage_progress}, one row for each application
 * and name, so that they outlast the application.
 * <p>
 * Who loads a position takes its row over: from then on nobody who has loaded it earlier
 * can save there. So an instance that is started while another one still reads under the
 * same name goes on from what that one has saved last, and that one reports that its
 * progress can't be saved, instead of moving the position back. So does a source of the
 * same application that has the same name by mistake. Both handle the same events
 * meanwhile: a source is to be read by one instance at a time.
 * <p>
 * Positions may be of the types {@link String}, {@link Long}, {@link Integer},
 * {@link java.util.UUID}, {@link java.time.Instant},
 * {@link io.genstage.source.LinePosition} and {@link TablePosition}, and of those of
 * other {@linkplain PositionCodec codecs}. Any thread may use it. It takes a connection
 * for each call, in a transaction of its own.
 *
 * @param <P> the type of the positions
 */
public final class JdbcProgressStore<P> implements ProgressStore<P> {

	/**
	 * The most characters of a position as text.
	 */
	public static final int MAX_POSITION = 1000;

	private static final String NAME = "genstage_progress";

	private static final String COLUMNS = "application, name, reader, position_type, saved_position, saved_at";

	private static final String PROPERTY = "genstage.progress.jdbc.initialize-schema";

	private static final String WHAT = "the table " + NAME;

	private static final String ROW = " where application = ? and name = ?";

	private final JdbcAccess database;

	private final String application;

	private final PositionCodecs codecs;

	/** For those who call the store itself. */
	private final Reader own = new Reader();

	/**
	 * Creates a store of positions of the built-in types.
	 * @param dataSource has the table
	 * @param application whose positions these are, up to 100 characters
	 */
	public JdbcProgressStore(DataSource dataSource, String application) {
		this(dataSource, application, List.of());
	}

	/**
	 * Creates a store.
	 * @param dataSource has the table
	 * @param application whose positions these are, up to 100 characters
	 * @param codecs are used beside the built-in ones, and in the place of those of the
	 * same type
	 */
	public JdbcProgressStore(DataSource dataSource, String application, Collection<? extends PositionCodec<?>> codecs) {
		this.database = new JdbcAccess(dataSource);
		this.application = Objects.requireNonNull(application, "application must not be null");
		this.codecs = new PositionCodecs(codecs);
	}

	/**
	 * Looks whether the table is there and has all columns, and waits for the answer, up
	 * to 5 s if the table is locked.
	 * @throws UnusableTablesException if it isn't or hasn't, with all that is wrong
	 * @throws SourceUnavailableException if the database can't be reached for now
	 * @throws IllegalStateException if the database is none of those that are supported
	 */
	public void checkTable() {
		this.database.checkColumns(WHAT, "positions of sources can't be kept in the database", "progress", PROPERTY,
				Map.of(NAME, COLUMNS));
	}

	/**
	 * Loads a position and takes its row over.
	 * @throws SourceUnavailableException if the database can't be reached for now
	 * @throws IllegalStateException if the table can't be used
	 * @throws IllegalArgumentException if what is saved can't be read
	 */
	@Override
	public @Nullable P load(String name) {
		return this.own.load(name);
	}

	private Taken take(String name) {
		Taken taken = this.database.inOwnTransaction((jdbc) -> takeRow(jdbc, name));
		while (taken == null) {
			insert(name);
			taken = this.database.inOwnTransaction((jdbc) -> takeRow(jdbc, name));
		}
		return taken;
	}

	/** Returns null if there is no row. The update locks it until the end. */
	private @Nullable Taken takeRow(JdbcTemplate jdbc, String name) {
		int rows = jdbc.update("update genstage_progress set reader = reader + 1" + ROW, this.application, name);
		return (rows == 0) ? null : jdbc.queryForObject(
				"select reader, position_type, saved_position from genstage_progress" + ROW, (row, number) -> {
					String type = row.getString("position_type");
					String position = row.getString("saved_position");
					return new Taken(row.getLong("reader"),
							(type != null && position != null) ? new Text(type, position) : null);
				}, this.application, name);
	}

	private void insert(String name) {
		try {
			this.database.inOwnTransaction(
					(jdbc) -> jdbc.update("insert into genstage_progress (application, name, reader) values (?, ?, 0)",
							this.application, name));
		}
		catch (DuplicateKeyException ex) {
			// Somebody else was faster, and the row is there.
		}
	}

	/**
	 * Saves a position.
	 * @throws OptimisticLockingFailureException if somebody else has loaded the position
	 * of this name since, or has deleted it
	 * @throws SourceUnavailableException if the database can't be reached for now
	 * @throws IllegalStateException if the table can't be used, or nothing was loaded
	 * under this name
	 * @throws IllegalArgumentException if there is no codec for the position, or its text
	 * is too long
	 */
	@Override
	public void save(String name, P position) {
		this.own.save(name, position);
	}

	/**
	 * Returns this store for one run of a source, from which a row can be taken over by
	 * another run in the same application, too.
	 */
	@Override
	public ProgressStore<P> reader() {
		return new Reader();
	}

	/**
	 * Who takes rows over, and saves as long as nobody else does.
	 */
	private final class Reader implements ProgressStore<P> {

		/** Under which number it may save, by name. */
		private final Map<String, Long> numbers = new ConcurrentHashMap<>();

		@Override
		@SuppressWarnings("unchecked") // what was saved under this name
		public @Nullable P load(String name) {
			Taken taken = JdbcAccess.reach(WHAT, () -> take(name));
			this.numbers.put(name, taken.reader());
			return (taken.text() != null) ? (P) JdbcProgressStore.this.codecs.read(taken.text()) : null;
		}

		@Override
		public void save(String name, P position) {
			Long reader = this.numbers.get(name);
			if (reader == null) {
				throw new IllegalStateException(
						"the position of '%s' must be loaded before one is saved".formatted(name));
			}
			Text text = JdbcProgressStore.this.codecs.write(position);
			if (text.position().length() > MAX_POSITION) {
				throw new IllegalArgumentException(
						"expected a position of at most %d characters, but '%s' has one of %d".formatted(MAX_POSITION,
								name, text.position().length()));
			}
			int rows = JdbcAccess
				.reach(WHAT, () -> JdbcProgressStore.this.database.inOwnTransaction((jdbc) -> jdbc.update(
						"update genstage_progress set position_type = ?, saved_position = ?, saved_at = current_timestamp"
								+ ROW + " and reader = ?",
						text.type(), text.position(), JdbcProgressStore.this.application, name, reader)));
			if (rows == 0) {
				throw new OptimisticLockingFailureException(
						"the progress of '%s' of application '%s' was taken over by another reader, or deleted: is the same source read by two instances, or have two sources the same name?"
							.formatted(name, JdbcProgressStore.this.application));
			}
		}

	}

	/**
	 * A row that was taken over.
	 *
	 * @param reader under which number to save
	 * @param text the position, {@code null} if none was saved
	 */
	private record Taken(long reader, @Nullable Text text) {
	}

}
