package io.genstage.boot.autoconfigure;

import io.genstage.StageSystem;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.actuate.GenStageEndpoint;
import io.genstage.boot.actuate.GenStageEndpointWebExtension;
import io.genstage.boot.actuate.GenStageReactiveEndpointWebExtension;
import io.genstage.boot.actuate.RequestPath;
import io.genstage.boot.declaration.StagePropertyOrigins;
import io.genstage.desk.DeadLetterDesk;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.EndpointConverter;
import org.springframework.boot.actuate.endpoint.jackson.EndpointJsonMapper;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.BoundConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.filter.reactive.ServerWebExchangeContextFilter;

/**
 * Auto-configuration of the {@code genstage} endpoint, with actuator.
 */
@AutoConfiguration(after = GenStageAutoConfiguration.class)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean(StageRegistry.class)
@ConditionalOnAvailableEndpoint(GenStageEndpoint.class)
@EnableConfigurationProperties(GenStageEndpointProperties.class)
public final class GenStageEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	GenStageEndpoint genstageEndpoint(StageRegistry registry, BoundConfigurationProperties bound,
			ObjectProvider<SanitizingFunction> sanitizing, GenStageEndpointProperties properties) {
		return new GenStageEndpoint(registry, new StagePropertyOrigins(bound), sanitizing.orderedStream().toList(),
				properties.showValues());
	}

	@Bean
	@ConditionalOnMissingBean({ GenStageEndpointWebExtension.class, GenStageReactiveEndpointWebExtension.class })
	@ConditionalOnBean(GenStageEndpoint.class)
	@ConditionalOnAvailableEndpoint(endpoint = GenStageEndpoint.class, exposure = EndpointExposure.WEB)
	GenStageEndpointWebExtension genstageEndpointWebExtension(GenStageEndpoint endpoint,
			GenStageEndpointProperties properties, ObjectProvider<DeadLetterDesk> desk,
			ObjectProvider<EndpointAccessResolver> access, StageSystem system,
			ObjectProvider<EndpointJsonMapper> mapper) {
		return extension(endpoint, properties, desk, access, system, mapper);
	}

	private static GenStageEndpointWebExtension extension(GenStageEndpoint endpoint,
			GenStageEndpointProperties properties, ObjectProvider<DeadLetterDesk> desk,
			ObjectProvider<EndpointAccessResolver> access, StageSystem system,
			ObjectProvider<EndpointJsonMapper> mapper) {
		return new GenStageEndpointWebExtension(endpoint, properties.showValues(), properties.roles(),
				desk.getIfUnique(), access.getIfAvailable(() -> (id, usual) -> usual), system.scheduler()::nanoTime,
				EndpointJson.with(mapper.getIfAvailable()));
	}

	@Bean
	@EndpointConverter
	static RequestPath.SegmentsConverter genstageRequestPathConverter() {
		return new RequestPath.SegmentsConverter();
	}

	/**
	 * The endpoint where requests are not handled by servlets.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static class Reactive {

		@Bean
		@ConditionalOnMissingBean({ GenStageEndpointWebExtension.class, GenStageReactiveEndpointWebExtension.class })
		@ConditionalOnAvailableEndpoint(endpoint = GenStageEndpoint.class, exposure = EndpointExposure.WEB)
		GenStageReactiveEndpointWebExtension genstageReactiveEndpointWebExtension(GenStageEndpoint endpoint,
				GenStageEndpointProperties properties, ObjectProvider<DeadLetterDesk> desk,
				ObjectProvider<EndpointAccessResolver> access, StageSystem system,
				ObjectProvider<EndpointJsonMapper> mapper) {
			return new GenStageReactiveEndpointWebExtension(
					extension(endpoint, properties, desk, access, system, mapper));
		}

		@Bean
		@ConditionalOnMissingBean
		ServerWebExchangeContextFilter genstageServerWebExchangeContextFilter() {
			return new ServerWebExchangeContextFilter();
		}

	}

}
