package io.genstage.kafka;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.link.LinkHeaders;
import io.genstage.link.LinkMessage;
import io.genstage.source.EventQueue;
import io.genstage.trial.broker.KafkaServer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A trace goes on in another application, by the headers of messages in a topic.
 */
class TracedLinkTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private final String topic = "orders-" + UUID.randomUUID();

	private ConfigurableApplicationContext start(Class<?> application) {
		return new SpringApplicationBuilder(application, Tracing.class).web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.properties("spring.main.banner-mode=off", "genstage.observation.enabled=true",
					"spring.kafka.bootstrap-servers=" + KafkaServer.shared().address(),
					"genstage.kafka.create-topics=true", "genstage.links.orders.type=kafka",
					"genstage.links.orders.destination=" + this.topic)
			.run();
	}

	@Test
	void goesOnWithItsEventId() {
		try (ConfigurableApplicationContext receiving = start(Receiving.class);
				ConfigurableApplicationContext sending = start(Sending.class)) {
			Observation.createNotStarted("request", sending.getBean(ObservationRegistry.class))
				.observe(() -> assertThat(sending.getBean(Sending.class).orders.offer("a")).isTrue());
			SpanData request = sending.getBean(Tracing.class).await("request");
			SpanData sent = sending.getBean(Tracing.class).await("send orders");
			SpanData received = receiving.getBean(Tracing.class).await("receive orders");
			assertThat(sent.getTraceId()).isEqualTo(request.getTraceId());
			assertThat(received.getTraceId()).isEqualTo(request.getTraceId());
			assertThat(received.getParentSpanId()).isEqualTo(sent.getSpanId());
			assertThat(receiving.getBean(Tracing.class).await("handle book").getTraceId())
				.isEqualTo(request.getTraceId());
			assertThat(receiving.getBean(Receiving.class).booked).singleElement()
				.satisfies((message) -> assertThat(message.headers()).containsKeys("traceparent", LinkHeaders.EVENT_ID,
						LinkHeaders.CONTENT_TYPE));
		}
	}

	/**
	 * Has the stage whose events travel.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Sending {

		private final EventQueue<String> orders = new EventQueue<>(10);

		@Bean
		@Producer
		EventQueue<String> orders() {
			return this.orders;
		}

	}

	/**
	 * Has the stage that handles them.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Receiving {

		private final List<LinkMessage> booked = new CopyOnWriteArrayList<>();

		@Consumer(name = "book", subscribeTo = "orders")
		void book(LinkMessage order) {
			this.booked.add(order);
		}

	}

	/**
	 * Micrometer Tracing as Boot sets it up, with an exporter that keeps the spans.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Tracing {

		private final InMemorySpanExporter exporter = InMemorySpanExporter.create();

		private final SdkTracerProvider provider = SdkTracerProvider.builder()
			.addSpanProcessor(SimpleSpanProcessor.create(this.exporter))
			.build();

		@Bean
		ObservationRegistry observations() {
			Tracer tracer = new OtelTracer(this.provider.get("test"), new OtelCurrentTraceContext(), (event) -> {
			});
			Propagator propagator = new OtelPropagator(
					ContextPropagators.create(W3CTraceContextPropagator.getInstance()), this.provider.get("test"));
			ObservationRegistry registry = ObservationRegistry.create();
			registry.observationConfig()
				.observationHandler(new FirstMatchingCompositeObservationHandler(
						new PropagatingSenderTracingObservationHandler<>(tracer, propagator),
						new PropagatingReceiverTracingObservationHandler<>(tracer, propagator),
						new DefaultTracingObservationHandler(tracer)));
			return registry;
		}

		/** Waits for a span that is called like this. */
		SpanData await(String name) {
			return Awaitility.await()
				.atMost(LONG)
				.until(() -> this.exporter.getFinishedSpanItems()
					.stream()
					.filter((span) -> span.getName().equals(name))
					.toList(), (spans) -> !spans.isEmpty())
				.get(0);
		}

	}

}
