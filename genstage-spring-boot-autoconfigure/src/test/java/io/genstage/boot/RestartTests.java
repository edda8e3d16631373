package io.genstage.boot;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.pipeline.InstanceStatus;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.RestartPolicy;
import io.genstage.pipeline.StageDefinition;
import io.genstage.pipeline.StageState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Stages that are started again when they have failed.
 */
class RestartTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner()
		.withBean(Numbers.class)
		.withBean(Fragile.class)
		.withPropertyValues("genstage.defaults.failure.enabled=false", "genstage.defaults.restart.first-delay=1ms");

	@Test
	void letsAStageGoOnThatHasFailed() {
		this.contextRunner.run((context) -> {
			TestContexts.awaitState(context, PipelineState.COMPLETED);
			assertThat(TestContexts.registry(context).stage("fragile").orElseThrow().instances())
				.extracting(InstanceStatus::restarts)
				.containsExactly(2L);
			assertThat(TestContexts.sink(context).events()).containsExactly(0, 1, 2, 4, 5, 7, 8, 9);
		});
	}

	@Test
	void givesUpAfterTooManyFailures() {
		this.contextRunner.withPropertyValues("genstage.stages.fragile.restart.max-restarts=1").run((context) -> {
			TestContexts.awaitState(context, PipelineState.FAILED);
			assertThat(TestContexts.registry(context).stage("fragile").orElseThrow().state())
				.isEqualTo(StageState.FAILED);
			TestContexts.sink(context).awaitExactly(0, 1, 2, 4, 5);
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { FailingStream.class, FailingIntStream.class, FailingFuture.class })
	void doesNotRepeatAStreamOfAMethodThatHasFailed(Class<?> source) {
		TestContexts.runner()
			.withBean(source)
			.withBean(Collecting.class)
			.withPropertyValues("genstage.defaults.failure.enabled=false", "genstage.defaults.restart.first-delay=1ms")
			.run((context) -> {
				TestContexts.awaitState(context, PipelineState.FAILED);
				assertThat(TestContexts.registry(context).stage("failing").orElseThrow().instances())
					.extracting(InstanceStatus::state, InstanceStatus::restarts)
					.containsExactly(tuple(StageState.FAILED, 0L));
				TestContexts.sink(context).awaitExactly(IntStream.range(0, 20).boxed().toArray());
			});
	}

	@Test
	void takesEachSettingFromTheNearestPlace() {
		this.contextRunner
			.withPropertyValues("genstage.defaults.restart.max-restarts=7", "genstage.defaults.restart.multiplier=1.5",
					"genstage.stages.fragile.restart.first-delay=20s", "genstage.stages.fragile.restart.period=2h",
					"genstage.lifecycle.auto-startup=false")
			.run((context) -> assertThat(TestContexts.registry(context).definitions())
				.filteredOn((definition) -> definition.name().equals("fragile"))
				.extracting(StageDefinition::restarts)
				.containsExactly(new RestartPolicy(Duration.ofSeconds(20), 1.5, Duration.ofSeconds(20), 7,
						Duration.ofHours(2))));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			max-restarts=-1 | max-restarts': must be from 0 to 2147483647, but is -1
			first-delay=-1s | first-delay': must be from 0s to 365d, but is -1s
			multiplier=0.5  | multiplier': must be from 1 to 1000, but is 0.5
			multiplier=NaN  | multiplier': must be from 1 to 1000, but is NaN
			max-delay=0ms   | max-delay': must be from 1ms to 365d (not below 'restart.first-delay'), but is 0s
			period=0        | period': must be from 1ms to 365d, but is 0s
			period=9999d    | period': must be from 1ms to 365d, but is 9999d
			""")
	void hasLimits(String property, String message) {
		for (String place : List.of("genstage.stages.fragile.restart.", "genstage.defaults.restart.")) {
			this.contextRunner.withPropertyValues("genstage.stages.fragile.restart.first-delay=1ms", place + property)
				.run((context) -> assertThat(context).getFailure()
					.hasMessageContaining("property '" + place + message)
					.hasMessageNotContaining("\n"));
		}
	}

	static class Numbers {

		@Producer
		Stream<Integer> numbers() {
			return IntStream.range(0, 10).boxed();
		}

	}

	static class Fragile {

		private final Sink sink;

		Fragile(Sink sink) {
			this.sink = sink;
		}

		/** One at a time, so that a failure loses one event. */
		@Consumer(subscribeTo = "numbers", maxDemand = 1)
		void fragile(int event) {
			if (event == 3 || event == 6) {
				throw new IllegalStateException("broken");
			}
			this.sink.add(event);
		}

	}

	static class FailingStream {

		@Producer
		Stream<Integer> failing() {
			return numbers().boxed();
		}

		static IntStream numbers() {
			return IntStream.range(0, 100).peek((number) -> {
				if (number == 20) {
					throw new IllegalStateException("unreadable");
				}
			});
		}

	}

	static class FailingIntStream {

		@Producer
		IntStream failing() {
			return FailingStream.numbers();
		}

	}

	static class FailingFuture {

		@Producer
		CompletionStage<Stream<Integer>> failing() {
			return CompletableFuture.completedFuture(FailingStream.numbers().boxed());
		}

	}

	static class Collecting {

		private final Sink sink;

		Collecting(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "failing", maxDemand = 5)
		void collecting(int event) {
			this.sink.add(event);
		}

	}

}
