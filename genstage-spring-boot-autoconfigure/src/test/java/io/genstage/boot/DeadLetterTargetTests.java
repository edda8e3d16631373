package io.genstage.boot;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Failure;
import io.genstage.annotation.Producer;
import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.delivery.Outcome;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.PipelineStatus;
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
 * Dead letters that go to a stage or to a bean.
 */
class DeadLetterTargetTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner()
		.withPropertyValues("genstage.defaults.failure.retry.max-retries=0",
				"genstage.defaults.failure.outage.failures=10000")
		.withUserConfiguration(Queues.class);

	@Test
	void mayBeTheEventsOfAStage() {
		this.contextRunner.withBean(Payments.class).run((context) -> {
			CompletableFuture<Outcome> bob = orders(context).deliver("bob").toCompletableFuture();
			orders(context).offer("ann");
			TestContexts.sink(context).awaitExactly("unpaid bob");
			assertThat(bob.get(10, TimeUnit.SECONDS)).isEqualTo(Outcome.DEAD_LETTERED);
			assertThat(TestContexts.registry(context).counts("pay").orElseThrow().deadLettered()).isOne();
		});
	}

	@Test
	void mayGoToAStoreOfTheirOwn() {
		MemoryDeadLetterStore mine = new MemoryDeadLetterStore();
		this.contextRunner.withBean(Payments.class)
			.withBean("mine", DeadLetterStore.class, () -> mine)
			.withPropertyValues("genstage.stages.pay.failure.then=mine")
			.run((context) -> {
				orders(context).offer("bob");
				orders(context).offer("ann");
				Awaitility.await()
					.untilAsserted(() -> assertThat(mine.oldestFirst(DeadLetterFilter.all(), 0, 10))
						.extracting(DeadLetter::stage)
						.containsExactly("pay"));
			});
	}

	@Test
	void areTakenWhileTheApplicationStops() {
		Sink[] sink = new Sink[1];
		this.contextRunner.withBean(SlowPayments.class).run((context) -> {
			sink[0] = TestContexts.sink(context);
			SlowPayments payments = context.getBean(SlowPayments.class);
			StageRegistry registry = TestContexts.registry(context);
			orders(context).offer("bob");
			assertThat(payments.begun.await(10, TimeUnit.SECONDS)).isTrue();
			CompletableFuture<Void> closed = CompletableFuture.runAsync(context::close);
			Awaitility.await()
				.untilAsserted(() -> assertThat(registry.pipelines()).extracting(PipelineStatus::state)
					.contains(PipelineState.DRAINING));
			payments.goOn.countDown();
			closed.get(20, TimeUnit.SECONDS);
		});
		assertThat(sink[0].events()).containsExactly("unpaid bob");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					unpayed | "failure.then': names 'unpayed', which is neither a stage that is an EventQueue nor a DeadLetterStore: did you mean 'unpaid'?"
					remind  | "failure.then': names 'remind', which is neither a stage that is an EventQueue nor a DeadLetterStore"
					orders  | "failure.then': names 'orders', from which events come to this stage, so that dead letters would go round for ever"
					""")
	void mustBeOneThatTakesThem(String target, String problem) {
		this.contextRunner.withBean(Payments.class)
			.withPropertyValues("genstage.stages.pay.failure.then=" + target)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(StageWiringException.class)
				.hasMessageContaining(problem));
	}

	@Test
	void mustNotComeBackByAnotherStage() {
		this.contextRunner.withBean(Payments.class)
			.withPropertyValues("genstage.stages.remind.failure.then=orders")
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("genstage.stages.remind.failure.then': names 'orders', from which events come"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "skip", "SKIP", "dead-letter", "DEAD_LETTER", "deadLetter" })
	void mayBeAWordInAnyForm(String word) {
		this.contextRunner.withBean(Payments.class)
			.withPropertyValues("genstage.stages.pay.failure.then=" + word)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@SuppressWarnings("unchecked")
	private static EventQueue<String> orders(ApplicationContext context) {
		return context.getBean("orders", EventQueue.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class Queues {

		@Bean
		@Producer
		EventQueue<String> orders() {
			return new EventQueue<>(10);
		}

		@Bean
		@Producer
		EventQueue<String> unpaid() {
			return new EventQueue<>(10);
		}

	}

	static class Payments {

		private final Sink sink;

		Payments(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "orders", failure = @Failure(then = "unpaid"))
		void pay(String order) {
			if (order.equals("bob")) {
				throw new IllegalStateException("no money");
			}
		}

		@Consumer(subscribeTo = "unpaid")
		void remind(String order) {
			this.sink.add("unpaid " + order);
		}

	}

	static class SlowPayments {

		private final CountDownLatch begun = new CountDownLatch(1);

		private final CountDownLatch goOn = new CountDownLatch(1);

		private final Sink sink;

		SlowPayments(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "orders", failure = @Failure(then = "unpaid"))
		void pay(String order) throws InterruptedException {
			this.begun.countDown();
			this.goOn.await();
			throw new IllegalStateException("no money");
		}

		@Consumer(subscribeTo = "unpaid")
		void remind(String order) {
			this.sink.add("unpaid " + order);
		}

	}

}
