package io.genstage.jdbc.autoconfigure;

import javax.sql.DataSource;

import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.jdbc.JdbcProgressStore;
import io.genstage.jdbc.PositionCodec;
import io.genstage.source.ProgressStore;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of positions of sources in a database, for applications that ask for
 * it.
 */
@AutoConfiguration(after = DataSourceAutoConfiguration.class, before = GenStageAutoConfiguration.class)
@EnableConfigurationProperties(GenStageProgressProperties.class)
public final class GenStageJdbcProgressAutoConfiguration {

	GenStageJdbcProgressAutoConfiguration() {
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnSingleCandidate(DataSource.class)
	@ConditionalOnProperty(name = "genstage.progress.store", havingValue = "jdbc")
	@ConditionalOnMissingBean(ProgressStore.class)
	static class Store {

		@Bean
		TableInitializer genstageProgressTableInitializer(DataSource dataSource,
				GenStageProgressProperties properties) {
			return new TableInitializer(dataSource, "progress", properties.jdbc().initializeSchema(),
					"genstage.progress.jdbc.initialize-schema");
		}

		@Bean
		@DependsOnDatabaseInitialization
		JdbcProgressStore<?> genstageProgressStore(DataSource dataSource, Environment environment,
				ObjectProvider<PositionCodec<?>> codecs) {
			String application = environment.getProperty("spring.application.name", "application");
			return new JdbcProgressStore<>(dataSource, application, codecs.orderedStream().toList());
		}

		@Bean
		StartupTableCheck genstageProgressTableCheck(JdbcProgressStore<?> store) {
			return new StartupTableCheck("positions", store::checkTable);
		}

	}

}
