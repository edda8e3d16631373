package io.genstage.boot.test.autoconfigure;

import java.util.Objects;

import javax.sql.DataSource;

import io.genstage.boot.StageRegistry;
import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.jdbc.EmbeddedDatabaseConnection;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabase;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;

/**
 * Auto-configuration of what only a {@link GenStageTest} has.
 */
@AutoConfiguration(before = GenStageAutoConfiguration.class,
		beforeName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
public final class GenStageTestAutoConfiguration {

	/** The name of the bean that only a slice has. */
	static final String STAGES = "genstageStagesOfSlice";

	GenStageTestAutoConfiguration() {
	}

	@Bean(name = STAGES)
	StagesOfSlice genstageStagesOfSlice(StageRegistry registry) {
		return new StagesOfSlice(registry);
	}

	/**
	 * A database of the test's own, in the place of the application's.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ EmbeddedDatabaseBuilder.class, EmbeddedDatabaseConnection.class })
	@Conditional(OnEmbeddedDatabase.class)
	static class Database {

		@Bean
		@ConditionalOnMissingBean(DataSource.class)
		EmbeddedDatabase dataSource(ResourceLoader resources) {
			EmbeddedDatabaseConnection database = EmbeddedDatabaseConnection.get(resources.getClassLoader());
			// There is one, as the condition says.
			EmbeddedDatabaseType type = Objects.requireNonNull(database.getType());
			return new EmbeddedDatabaseBuilder().generateUniqueName(true).setType(type).build();
		}

	}

	/**
	 * Matches if an embedded database is on the class path, and the application's is not
	 * to be used.
	 */
	static class OnEmbeddedDatabase implements Condition {

		@Override
		public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
			return !"none".equalsIgnoreCase(context.getEnvironment().getProperty("spring.test.database.replace"))
					&& EmbeddedDatabaseConnection.get(context.getClassLoader()) != EmbeddedDatabaseConnection.NONE;
		}

	}

}
