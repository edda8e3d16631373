package io.genstage.jdbc.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.sql.init.DatabaseInitializationMode;

/**
 * Settings of queues in a database.
 *
 * @param jdbc Settings of their tables.
 */
@ConfigurationProperties("genstage.work-queue")
record GenStageWorkQueueProperties(@DefaultValue Jdbc jdbc) {

	/**
	 * Settings of the tables.
	 *
	 * @param initializeSchema In which databases the tables are created when the
	 * application starts.
	 */
	record Jdbc(@DefaultValue("embedded") DatabaseInitializationMode initializeSchema) {
	}

}
