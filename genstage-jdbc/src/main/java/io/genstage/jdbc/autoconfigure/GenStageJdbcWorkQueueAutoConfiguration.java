package io.genstage.jdbc.autoconfigure;

import javax.sql.DataSource;

import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.jdbc.JdbcWorkQueue;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of the tables and meters of queues, for applications that have one.
 */
@AutoConfiguration(after = DataSourceAutoConfiguration.class, before = GenStageAutoConfiguration.class)
@EnableConfigurationProperties(GenStageWorkQueueProperties.class)
public final class GenStageJdbcWorkQueueAutoConfiguration {

	GenStageJdbcWorkQueueAutoConfiguration() {
	}

	/**
	 * The meters, with Micrometer.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterBinder.class)
	@ConditionalOnBean(JdbcWorkQueue.class)
	static class Meters {

		@Bean
		WorkQueueMetrics genstageWorkQueueMetrics(ObjectProvider<JdbcWorkQueue<?>> queues) {
			return new WorkQueueMetrics(queues.orderedStream().toList());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnSingleCandidate(DataSource.class)
	@ConditionalOnBean(JdbcWorkQueue.class)
	static class Tables {

		@Bean
		TableInitializer genstageWorkQueueTableInitializer(DataSource dataSource,
				GenStageWorkQueueProperties properties) {
			return new TableInitializer(dataSource, "queue", properties.jdbc().initializeSchema(),
					"genstage.work-queue.jdbc.initialize-schema");
		}

	}

}
