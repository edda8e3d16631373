package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.genstage.ConsumerStage;
import io.genstage.StageKind;
import io.genstage.StageOptions;
import io.genstage.SubscribeOptions;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.EventQueue;
import io.genstage.task.TaskOptions;
import io.genstage.task.Tasks;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What is changed of a stage while it runs, by its name: rate and batches beside demand
 * and concurrency.
 */
class LiveSettingsTests extends PipelineFixture {

	private static final Duration LONG = Duration.ofDays(100);

	/** So slow that only the burst passes. */
	private static final RateLimit THREE = RateLimit.of(3, LONG);

	private static final RateLimit MANY = RateLimit.of(1_000_000, Duration.ofSeconds(1));

	private static final BatchOptions PAIRS = BatchOptions.defaults().withSize(2).withTimeout(LONG);

	private static final SubscribeOptions TEN = SubscribeOptions.defaults().withMaxDemand(10);

	private final EventQueue<Integer> queue = new EventQueue<>(10_000);

	private final List<List<Integer>> handled = new ArrayList<>();

	private int offered;

	private final ConsumerStage<Integer> keeping = (events, from) -> this.handled.add(List.copyOf(events));

	private Pipeline start(StageOptions options) {
		return start(StageDefinition.of("keep", StageKind.CONSUMER, () -> this.keeping)
			.subscribeTo("queue", TEN)
			.withOptions(options));
	}

	private Pipeline start(StageDefinition keep) {
		Pipeline pipeline = pipeline(StageDefinition.of("queue", this.queue), keep);
		pipeline.start();
		run();
		return pipeline;
	}

	private void offer(int count) {
		for (int i = 0; i < count; i++) {
			this.queue.offer(this.offered++);
		}
		run();
	}

	private void assertDone(CompletableFuture<?> change) {
		run();
		assertThat(change).isCompleted();
	}

	private static int maxDemand(Pipeline pipeline) {
		return pipeline.status().edge("keep", "queue").orElseThrow().options().maxDemand();
	}

	@Nested
	class Rates {

		@Test
		void areReadChangedAndReset() {
			Pipeline pipeline = start(StageOptions.defaults().withRate(new RateAccount(THREE)));
			offer(9);
			assertThat(pipeline.rate("keep")).contains(THREE);
			assertThat(LiveSettingsTests.this.handled).flatMap((events) -> events).isEqualTo(numbersUpTo(3));
			pipeline.rate("keep", MANY);
			run();
			assertThat(pipeline.rate("keep")).contains(MANY);
			LiveSettingsTests.this.executor.advance(Duration.ofSeconds(1));
			assertThat(LiveSettingsTests.this.handled).flatMap((events) -> events).isEqualTo(numbersUpTo(9));
			assertDone(future(pipeline.reset("keep")));
			assertThat(pipeline.rate("keep")).contains(THREE);
		}

		@Test
		void areThoseOfAllInstancesAndOutlastTheirRestart() {
			Pipeline pipeline = start(StageOptions.defaults().withRate(new RateAccount(THREE)));
			assertDone(future(pipeline.concurrency("keep", 3)));
			pipeline.rate("keep", THREE.withBurst(1));
			assertDone(future(pipeline.restart("keep")));
			offer(30);
			assertThat(pipeline.rate("keep")).contains(THREE.withBurst(1));
			assertThat(LiveSettingsTests.this.handled).hasSize(1);
		}

		@Test
		void limitTasksToo() {
			List<Integer> done = new ArrayList<>();
			ConsumerStage<Integer> keep = (events, from) -> done.addAll(events);
			Pipeline pipeline = start(StageDefinition.of("keep", keep)
				.subscribeTo("queue", TEN)
				.withOptions(StageOptions.defaults()
					.withTasks(Tasks.of(TaskOptions.defaults()))
					.withRate(new RateAccount(THREE))));
			offer(9);
			assertThat(done).containsExactlyInAnyOrder(0, 1, 2);
			pipeline.rate("keep", MANY);
			assertDone(future(pipeline.demand("keep", 2, 0)));
			LiveSettingsTests.this.executor.advance(Duration.ofSeconds(1));
			assertThat(done).containsExactlyInAnyOrderElementsOf(numbersUpTo(9));
		}

