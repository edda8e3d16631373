package io.genstage.boot;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import io.genstage.annotation.Batch;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Failure;
import io.genstage.annotation.Producer;
import io.genstage.delivery.Outcome;
import io.genstage.failure.EventRejectedException;
import io.genstage.intake.InFlight;
import io.genstage.source.DeliveryFailedException;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Consumers that return the outcome of an event which they have sent to another pipeline.
 */
class HandedOnSettlementTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner()
		.withUserConfiguration(Queues.class)
		.withBean(Last.class)
		.withBean(SendsOn.class);

	@Test
	void haveItsOutcome() {
		this.contextRunner.run((context) -> {
			assertThat(outcomeOf("good", context)).isEqualTo(Outcome.ACCEPTED);
			assertThat(outcomeOf("skip", context)).isEqualTo(Outcome.SKIPPED);
		});
	}

	@Test
	void failWithIt() {
		this.contextRunner.withPropertyValues("genstage.stages.last.failure.then=fail").run((context) -> {
			CompletableFuture<Outcome> failed = deliver("skip", context);
			// A success shows that not everything fails.
			assertThat(outcomeOf("good", context)).isEqualTo(Outcome.ACCEPTED);
			assertThat(failed).failsWithin(50, TimeUnit.SECONDS)
				.withThrowableThat()
				.withCauseInstanceOf(DeliveryFailedException.class);
		});
	}

	@Test
	void mayHaveSeveralEventsInFlight() {
		this.contextRunner.withPropertyValues("genstage.stages.pass.in-flight=7").run((context) -> {
			assertThat(outcomeOf("good", context)).isEqualTo(Outcome.ACCEPTED);
			assertThat(TestContexts.registry(context)
				.definitions()
				.stream()
				.filter((definition) -> definition.name().equals("pass"))
				.findFirst()
				.orElseThrow()
				.options()
				.inFlight()).isEqualTo(InFlight.of(7));
		});
	}

	@Test
	void waitForItInATaskForEachEvent() {
		this.contextRunner.withPropertyValues("genstage.stages.pass.task-per-event.enabled=true")
			.run((context) -> assertThat(outcomeOf("good", context)).isEqualTo(Outcome.ACCEPTED));
	}

	@Test
	void takeOneEvent() {
		assertRefused(TakesLists.class,
				"returns the outcome of one event, but takes several: " + "let it take one event, or return Outcomes");
	}

	@Test
	void takeNoBatch() {
		assertRefused(TakesBatches.class,
				"it takes one event at a time, but has a 'batch': let it take a List of events, or remove 'batch'");
	}

	private void assertRefused(Class<?> bean, String message) {
		TestContexts.runner()
			.withUserConfiguration(Queues.class)
			.withBean(Last.class)
			.withBean(bean)
			.run((context) -> assertThat(context).getFailure().hasMessageContaining(message));
	}

	private static Outcome outcomeOf(String event, ApplicationContext context) {
		return deliver(event, context).orTimeout(50, TimeUnit.SECONDS).join();
	}

	private static CompletableFuture<Outcome> deliver(String event, ApplicationContext context) {
		return queue(context).deliver(event).toCompletableFuture();
	}

	@SuppressWarnings("unchecked") // there is no other
	private static EventQueue<String> queue(ApplicationContext context) {
		return context.getBean("first", EventQueue.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class Queues {

		@Bean
		@Producer
		EventQueue<String> first() {
			return new EventQueue<>(10);
		}

		@Bean
		@Producer
		EventQueue<String> second() {
			return new EventQueue<>(10);
		}

	}

	static class SendsOn {

		private final EventQueue<String> second;

		SendsOn(EventQueue<String> second) {
			this.second = second;
		}

		@Consumer(subscribeTo = "first", failure = @Failure(maxRetries = "0", then = "fail"))
		CompletionStage<Outcome> pass(String event) {
			return this.second.deliver(event);
		}

	}

	static class Last {

		@Consumer(subscribeTo = "second", failure = @Failure(then = "skip"))
		void last(String event) {
			if (event.equals("skip")) {
				throw new EventRejectedException("it says so", null);
			}
		}

	}

	static class TakesLists {

		@Consumer(subscribeTo = "first")
		CompletionStage<Outcome> pass(List<String> events) {
			return CompletableFuture.completedFuture(Outcome.ACCEPTED);
		}

	}

	static class TakesBatches {

		@Consumer(subscribeTo = "first", batch = @Batch(size = 3))
		CompletionStage<Outcome> pass(String event) {
			return CompletableFuture.completedFuture(Outcome.ACCEPTED);
		}

	}

}
