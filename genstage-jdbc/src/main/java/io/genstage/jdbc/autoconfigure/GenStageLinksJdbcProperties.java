package io.genstage.jdbc.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.sql.init.DatabaseInitializationMode;

/**
 * Settings of links in a database.
 *
 * @param initializeSchema In which databases the table is created when the application
 * starts.
 */
@ConfigurationProperties("genstage.links-jdbc")
record GenStageLinksJdbcProperties(@DefaultValue("embedded") DatabaseInitializationMode initializeSchema) {
}
