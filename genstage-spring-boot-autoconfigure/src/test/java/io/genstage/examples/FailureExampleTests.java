package io.genstage.examples;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import io.genstage.Watch;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Failure;
import io.genstage.annotation.OnFailure;
import io.genstage.annotation.Producer;
import io.genstage.boot.Sink;
import io.genstage.boot.TestContexts;
import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.delivery.Acknowledgement;
import io.genstage.delivery.Outcomes;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.failure.Decision;
import io.genstage.failure.FailedAttempt;
import io.genstage.failure.FailureDecider;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.RetryOrder;
import io.genstage.pipeline.PipelineState;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Test;

import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of events that can't be handled.
 */
class FailureExampleTests {

	@Test
	void failuresByAnnotations() {
		Examples.runner(Books.class, Deciders.class).run((context) -> {
			TestContexts.sink(context).awaitExactly(new Order("ann", 3));
			FailurePolicy book = policy(context, "book");
			assertThat(book.retries().delay(5)).isBetween(Duration.ofMillis(7500), Duration.ofSeconds(10));
			assertThat(book.retries().delay(6)).isNull();
			assertThat(book.retries().helpAgainst(new IOException())).isTrue();
			assertThat(book.retries().helpAgainst(new FileNotFoundException())).isFalse();
			assertThat(book.retries().helpAgainst(new IllegalStateException())).isFalse();
			assertThat(book.then()).isEqualTo(FailurePolicy.Then.SKIP);
			assertThat(book.order()).isEqualTo(RetryOrder.STRICT);
			assertThat(book.outage()).isEqualTo(new OutageGuard(10, Duration.ofMinutes(1)));
			assertThat(book.expireAfter()).isEqualTo(Duration.ofMinutes(10));
			assertThat(book.hold()).isEqualTo(Duration.ofMinutes(5));
			assertThat(book.decider()).isSameAs(context.getBean("unpaid"));
			assertThat(policy(context, "store").isolate()).isTrue();
			assertThat(policy(context, "audit")).isNull();
		});
	}

	@Test
	void failuresByProperties() {
		Examples.runnerWith("failure.yaml", Books.class, Deciders.class).run((context) -> {
			FailurePolicy book = policy(context, "book");
			assertThat(book.retries().delay(5)).isBetween(Duration.ofMillis(7500), Duration.ofSeconds(10));
			assertThat(book.retries().helpAgainst(new IllegalArgumentException())).isFalse();
			assertThat(book.then()).isEqualTo(FailurePolicy.Then.DEAD_LETTER);
			assertThat(book.expireAfter()).isEqualTo(Duration.ofHours(1));
			assertThat(book.hold()).isEqualTo(Duration.ofMinutes(2));
			FailurePolicy store = policy(context, "store");
			assertThat(store.retries().delay(1)).isBetween(Duration.ofMillis(400), Duration.ofMillis(600));
			assertThat(store.retries().delay(5)).isNull();
			assertThat(store.retries().helpAgainst(new InterruptedException())).isFalse();
			assertThat(store.outage()).isEqualTo(new OutageGuard(20, Duration.ofSeconds(10)));
			assertThat(policy(context, "audit")).isNull();
			assertThat(context.getBean(DeadLetterStore.class)).isInstanceOfSatisfying(MemoryDeadLetterStore.class,
					(memory) -> assertThat(memory.capacity()).isEqualTo(500));
			assertThat(context.getBean(GenStageProperties.class).deadLetters().showPayload())
				.isEqualTo(GenStageProperties.ShowPayload.WHEN_AUTHORIZED);
		});
	}

	@Test
	void decidesByAMethodOfTheBean() {
		Examples.runner(Payments.class).run((context) -> {
			TestContexts.awaitState(context, PipelineState.COMPLETED);
			assertThat(TestContexts.sink(context).events()).containsExactly(new Order("ann", 3));
			assertThat(TestContexts.registry(context).counts("pay").orElseThrow().skipped()).isEqualTo(1);
		});
	}

	@Test
	void decidesAboutAllThatHasFailed() {
		Examples.runner(Shipments.class).run((context) -> {
			TestContexts.awaitState(context, PipelineState.COMPLETED);
			DeadLetterDesk desk = context.getBean(DeadLetterDesk.class);
			assertThat(desk.list(DeadLetterFilter.all(), null, 10).letters())
				.extracting((letter) -> desk.event(letter.id()).orElseThrow())
				.containsExactly(new Order("somebody", 3));
			assertThat(TestContexts.registry(context).counts("ship").orElseThrow().skipped()).isEqualTo(1);
		});
	}

