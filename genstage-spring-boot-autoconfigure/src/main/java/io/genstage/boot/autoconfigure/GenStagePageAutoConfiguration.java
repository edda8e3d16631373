package io.genstage.boot.autoconfigure;

import io.genstage.boot.actuate.GenStageEndpoint;
import io.genstage.boot.actuate.GenStagePageEndpoint;
import io.genstage.boot.actuate.GenStagePageFilter;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.actuate.endpoint.web.PathMapper;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.function.SingletonSupplier;

/**
 * Auto-configuration of the page that shows the pipelines at work, with actuator.
 */
@AutoConfiguration(after = GenStageEndpointAutoConfiguration.class)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean(GenStageEndpoint.class)
@ConditionalOnAvailableEndpoint(GenStagePageEndpoint.class)
public final class GenStagePageAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	GenStagePageEndpoint genstagePageEndpoint(ObjectProvider<PathMapper> pathMappers) {
		return new GenStagePageEndpoint(pathMappers.orderedStream().toList());
	}

	/**
	 * Headers of the page where requests are not handled by servlets.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static class Reactive {

		@Bean
		@ConditionalOnMissingBean
		GenStagePageFilter genstagePageFilter(ObjectProvider<PathMappedEndpoints> endpoints) {
			return new GenStagePageFilter(SingletonSupplier.of(endpoints::getObject));
		}

	}

}
