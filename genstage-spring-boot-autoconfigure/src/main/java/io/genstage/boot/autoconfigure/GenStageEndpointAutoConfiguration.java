package io.genstage.boot.autoconfigure;

import io.genstage.boot.StageRegistry;
import io.genstage.boot.actuate.GenStageEndpoint;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the {@code genstage} endpoint, with actuator.
 */
@AutoConfiguration(after = GenStageAutoConfiguration.class)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean(StageRegistry.class)
@ConditionalOnAvailableEndpoint(GenStageEndpoint.class)
public final class GenStageEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	GenStageEndpoint genstageEndpoint(StageRegistry registry) {
		return new GenStageEndpoint(registry);
	}

}
