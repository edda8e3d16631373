package io.genstage.jdbc.autoconfigure;

import javax.sql.DataSource;

import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.jdbc.JdbcLinks;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of links in a database. They do nothing until a link is opened.
 */
@AutoConfiguration(after = DataSourceAutoConfiguration.class, before = GenStageAutoConfiguration.class)
@ConditionalOnSingleCandidate(DataSource.class)
@ConditionalOnMissingBean(JdbcLinks.class)
@EnableConfigurationProperties(GenStageLinksJdbcProperties.class)
public final class GenStageJdbcLinksAutoConfiguration {

	GenStageJdbcLinksAutoConfiguration() {
	}

	@Bean
	TableInitializer genstageLinksTableInitializer(DataSource dataSource, GenStageLinksJdbcProperties properties) {
		return new TableInitializer(dataSource, "links", properties.initializeSchema(),
				"genstage.links-jdbc.initialize-schema");
	}

	@Bean
	@DependsOnDatabaseInitialization
	JdbcLinks genstageJdbcLinks(DataSource dataSource, ObjectProvider<DataSourcePoolMetadataProvider> pools) {
		return new JdbcLinks(dataSource, PoolSize.of(dataSource, pools));
	}

	@Bean
	StartupTableCheck genstageLinksTableCheck(JdbcLinks links) {
		return new StartupTableCheck("links", () -> {
			if (links.isUsed()) {
				links.checkTable();
			}
		});
	}

}
