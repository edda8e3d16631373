package io.genstage.boot.observe;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.genstage.StageObserver;
import io.genstage.StageRef;
import io.genstage.annotation.Batch;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Failure;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.annotation.TaskPerEvent;
import io.genstage.boot.Sink;
import io.genstage.boot.TestContexts;
import io.genstage.boot.autoconfigure.GenStageObservationAutoConfiguration;
import io.genstage.delivery.Outcome;
import io.genstage.source.EventQueue;
import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spans and timers of handlers, with a real tracer.
 */
@ExtendWith(OutputCaptureExtension.class)
class ObservationTests {

	private final ApplicationContextRunner off = TestContexts.runner()
		.withConfiguration(
				AutoConfigurations.of(ObservationAutoConfiguration.class, GenStageObservationAutoConfiguration.class))
		.withUserConfiguration(Traces.class, Orders.class);

	private final ApplicationContextRunner runner = this.off.withPropertyValues("genstage.observation.enabled=true");

	private static Traces traces(AssertableApplicationContext context) {
		return context.getBean(Traces.class);
	}

	private static EventQueue<Integer> orders(AssertableApplicationContext context) {
		return context.getBean(Orders.class).orders;
	}

	/** Sends an event within an observation, as the handler of a request does. */
	private static void send(AssertableApplicationContext context, String request, int order) {
		Observation.createNotStarted(request, context.getBean(ObservationRegistry.class))
			.observe(() -> assertThat(orders(context).offer(order)).isTrue());
	}

	private static void assertChild(SpanData child, SpanData parent) {
		assertThat(child.getTraceId()).isEqualTo(parent.getTraceId());
		assertThat(child.getParentSpanId()).isEqualTo(parent.getSpanId());
	}

	@ParameterizedTest
	@CsvSource({ "false, OneEvent", "true, OneEvent", "false, ManyEvents", "false, InFlight", "true, InFlight",
			"false, Task", "true, Task", "false, FunctionBean" })
	void continueTheTraceOfTheSender(boolean virtualThreads, String form) throws ClassNotFoundException {
		this.runner.withUserConfiguration(Class.forName(ObservationTests.class.getName() + "$" + form))
			.withPropertyValues("spring.threads.virtual.enabled=" + virtualThreads)
			.run((context) -> {
				send(context, "request", 1);
				SpanData handled = traces(context).await("handle keep");
				SpanData sent = traces(context).await("emit orders");
				assertChild(handled, sent);
				assertChild(sent, traces(context).await("request"));
				assertThat(handled.getAttributes().asMap().toString()).contains("genstage.attempt=1",
						"genstage.events=1", "genstage.instance=keep", "outcome=success", "pipeline=orders",
						"stage=keep");
			});
	}

	@Test
	void continueFromStageToStage() {
		this.runner.withUserConfiguration(Line.class).run((context) -> {
			send(context, "request", 1);
			SpanData last = traces(context).await("handle keep");
			SpanData second = traces(context).await("handle second");
			SpanData first = traces(context).await("handle first");
			assertChild(last, second);
			assertChild(second, first);
			assertChild(first, traces(context).await("emit orders"));
		});
	}

	@Test
	void continueWithWhatTheHandlerDoes() {
		this.runner.withUserConfiguration(Observing.class).run((context) -> {
			send(context, "request", 1);
			assertChild(traces(context).await("inner"), traces(context).await("handle keep"));
		});
	}

	@Test
	void beginATraceForAnEventThatNobodyHasSent() {
		this.runner.withUserConfiguration(OneEvent.class).run((context) -> {
			orders(context).offer(1);
			SpanData sent = traces(context).await("emit orders");
			assertThat(sent.getParentSpanContext().isValid()).isFalse();
			assertChild(traces(context).await("handle keep"), sent);
		});
	}

	@Test
	void areOnesOfTheirOwnForEachAttempt() {
		this.runner.withUserConfiguration(Failing.class).run((context) -> {
			send(context, "request", 1);
			List<SpanData> attempts = traces(context).await("handle keep", 3);
			SpanData sent = traces(context).await("emit orders");
			assertThat(attempts).allSatisfy((attempt) -> assertChild(attempt, sent));
			assertThat(attempts).extracting((attempt) -> attempt.getAttributes().get(Traces.ATTEMPT))
				.containsExactly("1", "2", "3");
			assertThat(attempts).extracting((attempt) -> attempt.getStatus().getStatusCode())
				.containsExactly(StatusCode.ERROR, StatusCode.ERROR, StatusCode.OK);
		});
	}