		@Test
		void areChangedOnlyWhereThereIsOne() {
			Pipeline pipeline = start(StageOptions.defaults());
			assertThat(pipeline.rate("keep")).isEmpty();
			assertThat(pipeline.rate("kep")).isEmpty();
			assertThatIllegalArgumentException().isThrownBy(() -> pipeline.rate("keep", THREE))
				.withMessage("stage 'keep' has no rate to change: configure one, however high");
			assertThatIllegalArgumentException().isThrownBy(() -> pipeline.rate("kep", THREE))
				.withMessageContaining("did you mean 'keep'?");
		}

	}

	@Nested
	class Batches {

		@Test
		void areReadChangedAndReset() {
			Pipeline pipeline = start(StageOptions.defaults().withBatching(Batching.of(PAIRS)));
			assertThat(pipeline.batch("keep")).contains(PAIRS);
			offer(3);
			pipeline.batch("keep", PAIRS.withSize(3));
			offer(2);
			assertThat(LiveSettingsTests.this.handled).containsExactly(List.of(0, 1), List.of(2, 3, 4));
			assertDone(future(pipeline.reset("keep")));
			assertThat(pipeline.batch("keep")).contains(PAIRS);
			offer(2);
			assertThat(LiveSettingsTests.this.handled).endsWith(List.of(5, 6));
		}

		@Test
		void areChangedOnlyWhereThereAreAny() {
			Pipeline pipeline = start(StageOptions.defaults());
			assertThat(pipeline.batch("keep")).isEmpty();
			assertThatIllegalArgumentException().isThrownBy(() -> pipeline.batch("keep", PAIRS))
				.withMessage("stage 'keep' has no batches to change: configure a size, even if it is 1");
			assertThatIllegalArgumentException().isThrownBy(() -> pipeline.batch("kep", PAIRS))
				.withMessageContaining("did you mean 'keep'?");
		}

		@Test
		void areNotChangedOfAStageThatLeaves() {
			PipelineRegistry registry = new PipelineRegistry(LiveSettingsTests.this.system);
			StageOptions options = StageOptions.defaults()
				.withBatching(Batching.of(PAIRS))
				.withRate(new RateAccount(THREE));
			registry.register(StageDefinition.of("queue", LiveSettingsTests.this.queue),
					StageDefinition.of("other", (ConsumerStage<Integer>) (events, from) -> {
					}).subscribeTo("queue"),
					StageDefinition.of("keep", LiveSettingsTests.this.keeping)
						.subscribeTo("queue")
						.withOptions(options));
			registry.start();
			run();
			Pipeline pipeline = registry.pipelineOf("keep");
			CompletableFuture<?> gone = future(registry.deregister("keep"));
			assertThatIllegalStateException().isThrownBy(() -> pipeline.batch("keep", PAIRS))
				.withMessage("stage 'keep' is being deregistered");
			assertThatIllegalStateException().isThrownBy(() -> pipeline.rate("keep", THREE));
			assertDone(gone);
		}

	}

	@Nested
	class TheDemandBesideBatches {

		private final Pipeline pipeline = start(StageOptions.defaults().withBatching(Batching.of(PAIRS)));

		@Test
		void isChangedWhileEventsFlow() {
			offer(1);
			assertDone(future(this.pipeline.demand("keep", 2, 0)));
			// What was asked for before still comes.
			assertThat(this.pipeline.status().demand("keep", "queue")).isEqualTo(9);
			offer(11);
			assertThat(LiveSettingsTests.this.handled).hasSize(6).allMatch((batch) -> batch.size() == 2);
			assertThat(this.pipeline.status().demand("keep", "queue")).isEqualTo(2);
			assertDone(future(this.pipeline.demand("keep", 20, 0)));
			assertThat(this.pipeline.status().demand("keep", "queue")).isEqualTo(20);
		}

