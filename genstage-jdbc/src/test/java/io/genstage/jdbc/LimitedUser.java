package io.genstage.jdbc;

import java.util.UUID;

import javax.sql.DataSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * A user of a database of PostgreSQL or MariaDB who may do little.
 */
final class LimitedUser {

	private static final String PASSWORD = "secret";

	private final String url;

	private final JdbcTemplate administrator;

	private final String name = "u" + UUID.randomUUID().toString().replace("-", "").substring(0, 20);

	/**
	 * Creates a user who may do nothing yet.
	 * @param url of the database, with a user who may do everything
	 * @param administrator does so
	 */
	LimitedUser(String url, JdbcTemplate administrator) {
		this.url = url;
		this.administrator = administrator;
		administrator.execute("create user %s %s '%s'".formatted(this.name,
				url.startsWith("jdbc:postgresql:") ? "password" : "identified by", PASSWORD));
	}

	LimitedUser grant(String rights, String table) {
		this.administrator.execute("grant %s on %s to %s".formatted(rights, table, this.name));
		return this;
	}

	/** Returns the database as this user sees it. */
	DataSource dataSource() {
		return new DriverManagerDataSource(this.url.substring(0, this.url.indexOf('?')), this.name, PASSWORD);
	}

}
