package io.genstage.boot.observe;

import java.time.Duration;
import java.util.List;

import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.TracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.awaitility.Awaitility;

import org.springframework.boot.micrometer.observation.autoconfigure.ObservationHandlerGroup;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Micrometer Tracing as Boot sets it up, with an exporter that keeps the spans.
 */
@Configuration(proxyBeanMethods = false)
class Traces {

	static final AttributeKey<String> ATTEMPT = AttributeKey.stringKey("genstage.attempt");

	private final InMemorySpanExporter exporter = InMemorySpanExporter.create();

	private final SdkTracerProvider provider = SdkTracerProvider.builder()
		.addSpanProcessor(SimpleSpanProcessor.create(this.exporter))
		.build();

	/** Makes spans without Micrometer. */
	io.opentelemetry.api.trace.Tracer otel() {
		return this.provider.get("test");
	}

	@Bean
	Tracer tracer() {
		return new OtelTracer(otel(), new OtelCurrentTraceContext(), (event) -> {
		});
	}

	@Bean
	ObservationHandlerGroup tracingGroup() {
		return ObservationHandlerGroup.of(TracingObservationHandler.class);
	}

	@Bean
	@Order(Ordered.LOWEST_PRECEDENCE - 1000)
	DefaultTracingObservationHandler defaultTracing(Tracer tracer) {
		return new DefaultTracingObservationHandler(tracer);
	}

	/** Returns all spans that have ended. */
	List<SpanData> spans() {
		return this.exporter.getFinishedSpanItems();
	}

	/** Waits until so many spans have ended that are called like this. */
	List<SpanData> await(String name, int count) {
		Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(named(name)).hasSize(count));
		return named(name);
	}

	SpanData await(String name) {
		return await(name, 1).get(0);
	}

	private List<SpanData> named(String name) {
		return spans().stream().filter((span) -> span.getName().equals(name)).toList();
	}

}
