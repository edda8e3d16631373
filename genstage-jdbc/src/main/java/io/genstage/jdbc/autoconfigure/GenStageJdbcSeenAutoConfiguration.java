package io.genstage.jdbc.autoconfigure;

import javax.sql.DataSource;

import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.boot.link.SeenEvents;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Auto-configuration of handlers that recognize the events of links when they come again,
 * where {@code genstage.links.<name>.seen.enabled} says so.
 */
@AutoConfiguration(after = DataSourceAutoConfiguration.class, before = GenStageAutoConfiguration.class)
@ConditionalOnSingleCandidate(DataSource.class)
@ConditionalOnMissingBean(SeenEvents.class)
@EnableConfigurationProperties(GenStageLinksSeenProperties.class)
public final class GenStageJdbcSeenAutoConfiguration {

	GenStageJdbcSeenAutoConfiguration() {
	}

	@Bean
	TableInitializer genstageSeenTableInitializer(DataSource dataSource, GenStageLinksSeenProperties properties) {
		return new TableInitializer(dataSource, "seen", properties.initializeSchema(),
				"genstage.links-seen.initialize-schema");
	}

	@Bean
	@DependsOnDatabaseInitialization
	JdbcSeenEvents genstageJdbcSeenEvents(DataSource dataSource, ObjectProvider<DataSourcePoolMetadataProvider> pools,
			Environment environment, ObjectProvider<PlatformTransactionManager> managers) {
		return new JdbcSeenEvents(dataSource, PoolSize.of(dataSource, pools),
				environment.getProperty("spring.application.name", "application"), managers);
	}

	@Bean
	StartupTableCheck genstageSeenTableCheck(JdbcSeenEvents seen) {
		return new StartupTableCheck("events that were handled", seen::checkTable);
	}

}