	@Test
	void ofSeveralTracesAreLinkedToThem() {
		this.runner.withUserConfiguration(Batches.class).run((context) -> {
			IntStream.rangeClosed(1, 3).forEach((order) -> send(context, "request " + order, order));
			SpanData batch = traces(context).await("handle keep");
			List<SpanData> sent = traces(context).await("emit orders", 3);
			assertThat(batch.getParentSpanContext().isValid()).isFalse();
			assertThat(sent).extracting(SpanData::getTraceId).doesNotContain(batch.getTraceId());
			assertThat(batch.getLinks()).extracting(LinkData::getSpanContext)
				.extracting(SpanContext::getSpanId)
				.containsExactlyElementsOf(sent.stream().map(SpanData::getSpanId).toList());
		});
	}

	/** They would keep each other in memory. */
	@Test
	void beginAnotherTraceWhereOneHasNoEnd() {
		this.runner.withUserConfiguration(Again.class).run((context) -> {
			orders(context).offer(1);
			List<SpanData> handled = traces(context).await("handle again", Again.TIMES);
			assertThat(handled.stream().map(SpanData::getTraceId).distinct()).hasSizeBetween(2, 4);
		});
	}

	@Test
	void dontDisturbWhoWaitsForAnEvent() {
		this.runner.withUserConfiguration(Line.class).run((context) -> {
			CompletionStage<Outcome> outcome = orders(context).deliver(1);
			Awaitility.await().until(() -> outcome.toCompletableFuture().isDone());
			assertThat(outcome).isCompletedWithValue(Outcome.ACCEPTED);
		});
	}

	@Test
	void areTimedToo() {
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		this.runner.withUserConfiguration(OneEvent.class)
			.withBean(DefaultMeterObservationHandler.class, () -> new DefaultMeterObservationHandler(meters))
			.run((context) -> {
				send(context, "request", 1);
				traces(context).await("handle keep");
				Awaitility.await()
					.untilAsserted(() -> assertThat(meters.find("genstage.handle")
						.tags("pipeline", "orders", "stage", "keep", "outcome", "success", "error", "none")
						.timer()).isNotNull().extracting(Timer::count).isEqualTo(1L));
				assertThat(meters.find("genstage.emit").tags("stage", "orders", "outcome", "success").timer())
					.isNotNull();
			});
	}

	@Test
	void haveNamesAndKeysOfTheApplication() {
		this.runner.withUserConfiguration(OneEvent.class)
			.withBean(HandlingObservationConvention.class, () -> new DefaultHandlingObservationConvention() {

				@Override
				public String getContextualName(HandlingObservationContext context) {
					return "work of " + context.getStage();
				}

				@Override
				public KeyValues getLowCardinalityKeyValues(HandlingObservationContext context) {
					return super.getLowCardinalityKeyValues(context).and("order",
							context.getEvents().get(0).toString());
				}

			})
			.withBean(EmittingObservationConvention.class, () -> new DefaultEmittingObservationConvention() {

				@Override
				public String getContextualName(EmittingObservationContext context) {
					return "order " + context.getEvent();
				}

			})
			.run((context) -> {
				send(context, "request", 7);
				SpanData handled = traces(context).await("work of keep");
				assertThat(handled.getAttributes().asMap().toString()).contains("order=7");
				assertChild(handled, traces(context).await("order 7"));
			});
	}