	@Test
	void handsDeadLettersOn() {
		Examples.runner(Reminders.class)
			.withPropertyValues("genstage.stages.pay.failure.retry.max-retries=0")
			.run((context) -> TestContexts.sink(context).awaitExactly("remind bob"));
	}

	@Test
	void answersForEachEvent() {
		Examples.runner(Stores.class).run((context) -> {
			TestContexts.awaitState(context, PipelineState.COMPLETED);
			assertThat(TestContexts.sink(context).events()).containsExactly(new Order("ann", 3));
			assertThat(context.getBean(DeadLetterDesk.class).list(DeadLetterFilter.all(), null, 10).letters())
				.extracting(DeadLetter::reason)
				.containsExactly("nothing was ordered");
		});
	}

	@Test
	void takesAnAttemptThatIsTooLongForAFailure() {
		Examples.runner(Late.class).run((context) -> {
			assertThat(policy(context, "charge").timeout()).isEqualTo(Duration.ofSeconds(10));
			assertThat(Examples.stage(context, "orders").options().watch())
				.isEqualTo(new Watch(null, Duration.ofMinutes(1)));
			assertThat(Examples.stage(context, "charge").options().watch())
				.isEqualTo(new Watch(Duration.ofMinutes(2), null));
		});
		Examples.runnerWith("late.yaml", Late.class).run((context) -> {
			assertThat(policy(context, "charge").timeout()).isEqualTo(Duration.ofSeconds(30));
			assertThat(Examples.stage(context, "charge").options().watch()).isEqualTo(Watch.NONE);
			assertThat(Examples.stage(context, "orders").options().watch())
				.isEqualTo(new Watch(null, Duration.ofMinutes(10)));
		});
	}

	@Test
	void settlesByAnAcknowledgement() {
		Examples.runner(Charges.class)
			.withPropertyValues("genstage.stages.charge.failure.retry.delay=1ms")
			.run((context) -> {
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				assertThat(TestContexts.sink(context).events()).containsExactlyInAnyOrder(new Order("ann", 3),
						new Order("cid", 4));
				assertThat(context.getBean(DeadLetterDesk.class).list(DeadLetterFilter.all(), null, 10).letters())
					.extracting(DeadLetter::reason)
					.containsExactly("nothing to charge");
				assertThat(TestContexts.registry(context).counts("charge").orElseThrow().retried()).isEqualTo(1);
			});
	}

	private static FailurePolicy policy(ApplicationContext context, String stage) {
		return Examples.stage(context, stage).options().failure();
	}

	static class Books {

		private final Sink sink;

		Books(Sink sink) {
			this.sink = sink;
		}

		@Producer(dispatcher = "broadcast")
		Stream<Order> orders() {
			return Stream.of(new Order("ann", 3));
		}

		// tag::failure[]
		@Consumer(subscribeTo = "orders",
				failure = @Failure(maxRetries = "5", delay = "200ms", multiplier = "3", maxDelay = "10s",
						jitter = "50ms", includes = IOException.class, excludes = FileNotFoundException.class,
						then = "skip", order = "strict", outageFailures = "10", outagePause = "1m", expireAfter = "10m",
						hold = "5m", decider = "unpaid"))
		void book(Order order) throws IOException {
			this.sink.add(order);
		}

		@Consumer(subscribeTo = "orders", failure = @Failure(isolate = "true"))
		void store(List<Order> orders) {
		}

		@Consumer(subscribeTo = "orders", failure = @Failure(enabled = "false"))
		void audit(Order order) {
		}
		// end::failure[]

	}

	static class Late {

		// tag::late[]
		@Producer(settleWithin = "1m")
		Stream<Order> orders() {
			return Stream.of();
		}

		@Consumer(subscribeTo = "orders", failure = @Failure(timeout = "10s"), handleWithin = "2m")
		void charge(Order order) {
		}
		// end::late[]

	}

	static class Payments {

		private final Sink sink;

		Payments(Sink sink) {
			this.sink = sink;
		}

