package io.genstage.boot;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.ConsumerStage;
import io.genstage.StageOptions;
import io.genstage.annotation.Batch;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.Rate;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.StageDefinition;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rates and batches are changed by the name of a stage, whoever has made it. What the
 * first rate lets through is less than all events, and the rest comes by the change.
 */
class LiveValuesTests {

	private static final RateLimit FEW = RateLimit.of(4, Duration.ofDays(100));

	private static final RateLimit ALL = RateLimit.of(1_000_000, Duration.ofSeconds(1));

	private static final BatchOptions PAIRS = BatchOptions.defaults().withSize(2).withTimeout(Duration.ofDays(100));

	private final ApplicationContextRunner contextRunner = TestContexts.runner()
		.withUserConfiguration(Numbers.class)
		// What may not pass is not waited for.
		.withPropertyValues("genstage.lifecycle.drain-timeout=0s");

	@AfterEach
	void leavesNothingRunning() {
		TestContexts.awaitNoThreads();
	}

	@Test
	void ofADeclaredStage() {
		this.contextRunner.run((context) -> changeAndReset(context, "keep"));
	}

	@Test
	void ofAStageThatACustomizerHasReplaced() {
		this.contextRunner.withUserConfiguration(Replacing.class).run((context) -> changeAndReset(context, "keep"));
	}

	@Test
	void thatACustomizerHasGivenToAStageOfOneEvent() {
		this.contextRunner.withUserConfiguration(Giving.class).run((context) -> {
			// Both get an event when both have asked for it.
			TestContexts.registry(context).rate("keep", ALL);
			awaitTaken(context, "single", 4);
			TestContexts.registry(context).batch("single", 3, Duration.ofDays(100));
			TestContexts.registry(context).rate("single", ALL);
			awaitTaken(context, "single", 10);
		});
	}

	@Test
	void ofAStageThatWasRegisteredByHand() {
		this.contextRunner.run((context) -> {
			Sink sink = TestContexts.sink(context);
			ConsumerStage<Integer> keep = (events, from) -> sink.add(List.copyOf(events));
			StageDefinition byHand = StageDefinition.of("by-hand", keep)
				.subscribeTo("numbers")
				.withOptions(StageOptions.defaults().withBatching(Batching.of(PAIRS)).withRate(new RateAccount(FEW)));
			TestContexts.registry(context)
				.register(byHand.withAutoStartup(false))
				.toCompletableFuture()
				.orTimeout(30, TimeUnit.SECONDS)
				.join();
			assertThat(TestContexts.registry(context).rate("by-hand")).contains(FEW);
			assertThat(TestContexts.registry(context).batch("by-hand")).contains(PAIRS);
			TestContexts.registry(context).rate("by-hand", ALL);
			TestContexts.registry(context).batch("by-hand", 5, Duration.ofDays(1));
			assertThat(TestContexts.registry(context).rate("by-hand")).contains(ALL);
			assertThat(TestContexts.registry(context).batch("by-hand"))
				.contains(PAIRS.withSize(5).withTimeout(Duration.ofDays(1)));
			join(context, "by-hand");
			assertThat(TestContexts.registry(context).rate("by-hand")).contains(FEW);
			assertThat(TestContexts.registry(context).batch("by-hand")).contains(PAIRS);
		});
	}

	@Test
	void areAsConfiguredWhenTheContextIsStartedAgain() {
		this.contextRunner.run((context) -> {
			StageRegistry registry = TestContexts.registry(context);
			registry.rate("keep", ALL);
			registry.batch("keep", 5, Duration.ofDays(1));
			TestContexts.awaitState(context, PipelineState.COMPLETED);
			context.getSourceApplicationContext().stop();
			context.getSourceApplicationContext().start();
			assertThat(registry.rate("keep")).contains(FEW);
			assertThat(registry.batch("keep")).contains(PAIRS);
		});
	}

	@Test
	void areOfNoStageThatHasNone() {
		this.contextRunner.run((context) -> {
			assertThat(TestContexts.registry(context).rate("numbers")).isEmpty();
			assertThat(TestContexts.registry(context).batch("numbers")).isEmpty();
			assertThat(TestContexts.registry(context).rate("unknown")).isEmpty();
			assertThat(TestContexts.registry(context).batch("unknown")).isEmpty();
		});
	}

	private static void changeAndReset(ApplicationContext context, String stage) {
		StageRegistry registry = TestContexts.registry(context);
		assertThat(registry.rate(stage)).contains(FEW);
		assertThat(registry.batch(stage)).contains(PAIRS);
		awaitTaken(context, stage, 4);
		registry.batch(stage, 3, Duration.ofDays(100));
		registry.rate(stage, ALL);
		awaitTaken(context, stage, 10);
		assertThat(TestContexts.sink(context).events()).containsExactly(List.of(1, 2), List.of(3, 4), List.of(5, 6, 7),
				List.of(8, 9, 10));
		join(context, stage);
		assertThat(registry.rate(stage)).contains(FEW);
		assertThat(registry.batch(stage)).contains(PAIRS);
	}

	private static void awaitTaken(ApplicationContext context, String stage, int events) {
		Awaitility.await().until(() -> TestContexts.registry(context).counts(stage).orElseThrow().in() == events);
	}

	private static void join(ApplicationContext context, String stage) {
		TestContexts.registry(context).reset(stage).toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
	}

	@Configuration(proxyBeanMethods = false)
	static class Numbers {

		private final Sink sink;

		Numbers(Sink sink) {
			this.sink = sink;
		}

		@Producer(dispatcher = "broadcast")
		Stream<Integer> numbers() {
			return IntStream.rangeClosed(1, 10).boxed();
		}

		@Consumer(subscribeTo = "numbers", rate = @Rate(events = 4, period = "100d"),
				batch = @Batch(size = 2, timeout = "100d"))
		void keep(List<Integer> numbers) {
			this.sink.add(numbers);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Replacing {

		@Bean
		static StageDefinitionCustomizer another(Sink sink) {
			ConsumerStage<Integer> another = (events, from) -> sink.add(List.copyOf(events));
			return (stage) -> !stage.name().equals("keep") ? stage
					: StageDefinition.of("keep", stage.kind(), () -> another)
						.withOptions(stage.options())
						.subscribeTo("numbers");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Giving {

		@Consumer(subscribeTo = "numbers")
		void single(int number) {
		}

		@Bean
		static StageDefinitionCustomizer batchAndRate() {
			return (stage) -> !stage.name().equals("single") ? stage : stage
				.withOptions(stage.options().withBatching(Batching.of(PAIRS)).withRate(new RateAccount(FEW)));
		}

	}

}
