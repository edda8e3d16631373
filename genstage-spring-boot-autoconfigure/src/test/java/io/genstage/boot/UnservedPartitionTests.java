package io.genstage.boot;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.StageStatus;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.SubscribeTo;
import io.genstage.boot.actuate.GenStageHealthIndicator;
import io.genstage.pipeline.StageDefinition;
import io.genstage.dispatch.Unserved;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A partition whose consumer has failed, beside one that goes on.
 */
class UnservedPartitionTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner()
		.withUserConfiguration(Halves.class)
		.withPropertyValues("genstage.defaults.failure.enabled=false", "genstage.stages.odd.restart.max-restarts=0",
				"genstage.lifecycle.drain-timeout=1h");

	@Test
	void waitsWithoutHoldingUpTheOthersAndIsShownByHealth() {
		this.contextRunner.run((context) -> {
			awaitEven(context);
			assertThat(numbers(context).discarded()).isZero();
			Health health = new GenStageHealthIndicator(TestContexts.registry(context)).health();
			assertThat(health.getStatus()).isEqualTo(Status.DOWN);
			assertThat(health.getDetails()).containsEntry("failed", List.of("odd"))
				.containsEntry("unserved", Map.of("numbers", numbers(context).unserved()));
			assertThat(numbers(context).unserved()).isPositive();
		});
	}

	@Test
	void losesWhatGoesBeyondTheBufferIfThatIsWanted() {
		this.contextRunner
			.withPropertyValues("genstage.stages.numbers.unserved=discard", "genstage.stages.numbers.buffer-size=10")
			.run((context) -> {
				awaitEven(context);
				assertThat(numbers(context).unserved()).isEqualTo(10);
				assertThat(numbers(context).discarded()).isPositive();
			});
	}

	/** Within a drain time-out of an hour. */
	@Test
	void isNotWaitedForWhenTheApplicationStops() {
		AtomicReference<StageRegistry> registry = new AtomicReference<>();
		this.contextRunner.run((context) -> {
			registry.set(TestContexts.registry(context));
			awaitEven(context);
		});
		assertThat(registry.get().drainReports()).singleElement()
			.satisfies(
					(report) -> assertThat(report.stages()).filteredOn((outcome) -> outcome.stage().equals("numbers"))
						.singleElement()
						.satisfies((outcome) -> assertThat(outcome.lost()).isPositive()));
	}

	@Test
	void isUpToTheAnnotationAndThePropertyBeforeIt() {
		this.contextRunner.withPropertyValues("said=discard")
			.run((context) -> assertThat(definition(context).options().unserved()).isEqualTo(Unserved.DISCARD));
		this.contextRunner.withPropertyValues("said=discard", "genstage.stages.numbers.unserved=wait")
			.run((context) -> assertThat(definition(context).options().unserved()).isEqualTo(Unserved.WAIT));
		this.contextRunner.withPropertyValues("said=never")
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("attribute 'unserved' must be one of [discard, wait], but is 'never'"));
	}

	private static void awaitEven(ApplicationContext context) {
		Awaitility.await().untilAsserted(() -> assertThat(TestContexts.sink(context).events()).hasSize(5_000));
	}

	private static StageStatus numbers(ApplicationContext context) {
		return TestContexts.registry(context).stage("numbers").orElseThrow().started().orElseThrow();
	}

	private static StageDefinition definition(ApplicationContext context) {
		return TestContexts.registry(context)
			.definitions()
			.stream()
			.filter((definition) -> definition.name().equals("numbers"))
			.findFirst()
			.orElseThrow();
	}

	@Configuration(proxyBeanMethods = false)
	static class Halves {

		@Bean
		Numbers numbersBean(Sink sink) {
			return new Numbers(sink);
		}

	}

	static class Numbers {

		private final Sink sink;

		Numbers(Sink sink) {
			this.sink = sink;
		}

		@Producer(dispatcher = "partition", partitions = 2, partitionBy = "parity", unserved = "${said:}")
		Stream<Integer> numbers() {
			return IntStream.range(0, 10_000).boxed();
		}

		/** The hash code of 0 belongs to partition 0, that of 3 to partition 1. */
		int parity(Integer number) {
			return (number % 2 == 0) ? 0 : 3;
		}

		@Consumer(subscriptions = @SubscribeTo(producer = "numbers", partition = "0"))
		void even(int number) {
			this.sink.add(number);
		}

		@Consumer(subscriptions = @SubscribeTo(producer = "numbers", partition = "1"))
		void odd(int number) {
			throw new IllegalStateException("broken");
		}

	}

}