		@Test
		void isNeverLessThanABatch() {
			assertThatIllegalArgumentException().isThrownBy(() -> this.pipeline.demand("keep", 1, 0))
				.withMessage(
						"the maximum demand of stage 'keep' must be at least 2, the size of its batches, but is 1");
			assertThatIllegalArgumentException().isThrownBy(() -> this.pipeline.batch("keep", PAIRS.withSize(11)))
				.withMessage("size must be from 1 to 10, the maximum demand of the stage, but is 11");
			assertThat(maxDemand(this.pipeline)).isEqualTo(10);
			assertThat(this.pipeline.batch("keep")).contains(PAIRS);
		}

		@Test
		void isRaisedForALargerBatch() {
			assertDone(future(this.pipeline.demand("keep", 30, 0)));
			this.pipeline.batch("keep", PAIRS.withSize(25));
			offer(25);
			assertThat(LiveSettingsTests.this.handled).containsExactly(numbersUpTo(25));
		}

		@Test
		void mustNotBecomeTooLittleByTheNumberOfInstances() {
			EventQueue<Integer> source = new EventQueue<>(100);
			Pipeline undecided = pipeline(StageDefinition.of("source", source),
					StageDefinition.of("store", LiveSettingsTests.this.keeping)
						.subscribeTo("source")
						.withOptions(StageOptions.defaults().withBatching(Batching.of(PAIRS.withSize(11)))));
			undecided.start();
			run();
			assertThatIllegalArgumentException().isThrownBy(() -> undecided.concurrency("store", 2))
				.withMessage(
						"the maximum demand of stage 'store' must be at least 11, the size of its batches, but is 10");
			assertDone(future(undecided.demand("store", 11, 0)));
			assertDone(future(undecided.concurrency("store", 2)));
			assertThat(stage(undecided, "store").instances()).hasSize(2);
		}

	}

	@Nested
	class Reset {

		@Test
		void makesBatchesSmallerBeforeInstancesComeForWhomTheyAreTooLarge() {
			Pipeline pipeline = start(
					StageDefinition.of("keep", StageKind.CONSUMER, () -> LiveSettingsTests.this.keeping)
						.subscribeTo("queue", TEN)
						.withConcurrency(2)
						.withRestarts(RestartPolicy.never())
						.withOptions(StageOptions.defaults().withBatching(Batching.of(PAIRS))));
			assertDone(future(pipeline.concurrency("keep", 1)));
			assertDone(future(pipeline.demand("keep", 100, 0)));
			pipeline.batch("keep", PAIRS.withSize(100));
			run();
			assertDone(future(pipeline.reset("keep")));
			assertAsConfigured(pipeline, 2);
		}

		@Test
		void makesBatchesLargerBehindTheDemandThatTheyNeed() {
			Pipeline pipeline = start(StageOptions.defaults().withBatching(Batching.of(PAIRS)));
			pipeline.batch("keep", PAIRS.withSize(1));
			assertDone(future(pipeline.demand("keep", 1, 0)));
			assertDone(future(pipeline.reset("keep")));
			assertAsConfigured(pipeline, 1);
		}

		private void assertAsConfigured(Pipeline pipeline, int concurrency) {
			assertThat(pipeline.batch("keep")).contains(PAIRS);
			assertThat(maxDemand(pipeline)).isEqualTo(10);
			assertThat(stage(pipeline, "keep").state()).isEqualTo(StageState.RUNNING);
			assertThat(stage(pipeline, "keep").instances()).hasSize(concurrency);
			offer(100);
			assertThat(LiveSettingsTests.this.handled).hasSize(50).allMatch((batch) -> batch.size() == 2);
		}

