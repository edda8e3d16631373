package io.genstage.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * A way to a database that can be cut: open connections break, and there are no new ones.
 */
final class CutDataSource extends DelegatingDataSource {

	private final ReentrantLock lock = new ReentrantLock();

	private final Set<Connection> open = new HashSet<>();

	private boolean cut;

	CutDataSource(DataSource dataSource) {
		super(dataSource);
	}

	void cut() {
		this.lock.lock();
		try {
			this.cut = true;
			for (Connection connection : this.open) {
				connection.close();
			}
			this.open.clear();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	void restore() {
		this.lock.lock();
		try {
			this.cut = false;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns how many connections are open. */
	int open() {
		this.lock.lock();
		try {
			this.open.removeIf(CutDataSource::isClosed);
			return this.open.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public Connection getConnection() throws SQLException {
		this.lock.lock();
		try {
			if (this.cut) {
				throw new SQLNonTransientConnectionException("cut", "08001");
			}
			Connection connection = super.getConnection();
			this.open.removeIf(CutDataSource::isClosed);
			this.open.add(connection);
			return connection;
		}
		finally {
			this.lock.unlock();
		}
	}

	private static boolean isClosed(Connection connection) {
		try {
			return connection.isClosed();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
