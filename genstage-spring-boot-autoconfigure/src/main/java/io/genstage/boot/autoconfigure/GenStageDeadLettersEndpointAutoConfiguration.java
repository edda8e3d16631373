package io.genstage.boot.autoconfigure;

import io.genstage.boot.StageRegistry;
import io.genstage.boot.actuate.GenStageDeadLettersEndpoint;
import io.genstage.boot.actuate.RequestPath;
import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.desk.DeadLetterDesk;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.EndpointConverter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the {@code genstagedeadletters} endpoint, with actuator.
 */
@AutoConfiguration(after = { GenStageAutoConfiguration.class, GenStageEndpointAutoConfiguration.class })
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean(StageRegistry.class)
@ConditionalOnSingleCandidate(DeadLetterDesk.class)
@ConditionalOnAvailableEndpoint(GenStageDeadLettersEndpoint.class)
@EnableConfigurationProperties(GenStageDeadLettersEndpointProperties.class)
public final class GenStageDeadLettersEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	GenStageDeadLettersEndpoint genstageDeadLettersEndpoint(DeadLetterDesk desk, StageRegistry registry,
			ObjectProvider<SanitizingFunction> sanitizing, GenStageProperties properties,
			GenStageDeadLettersEndpointProperties endpoint) {
		Show showPayload = Show.valueOf(properties.deadLetters().showPayload().name());
		return new GenStageDeadLettersEndpoint(desk, registry, sanitizing.orderedStream().toList(), showPayload,
				endpoint.roles());
	}

	@Bean
	@EndpointConverter
	@ConditionalOnMissingBean
	static RequestPath.SegmentsConverter genstageLetterPathConverter() {
		return new RequestPath.SegmentsConverter();
	}

}