		@Test
		void changesNothingWhileThePipelineDrains() {
			Pipeline pipeline = start(
					StageOptions.defaults().withBatching(Batching.of(PAIRS)).withRate(new RateAccount(THREE)));
			pipeline.rate("keep", MANY);
			pipeline.batch("keep", PAIRS.withSize(3));
			pipeline.drain(Duration.ofSeconds(1));
			assertThatIllegalStateException().isThrownBy(() -> pipeline.reset("keep"));
			assertThat(pipeline.rate("keep")).contains(MANY);
			assertThat(pipeline.batch("keep")).contains(PAIRS.withSize(3));
		}

		@Test
		void comesWithAnotherRunOfTheRegistry() {
			PipelineRegistry registry = new PipelineRegistry(LiveSettingsTests.this.system);
			registry.register(StageDefinition.of("queue", LiveSettingsTests.this.queue), StageDefinition
				.of("keep", StageKind.CONSUMER, () -> LiveSettingsTests.this.keeping)
				.subscribeTo("queue", TEN)
				.withOptions(
						StageOptions.defaults().withBatching(Batching.of(PAIRS)).withRate(new RateAccount(THREE))));
			registry.rate("keep", MANY);
			registry.start();
			run();
			registry.batch("keep", PAIRS.withSize(3));
			assertThat(registry.rate("keep")).contains(MANY);
			assertThat(registry.batch("keep")).contains(PAIRS.withSize(3));
			assertDone(future(registry.drain(Duration.ofSeconds(1))));
			registry.start();
			assertThat(registry.rate("keep")).contains(THREE);
			assertThat(registry.batch("keep")).contains(PAIRS);
		}

	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void loseNothingAndHandleNothingTwiceInAnyOrder(boolean batches) {
		for (int seed = 0; seed < 50; seed++) {
			changeAtRandom(seed, batches);
		}
	}

	private void changeAtRandom(int seed, boolean batches) {
		Random random = new Random(seed);
		List<Integer> seen = new ArrayList<>();
		EventQueue<Integer> source = new EventQueue<>(10_000);
		StageOptions limited = StageOptions.defaults()
			.withRate(new RateAccount(RateLimit.of(100, Duration.ofMillis(10))));
		StageDefinition store = StageDefinition.of("store", StageKind.CONSUMER, () -> collecting(seen))
			.subscribeTo("source", TEN)
			.withOptions(!batches ? limited : limited
				.withBatching(Batching.byKey((Integer event) -> event % 3, PAIRS.withTimeout(Duration.ofMillis(5)))));
		SeededExecutor seeded = this.executor;
		Pipeline pipeline = pipeline(StageDefinition.of("source", source), store);
		pipeline.start();
		int next = 0;
		for (int round = 0; round < 40; round++) {
			for (int i = random.nextInt(20); i > 0; i--) {
				source.offer(next++);
			}
			switch (random.nextInt(batches ? 7 : 6)) {
				case 0 -> pipeline.rate("store", RateLimit.of(1 + random.nextInt(200), Duration.ofMillis(10)));
				case 1 -> pipeline.demand("store", 10 + random.nextInt(20), 0);
				case 2 -> pipeline.concurrency("store", 1 + random.nextInt(4));
				case 3 -> pipeline.reset("store");
				case 4 -> pipeline.pause("store");
				case 5 -> pipeline.resume("store");
				default -> pipeline.batch("store",
						PAIRS.withSize(1 + random.nextInt(10)).withTimeout(Duration.ofMillis(1 + random.nextInt(9))));
			}
			seeded.runReady(random.nextInt(50));
			if (random.nextInt(4) == 0) {
				seeded.advance(Duration.ofMillis(random.nextInt(10)));
			}
		}
		pipeline.resume("store");
		CompletableFuture<DrainReport> drained = pipeline.drain(Duration.ofMinutes(10)).toCompletableFuture();
		seeded.advance(Duration.ofMinutes(1));
		assertThat(drained).as("drained with seed %d", seed).isCompleted();
		Set<Integer> distinct = new HashSet<>(seen);
		assertThat(distinct).as("seed %d", seed).hasSize(next);
		assertThat(seen).as("seed %d", seed).hasSize(next);
	}

}
