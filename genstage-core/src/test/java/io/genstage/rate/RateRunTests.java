package io.genstage.rate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.Stage;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.StageOptions;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.StageDefinition;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.Sources;
import io.genstage.task.TaskOptions;
import io.genstage.task.Tasks;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Limited stages in whole pipelines.
 */
class RateRunTests {

	private static final RateLimit LIMIT = new RateLimit(7, Duration.ofSeconds(3), 5);

	private final SeededExecutor executor = new SeededExecutor(1);

	private final StageSystem system = StageSystem.builder().executor(this.executor).scheduler(this.executor).build();

	/** When each event has passed. */
	private final List<Duration> passed = new ArrayList<>();

	private final ConsumerStage<Integer> recorder = (events, from) -> events
		.forEach((event) -> this.passed.add(this.executor.now()));

	private static StageOptions limited() {
		return StageOptions.defaults().withRate(new RateAccount(LIMIT));
	}

	private static ProducerStage<Integer> endless() {
		return Sources.iterable(() -> IntStream.iterate(0, (number) -> number + 1).iterator());
	}

	@Nested
	class OverAnHour {

		private final long exact = 5 + 7 * Duration.ofHours(1).toSeconds() / 3;

		@ParameterizedTest
		@ValueSource(ints = { 1, 3, 1000 })
		void aConsumerKeepsExactlyToItsLimit(int maxDemand) {
			run(maxDemand, 1, endless(), recorder);
			assertLimited();
		}

		@Test
		void aProducerKeepsExactlyToItsLimit() {
			run(1000, 0, endless(), recorder);
			assertLimited();
		}

		@Test
		void aProducerConsumerKeepsExactlyToItsLimit() {
			ProducerConsumerStage<Integer, Integer> same = (events, from) -> events;
			run(1000, 1, endless(), same, recorder);
			assertLimited();
		}

		private void run(int maxDemand, int limited, Stage... stages) {
			List<StageRef> refs = new ArrayList<>();
			for (Stage stage : stages) {
				refs.add(system.start("stage " + refs.size(), stage,
						(refs.size() == limited) ? limited() : StageOptions.defaults()));
			}
			for (int i = 1; i < refs.size(); i++) {
				refs.get(i).subscribeTo(refs.get(i - 1), SubscribeOptions.defaults().withMaxDemand(maxDemand));
			}
			executor.advance(Duration.ofHours(1));
		}

		private void assertLimited() {
			assertThat(passed).hasSize((int) this.exact);
			assertNoBurstAbove(LIMIT);
		}

	}

	/**
	 * In no stretch of time more has passed than the burst and what the time allows: the
	 * event after so many others comes no earlier than the rate lets it.
	 */
	private void assertNoBurstAbove(RateLimit limit) {
		int burst = (int) limit.burst();
		// Compared with the fastest that began at any earlier event.
		long slack = Long.MIN_VALUE;
		for (int i = burst; i < this.passed.size(); i++) {
			int first = i - burst;
			slack = Math.max(slack, scaled(this.passed.get(first), limit) - first * limit.periodNanos());
			long allowed = slack + (i - burst + 1) * limit.periodNanos();
			assertThat(scaled(this.passed.get(i), limit)).as("event %d", i).isGreaterThanOrEqualTo(allowed);
		}
	}

	private static long scaled(Duration time, RateLimit limit) {
		return time.toNanos() * limit.events();
	}

	@ParameterizedTest(name = "seed {0}")
	@MethodSource("seeds")
	void severalProducersAndChangesNeitherLoseNorDoubleNorStall(long seed) {
		Random random = new Random(seed);
		SeededExecutor randomExecutor = new SeededExecutor(seed);
		StageSystem randomSystem = StageSystem.builder().executor(randomExecutor).scheduler(randomExecutor).build();
		List<Integer> handled = new ArrayList<>();
		RateAccount even = new RateAccount(limit(random));
		RateAccount last = new RateAccount(limit(random));
		Pipeline pipeline = new Pipeline(
				PipelineGraph.of(List.of(
						StageDefinition.of("even", numbers(0)).withOptions(StageOptions.defaults().withRate(even)),
						StageDefinition.of("odd", numbers(1)),
						StageDefinition.of("last", (ConsumerStage<Integer>) (events, from) -> handled.addAll(events))
							.withOptions(StageOptions.defaults().withRate(last))
							.subscribeTo("even", SubscribeOptions.defaults().withMaxDemand(1 + random.nextInt(20)))
							.subscribeTo("odd", SubscribeOptions.defaults().withMaxDemand(1 + random.nextInt(20))))),
				randomSystem);
		pipeline.start();
		for (int change = 0; change < 20; change++) {
			randomExecutor.advance(Duration.ofMillis(random.nextInt(300)));
			(random.nextBoolean() ? even : last).change(limit(random));
		}
		randomExecutor.runToRest(100_000);
		assertThat(pipeline.status().state()).isEqualTo(PipelineState.COMPLETED);
		assertThat(handled).containsExactlyInAnyOrderElementsOf(IntStream.range(0, 200).boxed().toList());
	}