		@Producer
		Stream<Order> orders() {
			return Stream.of(new Order("bob", 0), new Order("ann", 3));
		}

		// tag::onFailure[]
		@Consumer(subscribeTo = "orders")
		void pay(Order order) {
			if (order.amount() == 0) {
				throw new IllegalArgumentException("nothing was ordered");
			}
			this.sink.add(order);
		}

		@OnFailure
		Decision decide(Order order, Throwable cause, int attempt) {
			return (cause instanceof IllegalArgumentException) ? Decision.skip() : Decision.byPolicy();
		}
		// end::onFailure[]

	}

	static class Shipments {

		@Producer
		Stream<Order> orders() {
			return Stream.of(new Order("bob", 0), new Order("ann", 3));
		}

		// tag::onFailures[]
		@Consumer(subscribeTo = "orders")
		void ship(List<Order> orders) {
			throw new IllegalStateException("no carrier");
		}

		@OnFailure
		List<Decision> decideTogether(List<FailedAttempt<Order>> failed) {
			return failed.stream()
				.map((one) -> (one.event().amount() == 0) ? Decision.skip()
						: Decision.deadLetter().withLetter(new Order("somebody", one.event().amount())))
				.toList();
		}
		// end::onFailures[]

	}

	@Configuration(proxyBeanMethods = false)
	static class Reminders {

		private final Sink sink;

		Reminders(Sink sink) {
			this.sink = sink;
		}

		@Producer
		Stream<Order> orders() {
			return Stream.of(new Order("bob", 5), new Order("ann", 3));
		}

		// tag::then[]
		@Consumer(subscribeTo = "orders", failure = @Failure(then = "unpaid"))
		void pay(Order order) {
			if (order.amount() > 4) {
				throw new IllegalStateException("no credit");
			}
		}

		@Bean
		@Producer
		EventQueue<Order> unpaid() {
			return new EventQueue<>(100);
		}

		@Consumer(subscribeTo = "unpaid")
		void remind(Order order) {
			this.sink.add("remind " + order.customer());
		}
		// end::then[]

	}

	static class Stores {

		private final Sink sink;

		Stores(Sink sink) {
			this.sink = sink;
		}

		@Producer
		Stream<Order> orders() {
			return Stream.of(new Order("bob", 0), new Order("ann", 3));
		}

		// tag::outcomes[]
		@Consumer(subscribeTo = "orders")
		Outcomes store(List<Order> orders) {
			Outcomes outcomes = Outcomes.none();
			for (Order order : orders) {
				if (order.amount() == 0) {
					outcomes = outcomes.and(Outcomes.failed(order, "nothing was ordered"));
				}
				else {
					this.sink.add(order);
					outcomes = outcomes.and(Outcomes.accepted(order));
				}
			}
			return outcomes;
		}
		// end::outcomes[]

	}

	static class Charges {

		private final Bank bank;

		Charges(Sink sink) {
			this.bank = new Bank(sink);
		}

		@Producer
		Stream<Order> orders() {
			return Stream.of(new Order("ann", 3), new Order("bob", 0), new Order("cid", 4));
		}

		// tag::acknowledgement[]
		@Consumer(subscribeTo = "orders", inFlight = 20)
		void charge(Order order, Acknowledgement acknowledgement) {
			if (order.amount() == 0) {
				acknowledgement.reject("nothing to charge");
				return;
			}
			this.bank.charge(order).whenComplete((receipt, failure) -> {
				if (failure == null) {
					acknowledgement.accept();
				}
				else {
					acknowledgement.retry();
				}
			});
		}
		// end::acknowledgement[]

	}

	/**
	 * Is too busy for the first order.
	 */
	private static final class Bank {

		private final Sink sink;

		private final AtomicBoolean busy = new AtomicBoolean(true);

		Bank(Sink sink) {
			this.sink = sink;
		}

		CompletableFuture<String> charge(Order order) {
			return CompletableFuture.supplyAsync(() -> {
				if (this.busy.getAndSet(false)) {
					throw new IllegalStateException("busy");
				}
				this.sink.add(order);
				return "receipt";
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Deciders {

		// tag::decider[]
		@Bean
		FailureDecider unpaid() {
			return (event, failure, attempt) -> (failure instanceof IllegalStateException) ? Decision.skip()
					: Decision.byPolicy();
		}
		// end::decider[]

	}

}
