package io.genstage.boot.observe;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.Sink;
import io.genstage.boot.TestContexts;
import io.genstage.boot.autoconfigure.GenStageLinkAutoConfiguration;
import io.genstage.boot.autoconfigure.GenStageObservationAutoConfiguration;
import io.genstage.boot.link.LinkHeaders;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkListener;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkReader;
import io.genstage.link.LinkRecord;
import io.genstage.link.LinkWriter;
import io.genstage.link.MemoryLinks;
import io.genstage.source.EventQueue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A trace goes on at the other end of a link, by the headers of its messages.
 */
class LinkTraceTests {

	private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

	private static final String PARENT = "00f067aa0ba902b7";

	private final ApplicationContextRunner off = TestContexts.runner()
		.withConfiguration(
				AutoConfigurations.of(ObservationAutoConfiguration.class, GenStageObservationAutoConfiguration.class,
						GenStageLinkAutoConfiguration.class, JacksonAutoConfiguration.class))
		.withUserConfiguration(Traces.class, Propagation.class, Orders.class)
		.withPropertyValues("genstage.links.orders.type=memory");

	private final ApplicationContextRunner runner = this.off.withPropertyValues("genstage.observation.enabled=true");

	@AfterEach
	void leavesNothingRunning() {
		TestContexts.awaitNoThreads();
	}

	private static Traces traces(AssertableApplicationContext context) {
		return context.getBean(Traces.class);
	}

	private static void send(AssertableApplicationContext context) {
		Observation.createNotStarted("request", context.getBean(ObservationRegistry.class))
			.observe(() -> assertThat(context.getBean(Orders.class).orders.offer(1)).isTrue());
	}

	private static void receive(AssertableApplicationContext context, Map<String, String> headers) {
		try (LinkWriter writer = context.getBean(MemoryLinks.class)
			.openWriter(LinkDefinition.of("orders"), new Ignoring())) {
			assertThat(writer.send(LinkMessage.of("1".getBytes(StandardCharsets.UTF_8)).withHeaders(headers)))
				.isCompleted();
		}
	}

	private static void assertChild(SpanData child, SpanData parent) {
		assertThat(child.getTraceId()).isEqualTo(parent.getTraceId());
		assertThat(child.getParentSpanId()).isEqualTo(parent.getSpanId());
	}

	@Test
	void goesOnAtTheOtherEnd() {
		this.runner.withUserConfiguration(Books.class).run((context) -> {
			send(context);
			SpanData booked = traces(context).await("handle book");
			SpanData read = traces(context).await("handle orders-read");
			SpanData received = traces(context).await("receive orders");
			SpanData sent = traces(context).await("send orders");
			SpanData sender = traces(context).await("handle orders-to-link");
			assertChild(booked, read);
			assertChild(read, received);
			assertChild(received, sent);
			assertChild(sent, sender);
			assertChild(sender, traces(context).await("emit orders"));
			assertThat(sender.getTraceId()).isEqualTo(traces(context).await("request").getTraceId());
			assertThat(sent.getKind()).isEqualTo(SpanKind.PRODUCER);
			assertThat(received.getKind()).isEqualTo(SpanKind.CONSUMER);
			assertThat(sent.getAttributes().asMap().toString()).contains("link=orders", "outcome=success");
			assertThat(received.getAttributes().asMap().toString()).contains("link=orders");
		});
	}

	@Test
	void isWrittenAsTheTracerOfTheApplicationDoes() {
		this.runner.run((context) -> {
			send(context);
			SpanData sent = traces(context).await("send orders");
			assertThat(sentMessage(context).headers())
				.hasEntrySatisfying("traceparent",
						(header) -> assertThat(header)
							.startsWith("00-%s-%s-".formatted(sent.getTraceId(), sent.getSpanId())))
				.containsKey(LinkHeaders.EVENT_ID)
				.containsKey(LinkHeaders.CONTENT_TYPE);
		});
	}

	@Test
	void comesFromWhoeverHasSentTheMessage() {
		this.runner.withUserConfiguration(Books.class).run((context) -> {
			receive(context, Map.of("traceparent", "00-%s-%s-01".formatted(TRACE, PARENT)));
			SpanData received = traces(context).await("receive orders");
			assertThat(received.getTraceId()).isEqualTo(TRACE);
			assertThat(received.getParentSpanId()).isEqualTo(PARENT);
			assertChild(traces(context).await("handle orders-read"), received);
		});
	}