	@ParameterizedTest(name = "seed {0}")
	@MethodSource("seeds")
	void batchesBehindALimitNeitherLoseNorDoubleNorStall(long seed) {
		Random random = new Random(seed);
		SeededExecutor randomExecutor = new SeededExecutor(seed);
		StageSystem randomSystem = StageSystem.builder().executor(randomExecutor).scheduler(randomExecutor).build();
		List<Integer> handled = new ArrayList<>();
		Batching<Integer> batches = Batching.byKey((number) -> number % 3, batches(random));
		RateAccount middle = new RateAccount(limit(random));
		Batching<Integer> lastBatches = Batching.of(batches(random));
		RateAccount last = new RateAccount(limit(random));
		ProducerConsumerStage<Integer, Integer> same = (events, from) -> events;
		ConsumerStage<Integer> collecting = (events, from) -> handled.addAll(events);
		SubscribeOptions demand = SubscribeOptions.defaults().withMaxDemand(8 + random.nextInt(20));
		Pipeline pipeline = new Pipeline(
				PipelineGraph.of(List.of(StageDefinition.of("even", numbers(0)), StageDefinition.of("odd", numbers(1)),
						StageDefinition.of("middle", same)
							.withOptions(StageOptions.defaults().withRate(middle).withBatching(batches))
							.subscribeTo("even", demand)
							.subscribeTo("odd", demand),
						StageDefinition.of("last", collecting)
							.withOptions(StageOptions.defaults().withRate(last).withBatching(lastBatches))
							.subscribeTo("middle", demand))),
				randomSystem);
		pipeline.start();
		for (int change = 0; change < 20; change++) {
			randomExecutor.advance(Duration.ofMillis(random.nextInt(300)));
			(random.nextBoolean() ? middle : last).change(limit(random));
			(random.nextBoolean() ? batches : lastBatches).change(batches(random));
		}
		randomExecutor.runToRest(100_000);
		assertThat(pipeline.status().state()).isEqualTo(PipelineState.COMPLETED);
		assertThat(handled).containsExactlyInAnyOrderElementsOf(IntStream.range(0, 200).boxed().toList());
	}

	private static BatchOptions batches(Random random) {
		return new BatchOptions(1 + random.nextInt(8), Duration.ofMillis(1 + random.nextInt(2000)), 4);
	}

	@Test
	void tasksBehindALimitKeepToIt() {
		this.system.start("tasks", this.recorder, limited().withTasks(Tasks.of(TaskOptions.defaults())))
			.subscribeTo(this.system.start("numbers", endless()), SubscribeOptions.defaults());
		this.executor.advance(Duration.ofHours(1));
		assertThat(this.passed).hasSize(5 + 7 * 1200);
		assertNoBurstAbove(LIMIT);
	}

	static List<Long> seeds() {
		return new Random(21).longs(100).boxed().toList();
	}

	private static ProducerStage<Integer> numbers(int first) {
		return Sources.iterable(IntStream.range(0, 200).filter((number) -> number % 2 == first).boxed().toList());
	}

	private static RateLimit limit(Random random) {
		return new RateLimit(1 + random.nextInt(100), Duration.ofMillis(1 + random.nextInt(1000)),
				1 + random.nextInt(20));
	}

	@Test
	void severalProducersTogetherKeepToTheLimit() {
		StageRef consumer = this.system.start("consumer", this.recorder, limited());
		for (String name : List.of("p", "q", "r")) {
			consumer.subscribeTo(this.system.start(name, endless()), SubscribeOptions.defaults());
		}
		this.executor.advance(Duration.ofHours(1));
		assertThat(this.passed).hasSize(5 + 7 * 1200);
		assertNoBurstAbove(LIMIT);
	}

	@Test
	void takesItsTimeOnRealThreads() {
		AtomicInteger handled = new AtomicInteger();
		RateAccount rate = new RateAccount(RateLimit.of(10, Duration.ofDays(1)));
		ConsumerStage<Integer> counting = (events, from) -> handled.addAndGet(events.size());
		try (StageSystem real = StageSystem.create()) {
			real.start("consumer", counting, StageOptions.defaults().withRate(rate))
				.subscribeTo(real.start("numbers", endless()), SubscribeOptions.defaults());
			await().until(() -> handled.get() == 10);
			long before = System.nanoTime();
			rate.change(RateLimit.of(200, Duration.ofSeconds(1)).withBurst(20));
			await().until(() -> handled.get() >= 50);
			assertThat(System.nanoTime() - before).as("40 events by 200 in a second")
				.isGreaterThanOrEqualTo(Duration.ofMillis(200).toNanos() * 9 / 10);
			rate.change(RateLimit.of(1_000_000_000, Duration.ofSeconds(1)));
			await().until(() -> handled.get() >= 100_000);
		}
	}

}
