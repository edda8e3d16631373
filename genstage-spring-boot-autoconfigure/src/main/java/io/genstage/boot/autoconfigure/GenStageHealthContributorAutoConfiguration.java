package io.genstage.boot.autoconfigure;

import io.genstage.boot.StageRegistry;
import io.genstage.boot.actuate.GenStageHealthIndicator;
import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.desk.DeadLetterDesk;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the {@code genstage} health contributor, with Boot's health
 * support.
 */
@AutoConfiguration(after = GenStageAutoConfiguration.class)
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(StageRegistry.class)
@ConditionalOnEnabledHealthIndicator("genstage")
public final class GenStageHealthContributorAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = { "genstageHealthIndicator", "genstageHealthContributor" })
	GenStageHealthIndicator genstageHealthContributor(StageRegistry registry, ObjectProvider<DeadLetterDesk> desk,
			GenStageProperties properties) {
		return new GenStageHealthIndicator(registry, desk.getIfUnique(), properties.health());
	}

}