	@Test
	void beginsAnewWhereNobodyCanReadIt() {
		this.runner.withUserConfiguration(Books.class).run((context) -> {
			receive(context, Map.of("traceparent", "00-nonsense"));
			SpanData received = traces(context).await("receive orders");
			assertThat(received.getParentSpanContext().isValid()).isFalse();
			assertChild(traces(context).await("handle orders-read"), received);
			TestContexts.sink(context).awaitExactly(1);
		});
	}

	@Test
	void isNamedByTheApplication() {
		this.runner.withUserConfiguration(Books.class)
			.withBean(LinkSendingObservationConvention.class, () -> new DefaultLinkSendingObservationConvention() {

				@Override
				public String getContextualName(LinkSendingObservationContext context) {
					return context.getDestination() + " publish";
				}

			})
			.withBean(LinkReceivingObservationConvention.class, () -> new DefaultLinkReceivingObservationConvention() {

				@Override
				public String getContextualName(LinkReceivingObservationContext context) {
					return context.getDestination() + " receive";
				}

			})
			.run((context) -> {
				send(context);
				assertChild(traces(context).await("orders receive"), traces(context).await("orders publish"));
			});
	}

	@Test
	void endsAtTheLinkWhereBootSwitchesItOff() {
		this.runner.withUserConfiguration(Books.class)
			.withPropertyValues("management.observations.enable.genstage.link=false")
			.run((context) -> {
				send(context);
				SpanData read = traces(context).await("handle orders-read");
				assertThat(read.getParentSpanContext().isValid()).isFalse();
				assertThat(read.getTraceId()).isNotEqualTo(traces(context).await("request").getTraceId());
			});
	}

	@Test
	void isNotSentUnlessAskedFor() {
		this.off.withPropertyValues("genstage.observation.mdc=true").run((context) -> {
			send(context);
			assertThat(sentMessage(context).headers()).doesNotContainKey("traceparent")
				.containsKey(LinkHeaders.EVENT_ID);
		});
	}

	/** Reads the message as another application would. */
	private static LinkMessage sentMessage(AssertableApplicationContext context) {
		List<LinkMessage> messages = new CopyOnWriteArrayList<>();
		try (LinkReader reader = context.getBean(MemoryLinks.class)
			.openReader(LinkDefinition.of("orders"), new Reading(messages))) {
			reader.ask(1);
			Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> messages.size() == 1);
		}
		return messages.get(0);
	}

	/**
	 * What Boot sets up beside a tracer.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Propagation {

		@Bean
		Propagator propagator(Traces traces) {
			return new OtelPropagator(ContextPropagators.create(W3CTraceContextPropagator.getInstance()),
					traces.otel());
		}

		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE - 2000)
		PropagatingSenderTracingObservationHandler<?> sending(Tracer tracer, Propagator propagator) {
			return new PropagatingSenderTracingObservationHandler<>(tracer, propagator);
		}

		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE - 2000)
		PropagatingReceiverTracingObservationHandler<?> receiving(Tracer tracer, Propagator propagator) {
			return new PropagatingReceiverTracingObservationHandler<>(tracer, propagator);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Orders {

		private final EventQueue<Integer> orders = new EventQueue<>(100);

		@Bean
		@Producer
		EventQueue<Integer> orders() {
			return this.orders;
		}

	}

	record Books(Sink sink) {

		@Consumer(subscribeTo = "orders")
		void book(Integer order) {
			this.sink.add(order);
		}

	}

	/**
	 * Nothing happens to a link in memory.
	 */
	private static class Ignoring implements LinkListener {

		@Override
		public void interrupted(Throwable cause) {
		}

		@Override
		public void recovered() {
		}

		@Override
		public void failed(Throwable cause) {
		}

	}

	/**
	 * Keeps what is delivered.
	 */
	private static final class Reading extends Ignoring implements LinkReader.Listener {

		private final List<LinkMessage> messages;

		Reading(List<LinkMessage> messages) {
			this.messages = messages;
		}

		@Override
		public void delivered(List<LinkRecord> records) {
			records.forEach((record) -> this.messages.add(record.message()));
		}

	}

}
