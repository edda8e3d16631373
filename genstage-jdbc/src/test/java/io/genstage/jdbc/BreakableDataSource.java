package io.genstage.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * A way to a database that can be away.
 */
final class BreakableDataSource extends DelegatingDataSource {

	private volatile boolean away;

	BreakableDataSource(DataSource target) {
		super(target);
	}

	void isAway(boolean away) {
		this.away = away;
	}

	@Override
	public Connection getConnection() throws SQLException {
		if (this.away) {
			throw new SQLTransientConnectionException("the database is away");
		}
		return super.getConnection();
	}

}
