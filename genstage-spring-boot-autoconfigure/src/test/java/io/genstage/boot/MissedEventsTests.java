package io.genstage.boot;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.actuate.GenStageHealthIndicator;
import io.genstage.pipeline.StageState;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Events of a broadcast for a consumer that has failed.
 */
class MissedEventsTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner()
		.withBean(Numbers.class)
		.withBean(All.class)
		.withBean(Fragile.class)
		.withPropertyValues("genstage.defaults.failure.enabled=false", "genstage.defaults.restart.first-delay=1ms");

	@Test
	void areNoneWhenItIsStartedAgain() {
		this.contextRunner.run((context) -> {
			awaitAll(context.getBean(Sink.class));
			Awaitility.await()
				.untilAsserted(() -> assertThat(TestContexts.registry(context).stage("fragile").orElseThrow().state())
					.isEqualTo(StageState.COMPLETED));
			assertThat(TestContexts.registry(context).stage("fragile").orElseThrow().started().orElseThrow())
				.satisfies((numbers) -> assertThat(numbers.in() + numbers.discarded()).isEqualTo(100));
			assertThat(health(TestContexts.registry(context)).getStatus()).isEqualTo(Status.UP);
		});
	}

	@Test
	void areCountedAndToldByHealthWhenItHasFailedForGood() {
		this.contextRunner.withPropertyValues("genstage.stages.fragile.restart.max-restarts=0").run((context) -> {
			awaitAll(context.getBean(Sink.class));
			Health health = health(TestContexts.registry(context));
			assertThat(health.getStatus()).isEqualTo(Status.DOWN);
			assertThat(health.getDetails()).containsEntry("failed", List.of("fragile"))
				.containsEntry("missed", Map.of("fragile", 94L));
			assertThat(TestContexts.registry(context).stage("fragile").orElseThrow().started().orElseThrow())
				.satisfies((numbers) -> {
					assertThat(numbers.in()).isEqualTo(5);
					assertThat(numbers.discarded()).isEqualTo(95);
				});
		});
	}

	private static void awaitAll(Sink sink) {
		Awaitility.await().untilAsserted(() -> assertThat(sink.events()).hasSize(100));
	}

	private static Health health(StageRegistry registry) {
		return new GenStageHealthIndicator(registry).health();
	}

	static class Numbers {

		@Producer(dispatcher = "broadcast")
		Stream<Integer> numbers() {
			return IntStream.range(0, 100).boxed();
		}

	}

	static class All {

		private final Sink sink;

		All(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers")
		void all(int event) {
			this.sink.add(event);
		}

	}

	static class Fragile {

		private boolean failed;

		/** One at a time, so that a failure loses one event. */
		@Consumer(subscribeTo = "numbers", maxDemand = 1)
		void fragile(int event) {
			if (event == 5 && !this.failed) {
				this.failed = true;
				throw new IllegalStateException("broken");
			}
		}

	}

}
