package io.genstage.sample.switchboard;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * The database, as long as it is not switched off. What has got its connection before
 * that may finish its work.
 */
final class SwitchedDatabase extends DelegatingDataSource {

	private final Switchboard switches;

	SwitchedDatabase(DataSource database, Switchboard switches) {
		super(database);
		this.switches = switches;
	}

	@Override
	public Connection getConnection() throws SQLException {
		refuseIfAway();
		return super.getConnection();
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		refuseIfAway();
		return super.getConnection(username, password);
	}

	private void refuseIfAway() throws SQLException {
		if (this.switches.isOn(Switch.DATABASE_AWAY)) {
			throw new SQLTransientConnectionException("the database is switched off on the start page");
		}
	}

}
