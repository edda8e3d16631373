package io.genstage.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Refuses connections while it is away.
 */
final class FlakyDataSource extends DelegatingDataSource {

	private volatile boolean away;

	FlakyDataSource(DataSource dataSource) {
		super(dataSource);
	}

	void goAway() {
		this.away = true;
	}

	void comeBack() {
		this.away = false;
	}

	@Override
	public Connection getConnection() throws SQLException {
		if (this.away) {
			throw new SQLNonTransientConnectionException("refused", "08001");
		}
		return super.getConnection();
	}

}
