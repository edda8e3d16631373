package io.genstage.jdbc.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.sql.init.DatabaseInitializationMode;

/**
 * Settings of the positions of sources.
 *
 * @param store Where positions are kept. By default there is no store.
 * @param jdbc Settings of positions in a database.
 */
@ConfigurationProperties("genstage.progress")
record GenStageProgressProperties(Store store, @DefaultValue Jdbc jdbc) {

	/**
	 * Where positions are kept.
	 */
	enum Store {

		/** In the table genstage_progress of the application's database. */
		JDBC

	}

	/**
	 * Settings of positions in a database.
	 *
	 * @param initializeSchema In which databases the table is created when the
	 * application starts.
	 */
	record Jdbc(@DefaultValue("embedded") DatabaseInitializationMode initializeSchema) {
	}

}
