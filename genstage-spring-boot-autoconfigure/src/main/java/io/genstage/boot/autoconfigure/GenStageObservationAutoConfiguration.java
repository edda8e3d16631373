package io.genstage.boot.autoconfigure;

import io.genstage.StageObserver;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.boot.observe.EmittingObservationConvention;
import io.genstage.boot.observe.EventObserver;
import io.genstage.boot.observe.HandlingObservationConvention;
import io.genstage.boot.observe.LinkReceivingObservationConvention;
import io.genstage.boot.observe.LinkSendingObservationConvention;
import io.genstage.boot.observe.LinkingObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;

/**
 * Auto-configuration of what surrounds the calls of handlers, with Micrometer's
 * observations and its propagation of contexts.
 */
@AutoConfiguration(after = GenStageAutoConfiguration.class, afterName = {
		"org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
		"org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration",
		"org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration",
		"org.springframework.boot.micrometer.tracing.brave.autoconfigure.BraveAutoConfiguration" })
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean(StageRegistry.class)
public final class GenStageObservationAutoConfiguration {

	private static final Log logger = LogFactory.getLog(GenStageObservationAutoConfiguration.class);

	@Bean
	@ConditionalOnMissingBean(StageObserver.class)
	@Conditional(AnythingWanted.class)
	EventObserver genstageEventObserver(GenStageProperties properties, ObjectProvider<ObservationRegistry> registries,
			ObjectProvider<HandlingObservationConvention> handling,
			ObjectProvider<EmittingObservationConvention> emitting,
			ObjectProvider<LinkSendingObservationConvention> linkSending,
			ObjectProvider<LinkReceivingObservationConvention> linkReceiving, ObjectProvider<StageRegistry> stages) {
		GenStageProperties.Observation wanted = properties.observation();
		ObservationRegistry registry = registries.getIfAvailable();
		EventObserver.Wanted possible = new EventObserver.Wanted(
				possible(wanted.enabled(), "enabled", registry != null, "there is no ObservationRegistry"),
				possible(wanted.propagateContext(), "propagate-context",
						isPresent("io.micrometer.context.ContextSnapshotFactory"),
						"io.micrometer:context-propagation is not on the class path"),
				possible(wanted.mdc(), "mdc", isPresent("org.slf4j.MDC"), "SLF4J is not on the class path"));
		return new EventObserver(possible, (registry != null) ? registry : ObservationRegistry.NOOP,
				new EventObserver.Conventions(handling.getIfAvailable(), emitting.getIfAvailable(),
						linkSending.getIfAvailable(), linkReceiving.getIfAvailable()),
				(stage) -> stages.getObject().pipelineName(stage));
	}

	private static boolean possible(boolean wanted, String property, boolean possible, String reason) {
		if (wanted && !possible) {
			logger.warn("genstage.observation.%s has no effect: %s".formatted(property, reason));
		}
		return wanted && possible;
	}

	private static boolean isPresent(String type) {
		return ClassUtils.isPresent(type, GenStageObservationAutoConfiguration.class.getClassLoader());
	}

	/**
	 * Links between traces, with Micrometer Tracing.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Tracer.class)
	@ConditionalOnBean(Tracer.class)
	@ConditionalOnBooleanProperty("genstage.observation.enabled")
	static class Tracing {

		@Bean
		@ConditionalOnMissingBean
		LinkingObservationHandler genstageLinkingObservationHandler(Tracer tracer) {
			return new LinkingObservationHandler(tracer);
		}

	}

	/**
	 * Matches if anything is wanted of an observer.
	 */
	static final class AnythingWanted extends AnyNestedCondition {

		AnythingWanted() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@ConditionalOnBooleanProperty("genstage.observation.enabled")
		static class Observations {

		}

		@ConditionalOnBooleanProperty("genstage.observation.propagate-context")
		static class Contexts {

		}

		@ConditionalOnBooleanProperty("genstage.observation.mdc")
		static class LogKeys {

		}

	}

}
