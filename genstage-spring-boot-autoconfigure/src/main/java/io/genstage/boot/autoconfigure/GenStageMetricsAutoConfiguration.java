package io.genstage.boot.autoconfigure;

import io.genstage.boot.StageRegistry;
import io.genstage.boot.actuate.GenStageMetrics;
import io.genstage.desk.DeadLetterDesk;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the meters of the stages, with Micrometer.
 */
@AutoConfiguration(after = GenStageAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ StageRegistry.class, MeterRegistry.class })
public final class GenStageMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	GenStageMetrics genstageMetrics(StageRegistry registry, ObjectProvider<DeadLetterDesk> desk) {
		return new GenStageMetrics(registry, desk.getIfUnique());
	}

}
