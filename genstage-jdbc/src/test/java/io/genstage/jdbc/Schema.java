package io.genstage.jdbc;

import java.nio.charset.StandardCharsets;

import javax.sql.DataSource;

import io.genstage.jdbc.database.Database;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.DatabasePopulatorUtils;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * The tables of this module, by the scripts that users get.
 */
public final class Schema {

	private Schema() {
	}

	/** Creates the tables of a part of this module, and returns their database. */
	public static DataSource create(DataSource dataSource, Database database, String part) {
		ResourceDatabasePopulator script = new ResourceDatabasePopulator(
				new ClassPathResource(Dialect.valueOf(database.name()).script(part)));
		script.setSqlScriptEncoding(StandardCharsets.UTF_8.name());
		DatabasePopulatorUtils.execute(script, dataSource);
		return dataSource;
	}

}
