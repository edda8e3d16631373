package io.genstage.jdbc.autoconfigure;

import java.time.Duration;

import io.genstage.jdbc.JdbcDeadLetterOptions;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.jdbc.init.DatabaseInitializationProperties;

/**
 * Settings of dead letters in a database.
 */
@ConfigurationProperties("genstage.dead-letters.jdbc")
class JdbcDeadLetterProperties extends DatabaseInitializationProperties {

	/**
	 * Name of the table, with that of its schema if need be. The table of the counts has
	 * the same name with _count behind it.
	 */
	private String table = JdbcDeadLetterOptions.DEFAULT_TABLE;

	/**
	 * Time after which to look again which keys have letters of other instances, from
	 * 100ms to 1h.
	 */
	private Duration refresh = JdbcDeadLetterOptions.DEFAULT_REFRESH;

	public String getTable() {
		return this.table;
	}

	public void setTable(String table) {
		this.table = table;
	}

	public Duration getRefresh() {
		return this.refresh;
	}

	public void setRefresh(Duration refresh) {
		this.refresh = refresh;
	}

	@Override
	public String getDefaultSchemaLocation() {
		return "classpath:io/genstage/jdbc/dead-letters-@@platform@@.sql";
	}

}
