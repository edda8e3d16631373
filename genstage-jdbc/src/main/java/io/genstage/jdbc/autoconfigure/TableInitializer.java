package io.genstage.jdbc.autoconfigure;

import java.util.List;

import javax.sql.DataSource;

import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.jdbc.init.PlatformPlaceholderDatabaseDriverResolver;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;

/**
 * Creates tables of this module by their script, when the application starts. What is
 * there already is left as it is, also where another instance is faster. The database is
 * asked for nothing unless tables are to be created in it; one that can't be reached is
 * no embedded one.
 */
final class TableInitializer extends DataSourceScriptDatabaseInitializer {

	private final DataSource dataSource;

	private final DatabaseInitializationSettings settings;

	private final String tables;

	private final String property;

	/**
	 * Creates an initializer.
	 * @param dataSource has the tables
	 * @param tables what they are for, the beginning of the name of their scripts
	 * @param mode in which databases they are created
	 * @param property says the mode
	 */
	TableInitializer(DataSource dataSource, String tables, DatabaseInitializationMode mode, String property) {
		this(dataSource, tables, settings(mode), property);
	}

	private TableInitializer(DataSource dataSource, String tables, DatabaseInitializationSettings settings,
			String property) {
		super(dataSource, settings);
		this.dataSource = dataSource;
		this.settings = settings;
		this.tables = tables;
		this.property = property;
	}

	private static DatabaseInitializationSettings settings(DatabaseInitializationMode mode) {
		DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
		settings.setMode(mode);
		settings.setContinueOnError(true);
		return settings;
	}

	@Override
	public boolean initializeDatabase() {
		if (!isWanted()) {
			return false;
		}
		this.settings.setSchemaLocations(script());
		return super.initializeDatabase();
	}

	private boolean isWanted() {
		return switch (this.settings.getMode()) {
			case NEVER -> false;
			case EMBEDDED -> isEmbeddedDatabase();
			case ALWAYS -> true;
		};
	}

	private List<String> script() {
		try {
			return new PlatformPlaceholderDatabaseDriverResolver().resolveAll(this.dataSource,
					"classpath:io/genstage/jdbc/%s-@@platform@@.sql".formatted(this.tables));
		}
		catch (IllegalStateException ex) {
			if (ex.getCause() == null) {
				throw ex;
			}
			throw new UnreachableDatabaseException(
					"With '%s=always' tables are created when the application starts".formatted(this.property),
					"Or set '%s' to 'never' if the tables are there: then the application starts, and waits for the database."
						.formatted(this.property),
					ex);
		}
	}

}
