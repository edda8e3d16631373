package io.genstage.jdbc.autoconfigure;

import java.util.List;

import javax.sql.DataSource;

import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.jdbc.init.PlatformPlaceholderDatabaseDriverResolver;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;

/**
 * Creates tables of this module by their script, when the application starts. What is
 * there already is left as it is, also where another instance is faster.
 */
final class TableInitializer extends DataSourceScriptDatabaseInitializer {

	/**
	 * Creates an initializer.
	 * @param dataSource has the tables
	 * @param tables what they are for, the beginning of the name of their scripts
	 * @param mode in which databases they are created
	 */
	TableInitializer(DataSource dataSource, String tables, DatabaseInitializationMode mode) {
		super(dataSource, settings(dataSource, tables, mode));
	}

	private static DatabaseInitializationSettings settings(DataSource dataSource, String tables,
			DatabaseInitializationMode mode) {
		DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
		settings.setMode(mode);
		settings.setContinueOnError(true);
		if (mode != DatabaseInitializationMode.NEVER) {
			settings.setSchemaLocations(new PlatformPlaceholderDatabaseDriverResolver().resolveAll(dataSource,
					List.of("classpath:io/genstage/jdbc/%s-@@platform@@.sql".formatted(tables))
						.toArray(String[]::new)));
		}
		return settings;
	}

}
