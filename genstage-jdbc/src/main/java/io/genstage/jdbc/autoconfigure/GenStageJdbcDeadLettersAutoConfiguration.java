package io.genstage.jdbc.autoconfigure;

import java.time.Duration;

import javax.sql.DataSource;

import io.genstage.boot.StageRegistry;
import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.jdbc.JdbcDeadLetterOptions;
import io.genstage.jdbc.JdbcDeadLetterStore;
import io.genstage.jdbc.JsonPayloadCodec;
import io.genstage.jdbc.PayloadCodec;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.dao.DataAccessException;
import org.springframework.util.StringUtils;

/**
 * Auto-configuration of dead letters in a database.
 */
@AutoConfiguration(after = DataSourceAutoConfiguration.class, before = GenStageAutoConfiguration.class,
		afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@EnableConfigurationProperties(JdbcDeadLetterProperties.class)
public final class GenStageJdbcDeadLettersAutoConfiguration {

	/** Whose letters they are if the application has no name. */
	private static final String NAMELESS = "application";

	GenStageJdbcDeadLettersAutoConfiguration() {
	}

	/**
	 * With a database that is asked for.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnSingleCandidate(DataSource.class)
	@ConditionalOnProperty(name = "genstage.dead-letters.store", havingValue = "jdbc")
	@ConditionalOnMissingBean(DeadLetterStore.class)
	static class InDatabase {

		@Bean
		@ConditionalOnMissingBean
		DeadLetterSchemaInitializer genstageDeadLetterSchemaInitializer(DataSource dataSource,
				JdbcDeadLetterProperties properties) {
			try {
				return new DeadLetterSchemaInitializer(dataSource, properties);
			}
			catch (IllegalStateException ex) {
				throw (ex.getCause() != null) ? unreachable(ex) : ex;
			}
		}

		@Bean
		@DependsOnDatabaseInitialization
		JdbcDeadLetterStore genstageDeadLetterStore(DataSource dataSource, ObjectProvider<PayloadCodec> codec,
				ObjectProvider<StageRegistry> registry, GenStageProperties genstage,
				JdbcDeadLetterProperties properties, Environment environment) {
			PayloadCodec found = codec.getIfAvailable();
			if (found == null) {
				throw new IllegalStateException(
						"dead letters in a database need a PayloadCodec bean, or one JsonMapper "
								+ "bean such as spring-boot-starter-jackson brings");
			}
			String name = environment.getProperty("spring.application.name");
			JdbcDeadLetterOptions options = JdbcDeadLetterOptions.of(StringUtils.hasText(name) ? name : NAMELESS)
				.withTable(properties.getTable())
				.withRetention(retention(genstage.deadLetters()))
				.withRefresh(properties.getRefresh());
			try {
				return new JdbcDeadLetterStore(dataSource, found, (stage) -> registry.getObject().takes(stage),
						options);
			}
			catch (DataAccessException ex) {
				throw unreachable(ex);
			}
		}

		private static UnreachableDatabaseException unreachable(RuntimeException cause) {
			return new UnreachableDatabaseException("With 'genstage.dead-letters.store=jdbc' events are kept that fail",
					"An application that can't keep them doesn't start.", cause);
		}

		/** One out of range is reported with all else that is wrong. */
		private static Duration retention(GenStageProperties.DeadLetters deadLetters) {
			return deadLetters.problems().isEmpty() ? deadLetters.retention() : JdbcDeadLetterOptions.DEFAULT_RETENTION;
		}

	}

	/**
	 * With the application's JSON mapper.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(JsonMapper.class)
	@ConditionalOnProperty(name = "genstage.dead-letters.store", havingValue = "jdbc")
	static class Json {

		@Bean
		@ConditionalOnMissingBean(PayloadCodec.class)
		@ConditionalOnSingleCandidate(JsonMapper.class)
		JsonPayloadCodec genstagePayloadCodec(JsonMapper mapper) {
			return new JsonPayloadCodec(mapper);
		}

	}

}