	@Test
	void sayThatAQueueDidNotTakeAnEvent() {
		this.runner.withUserConfiguration(NotStarted.class).run((context) -> {
			IntStream.range(0, 100).forEach((order) -> orders(context).offer(order));
			assertThat(orders(context).offer(100)).isFalse();
			List<SpanData> sent = traces(context).await("emit orders", 101);
			assertThat(sent.get(100).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
			assertThat(sent.get(99).getStatus().getStatusCode()).isEqualTo(StatusCode.OK);
		});
	}

	@Test
	void areOffUnlessAskedFor() {
		this.off.withUserConfiguration(OneEvent.class).run((context) -> {
			send(context, "request", 1);
			TestContexts.sink(context).awaitExactly(1);
			assertThat(context).doesNotHaveBean(StageObserver.class).doesNotHaveBean(LinkingObservationHandler.class);
			assertThat(traces(context).spans()).extracting(SpanData::getName).containsExactly("request");
		});
	}

	@Test
	void areOffWhereBootSwitchesThemOff() {
		this.runner.withUserConfiguration(Line.class)
			.withPropertyValues("management.observations.enable.genstage.emit=false",
					"management.observations.enable.genstage.handle=false")
			.run((context) -> {
				send(context, "request", 1);
				TestContexts.sink(context).awaitExactly("1 first second");
				assertThat(traces(context).spans()).extracting(SpanData::getName).containsExactly("request");
			});
	}

	@Test
	void continueTheTraceOfTheSenderIfOnlySendingIsNotObserved() {
		this.runner.withUserConfiguration(OneEvent.class)
			.withPropertyValues("management.observations.enable.genstage.emit=false")
			.run((context) -> {
				send(context, "request", 1);
				assertChild(traces(context).await("handle keep"), traces(context).await("request"));
			});
	}

	@Test
	void leaveItToAnObserverOfTheApplication() {
		StageObserver own = new StageObserver() {

			@Override
			public Observed beginHandling(Call call) {
				throw new IllegalStateException("for the test");
			}

			@Override
			public Observed beginSending(StageRef queue, Object event) {
				throw new IllegalStateException("for the test");
			}

		};
		this.runner.withUserConfiguration(OneEvent.class).withBean(StageObserver.class, () -> own).run((context) -> {
			send(context, "request", 1);
			TestContexts.sink(context).awaitExactly(1);
			assertThat(context).hasSingleBean(StageObserver.class);
			assertThat(traces(context).spans()).extracting(SpanData::getName).containsExactly("request");
		});
	}

	@Test
	void needARegistry(CapturedOutput output) {
		TestContexts.runner()
			.withConfiguration(AutoConfigurations.of(GenStageObservationAutoConfiguration.class))
			.withUserConfiguration(Orders.class, OneEvent.class)
			.withPropertyValues("genstage.observation.enabled=true")
			.run((context) -> {
				orders(context).offer(1);
				TestContexts.sink(context).awaitExactly(1);
				assertThat(output)
					.contains("genstage.observation.enabled has no effect: there is no ObservationRegistry");
			});
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

	record OneEvent(Sink sink) {

		@Consumer(subscribeTo = "orders")
		void keep(Integer order) {
			this.sink.add(order);
		}

	}

	record NotStarted(Sink sink) {

		@Consumer(subscribeTo = "orders", autoStartup = "false")
		void keep(Integer order) {
			this.sink.add(order);
		}

	}

	record ManyEvents(Sink sink) {

		@Consumer(subscribeTo = "orders")
		void keep(List<Integer> orders) {
			orders.forEach(this.sink::add);
		}

	}

	record InFlight(Sink sink) {

		@Consumer(subscribeTo = "orders", inFlight = 10)
		CompletionStage<Void> keep(Integer order) {
			return CompletableFuture.runAsync(() -> this.sink.add(order));
		}

	}

	record Task(Sink sink) {

		@Consumer(subscribeTo = "orders", taskPerEvent = @TaskPerEvent(enabled = "true"))
		void keep(Integer order) {
			this.sink.add(order);
		}

	}

	record Batches(Sink sink) {

		@Consumer(subscribeTo = "orders", batch = @Batch(size = 3, timeout = "1h"))
		void keep(List<Integer> orders) {
			this.sink.add(orders);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FunctionBean {

		@Bean
		@Consumer(subscribeTo = "orders")
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return sink::add;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Line {

		@Bean
		@ProducerConsumer(subscribeTo = "orders")
		Function<Integer, String> first() {
			return (order) -> order + " first";
		}

		@Bean
		@ProducerConsumer(subscribeTo = "first")
		Function<String, String> second() {
			return (order) -> order + " second";
		}

		@Bean
		@Consumer(subscribeTo = "second")
		java.util.function.Consumer<String> keep(Sink sink) {
			return sink::add;
		}

	}

	record Again(EventQueue<Integer> orders) {

		static final int TIMES = 1500;

		@Consumer(subscribeTo = "orders")
		void again(Integer order) {
			if (order < TIMES) {
				this.orders.offer(order + 1);
			}
		}

	}

	record Observing(ObservationRegistry registry) {

		@Consumer(subscribeTo = "orders")
		void keep(Integer order) {
			Observation.createNotStarted("inner", this.registry).observe(() -> {
			});
		}

	}

	record Failing(AtomicInteger calls) {

		Failing() {
			this(new AtomicInteger());
		}

		@Consumer(subscribeTo = "orders", failure = @Failure(maxRetries = "2", delay = "1ms"))
		void keep(Integer order) {
			if (this.calls.incrementAndGet() < 3) {
				throw new IllegalStateException("for the test");
			}
		}

	}

}
