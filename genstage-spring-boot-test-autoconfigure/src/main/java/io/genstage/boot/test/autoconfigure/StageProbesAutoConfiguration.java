package io.genstage.boot.test.autoconfigure;

import io.genstage.StageSystem;
import io.genstage.boot.StageDefinitionCustomizer;
import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.test.StageProbes;
import io.genstage.test.TestSystem;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration of probes in the stages of a test, and of its time.
 */
@AutoConfiguration(before = GenStageAutoConfiguration.class)
@EnableConfigurationProperties(StageTestProperties.class)
public final class StageProbesAutoConfiguration {

	StageProbesAutoConfiguration() {
	}

	/**
	 * Probes that nobody else has put in.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(StageProbes.class)
	static class Probes {

		@Bean
		StageProbes genstageStageProbes() {
			return new StageProbes();
		}

		/** Last, since another one may replace all options of a stage. */
		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE)
		StageDefinitionCustomizer genstageStageProbesCustomizer(StageProbes probes) {
			return probes::tap;
		}

	}

	/**
	 * Time that passes when the test lets it.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty("genstage.test.virtual-time")
	@ConditionalOnMissingBean({ StageSystem.class, TestSystem.class })
	static class VirtualTime {

		@Bean
		TestSystem genstageTestSystem() {
			return TestSystem.immediate();
		}

		@Bean
		StageSystem genstageStageSystem(TestSystem test) {
			return test.stages();
		}

		@Bean
		EndOfTime genstageEndOfTime(TestSystem test, ApplicationContext context) {
			return new EndOfTime(test, context);
		}

	}

}
