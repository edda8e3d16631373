package io.genstage.boot;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.genstage.annotation.Batch;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.annotation.TaskPerEvent;
import io.genstage.delivery.Acknowledgement;
import io.genstage.delivery.Outcome;
import io.genstage.delivery.Outcomes;
import io.genstage.pipeline.PipelineState;
import io.genstage.source.EventQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Handlers that settle their events by a parameter.
 */
class AcknowledgementTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner()
		.withPropertyValues("genstage.defaults.failure.retry.delay=1ms")
		.withUserConfiguration(Orders.class);

	@Test
	void settleAnEventWhenTheyWant() {
		this.contextRunner.withBean(Later.class).run((context) -> {
			Later later = context.getBean(Later.class);
			CompletableFuture<Outcome> first = deliver(context, "a");
			CompletableFuture<Outcome> second = deliver(context, "b");
			later.next().accept();
			assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo(Outcome.ACCEPTED);
			assertThat(second).isNotDone();
			later.next().accept();
			assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo(Outcome.ACCEPTED);
			TestContexts.sink(context).awaitExactly("a, 1", "b, 1");
		});
	}

	@Test
	void holdBackTheNextEventsUntilAsManyAreSettledAsMayBeInFlight() {
		this.contextRunner.withBean(Later.class)
			.withPropertyValues("genstage.stages.book.in-flight=2")
			.run((context) -> {
				Later later = context.getBean(Later.class);
				List.of("a", "b", "c").forEach((order) -> deliver(context, order));
				Acknowledgement first = later.next();
				Acknowledgement second = later.next();
				TestContexts.sink(context).awaitExactly("a, 1", "b, 1");
				second.accept();
				first.accept();
				TestContexts.sink(context).awaitExactly("a, 1", "b, 1", "c, 1");
				later.next().accept();
			});
	}

	@Test
	void askForAnotherAttempt() {
		this.contextRunner.withBean(Later.class).run((context) -> {
			Later later = context.getBean(Later.class);
			CompletableFuture<Outcome> order = deliver(context, "a");
			later.next().retry();
			later.next().accept();
			assertThat(order.get(10, TimeUnit.SECONDS)).isEqualTo(Outcome.ACCEPTED);
			TestContexts.sink(context).awaitExactly("a, 1", "a, 2");
		});
	}

	@Test
	void settleBeforeWhatFollows() {
		this.contextRunner.withUserConfiguration(Early.class).run((context) -> {
			CompletableFuture<Outcome> order = deliver(context, "a");
			assertThat(order.get(10, TimeUnit.SECONDS)).isEqualTo(Outcome.ACCEPTED);
			assertThat(TestContexts.sink(context).events()).isEmpty();
			Early early = context.getBean(Early.class);
			early.receipt.complete("receipt of a");
			TestContexts.sink(context).awaitExactly("receipt of a");
			assertThat(context.getBean(Early.class).rejected.await(10, TimeUnit.SECONDS)).isTrue();
		});
	}

	@Test
	void changeNothingByAFailureBehindTheirWord() {
		this.contextRunner.withBean(FailingLate.class).run((context) -> {
			CompletableFuture<Outcome> order = deliver(context, "a");
			assertThat(order.get(10, TimeUnit.SECONDS)).isEqualTo(Outcome.ACCEPTED);
			Awaitility.await()
				.untilAsserted(
						() -> assertThat(TestContexts.registry(context).counts("book").orElseThrow().late()).isOne());
			assertThat(TestContexts.registry(context).counts("book").orElseThrow().retried()).isZero();
			TestContexts.sink(context).awaitExactly("a");
		});
	}

	@Test
	void freeAnEventThatIsNeverSettledWhenTheApplicationStops() throws Exception {
		CompletableFuture<?>[] order = new CompletableFuture<?>[1];
		Acknowledgement[] acknowledgement = new Acknowledgement[1];
		this.contextRunner.withBean(Later.class)
			.withPropertyValues("genstage.lifecycle.drain-timeout=1ms")
			.run((context) -> {
				order[0] = deliver(context, "a");
				acknowledgement[0] = context.getBean(Later.class).next();
			});
		Awaitility.await().untilAsserted(() -> assertThat(order[0]).isCompletedExceptionally());
		assertThat(acknowledgement[0].accept()).isFalse();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			OfLists      | takes several events and an Acknowledgement, which belongs to one: let it take one event
			WithOutcomes | takes an Acknowledgement and returns Outcomes, so it would settle its events twice
			WithBatch    | it takes one event at a time, but has a 'batch': let it take a List of events
			WithTasks    | it settles its events by an Acknowledgement, so there can't be a task for each
			OfNothing    | takes no events: it must take one event
			Producing    | "takes parameter 2 of type io.genstage.delivery.Acknowledgement"
			""")
	void areRefusedWhereTheyMakeNoSense(String handler, String problem) {
		Class<?> bean = Stream.of(AcknowledgementTests.class.getDeclaredClasses())
			.filter((type) -> type.getSimpleName().equals(handler))
			.findFirst()
			.orElseThrow();
		this.contextRunner.withBean(bean)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(StageWiringException.class)
				.hasMessageContaining(problem));
	}

	@ParameterizedTest
	@ValueSource(strings = { "accept", "reject" })
	void mayBeThoseOfAProducerConsumer(String word) {
		this.contextRunner.withUserConfiguration(Turning.class).run((context) -> {
			context.getBean(Turning.class).accepts = word.equals("accept");
			CompletableFuture<Outcome> order = deliver(context, "a");
			if (word.equals("accept")) {
				assertThat(order.get(10, TimeUnit.SECONDS)).isEqualTo(Outcome.ACCEPTED);
				TestContexts.sink(context).awaitExactly("a1", "a2");
			}
			else {
				Awaitility.await().untilAsserted(() -> assertThat(order).isCompletedExceptionally());
				assertThat(TestContexts.sink(context).events()).isEmpty();
			}
		});
	}

	@SuppressWarnings("unchecked")
	private static CompletableFuture<Outcome> deliver(ApplicationContext context, String order) {
		return context.getBean(EventQueue.class).deliver(order).toCompletableFuture();
	}

	@Configuration(proxyBeanMethods = false)
	static class Orders {

		@Bean
		@Producer
		EventQueue<String> orders() {
			return new EventQueue<>(10);
		}

	}

	static class Later {

		private final Sink sink;

		private final Queue<Acknowledgement> open = new ConcurrentLinkedQueue<>();

		Later(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "orders")
		void book(String order, Acknowledgement acknowledgement) {
			this.sink.add(order + ", " + acknowledgement.attempt());
			this.open.add(acknowledgement);
		}

		Acknowledgement next() {
			Awaitility.await().until(() -> !this.open.isEmpty());
			return this.open.remove();
		}

	}

	static class Early {

		private final CompletableFuture<String> receipt = new CompletableFuture<>();

		private final java.util.concurrent.CountDownLatch rejected = new java.util.concurrent.CountDownLatch(1);

		private final Sink sink;

		Early(Sink sink) {
			this.sink = sink;
		}

		@ProducerConsumer(subscribeTo = "orders")
		CompletionStage<String> receipts(String order, Acknowledgement acknowledgement) {
			acknowledgement.accept();
			return this.receipt;
		}

		@Consumer(subscribeTo = "receipts")
		void keep(String receipt, Acknowledgement acknowledgement) {
			this.sink.add(receipt);
			acknowledgement.reject("for nobody any more");
			this.rejected.countDown();
		}

	}

	static class FailingLate {

		private final Sink sink;

		FailingLate(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "orders")
		void book(String order, Acknowledgement acknowledgement) {
			this.sink.add(order);
			acknowledgement.accept();
			throw new IllegalStateException("late");
		}

	}

	static class Turning {

		private volatile boolean accepts;

		private final Sink sink;

		Turning(Sink sink) {
			this.sink = sink;
		}

		@ProducerConsumer(subscribeTo = "orders")
		List<String> items(Acknowledgement acknowledgement, String order) {
			if (this.accepts) {
				acknowledgement.accept();
			}
			else {
				acknowledgement.reject("not accepted");
			}
			return List.of(order + 1, order + 2);
		}

		@Consumer(subscribeTo = "items")
		void keep(String item) {
			this.sink.add(item);
		}

	}

	static class OfLists {

		@Consumer(subscribeTo = "orders")
		void book(List<String> orders, Acknowledgement acknowledgement) {
		}

	}

	static class WithOutcomes {

		@Consumer(subscribeTo = "orders")
		Outcomes book(String order, Acknowledgement acknowledgement) {
			return Outcomes.accepted(order);
		}

	}

	static class WithBatch {

		@Consumer(subscribeTo = "orders", batch = @Batch(size = 3))
		void book(String order, Acknowledgement acknowledgement) {
		}

	}

	static class WithTasks {

		@Consumer(subscribeTo = "orders", taskPerEvent = @TaskPerEvent)
		void book(String order, Acknowledgement acknowledgement) {
		}

	}

	static class OfNothing {

		@Consumer(subscribeTo = "orders")
		void book(Acknowledgement acknowledgement) {
		}

	}

	static class Producing {

		@Producer
		String made(int demand, Acknowledgement acknowledgement) {
			return "made";
		}

		@Consumer(subscribeTo = "made")
		void book(String order) {
		}

	}

}
