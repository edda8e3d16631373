package io.genstage.jdbc.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.sql.init.DatabaseInitializationMode;

/**
 * Settings of the events of links that are remembered.
 *
 * @param initializeSchema In which databases the table is created when the application
 * starts.
 */
@ConfigurationProperties("genstage.links-seen")
record GenStageLinksSeenProperties(@DefaultValue("embedded") DatabaseInitializationMode initializeSchema) {
}
