package io.genstage.jdbc;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Objects;

import javax.sql.DataSource;

import io.genstage.log.StageLog;
import io.genstage.source.SourceUnavailableException;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * The connection of a reader, which it keeps, and the lock of its link. All that is read
 * is read by this connection: where a server has the lock, it has it for as long as the
 * connection lasts, so that nothing is read any more without it. One thread uses it; any
 * thread may {@link #abort} it.
 */
final class LinkSession {

	private static final System.Logger logger = StageLog.of(LinkSession.class);

	private static final int PATIENCE_SECONDS = 5;

	private final Connection connection;

	private final LinkTable table;

	private final LinkLock lock;

	private LinkSession(Connection connection, LinkTable table, LinkLock lock) {
		this.connection = connection;
		this.table = table;
		this.lock = lock;
	}

	/**
	 * Takes a connection. It doesn't have the lock yet.
	 * @throws SourceUnavailableException if there is none for now
	 * @throws IllegalStateException if this database can't say who owns a link
	 */
	static LinkSession open(DataSource dataSource, String link) {
		Connection connection;
		try {
			connection = dataSource.getConnection();
		}
		catch (SQLException ex) {
			throw new SourceUnavailableException("a connection for the link '%s' can't be had".formatted(link), ex);
		}
		try {
			connection.setAutoCommit(true);
			SingleConnectionDataSource kept = new SingleConnectionDataSource(connection, true);
			JdbcAccess database = new JdbcAccess(kept);
			return new LinkSession(connection, new LinkTable(database, link), lock(database.dialect(), kept, link));
		}
		catch (SQLException | DataAccessException ex) {
			abort(connection);
			throw new SourceUnavailableException("the database of the link '%s' can't be reached".formatted(link), ex);
		}
		catch (RuntimeException ex) {
			abort(connection);
			throw ex;
		}
	}

	private static LinkLock lock(Dialect dialect, DataSource kept, String link) {
		JdbcTemplate jdbc = dialect.template(kept);
		return switch (dialect) {
			case POSTGRESQL -> SessionLinkLock.ofPostgres(jdbc, link);
			case MARIADB -> SessionLinkLock.ofMariaDb(jdbc, link);
			case H2 -> ofProcess(jdbc, "call database_path()", link);
			case SQLITE -> ofProcess(jdbc, "select file from pragma_database_list where name = 'main'", link);
		};
	}

	private static LinkLock ofProcess(JdbcTemplate jdbc, String question, String link) {
		String url = url(jdbc);
		if (url.startsWith("jdbc:h2:tcp:") || url.startsWith("jdbc:h2:ssl:")) {
			throw new IllegalStateException(
					"a server of H2 can't say who reads a link: open its file by jdbc:h2:file:, or use another database");
		}
		String path = jdbc.queryForObject(question, String.class);
		return (path != null && !path.isEmpty()) ? ProcessLinkLock.beside(Path.of(path), link)
				: ProcessLinkLock.inMemory(url, link);
	}

	private static String url(JdbcTemplate jdbc) {
		String url = jdbc.execute((Connection connection) -> {
			DatabaseMetaData data = connection.getMetaData();
			return data.getURL();
		});
		return Objects.requireNonNullElse(url, "").toLowerCase(Locale.ROOT);
	}

	LinkTable table() {
		return this.table;
	}

	/**
	 * Returns whether this owns its link, which it tries to do if nobody else does.
	 * @throws SourceUnavailableException if the database can't be asked for now
	 */
	boolean owns() {
		return JdbcAccess.reach("the table " + LinkTable.NAME, this.lock::take);
	}

	/** Returns whether the connection, and with it the lock, is still there. */
	boolean isAlive() {
		try {
			return this.connection.isValid(PATIENCE_SECONDS);
		}
		catch (SQLException ex) {
			return false;
		}
	}

	/** Gives the lock and the connection back. */
	void close() {
		if (released()) {
			close(this.connection);
		}
		else {
			// The lock ends with its session.
			abort(this.connection);
		}
	}

	/** Ends a connection that is broken, and asks it nothing. */
	void abandon() {
		abort(this.connection);
		released();
	}

	private boolean released() {
		try {
			this.lock.release();
			return true;
		}
		catch (DataAccessException ex) {
			logger.log(Level.DEBUG, "a link was not unlocked", ex);
			return false;
		}
	}

	/** Ends the connection, whatever it is about. Any thread may call this. */
	void abort() {
		abort(this.connection);
	}

	/** A connection that is of no use must not come back from a pool. */
	private static void abort(Connection connection) {
		try {
			connection.abort(Runnable::run);
		}
		catch (SQLException ex) {
			logger.log(Level.DEBUG, "a connection of a link was not aborted", ex);
		}
		close(connection);
	}

	private static void close(Connection connection) {
		try {
			connection.close();
		}
		catch (SQLException ex) {
			logger.log(Level.DEBUG, "a connection of a link was not closed", ex);
		}
	}

}
