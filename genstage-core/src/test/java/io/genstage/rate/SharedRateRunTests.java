package io.genstage.rate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.genstage.ConsumerStage;
import io.genstage.LogCapture;
import io.genstage.ProducerStage;
import io.genstage.Stage;
import io.genstage.StageKind;
import io.genstage.StageOptions;
import io.genstage.StageSystem;
import io.genstage.Subscription;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.PartitionOptions;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.RestartPolicy;
import io.genstage.pipeline.StageDefinition;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.Sources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pipelines with stages of several instances, which share a rate.
 */
class SharedRateRunTests {

	private static final int INSTANCES = 3;

	/** A token each 500 ms. */
	private static final RateLimit SLOW = new RateLimit(2, Duration.ofSeconds(1), 1);

	private static final RestartPolicy OFTEN = RestartPolicy.defaults()
		.withLimit(1_000_000, Duration.ofDays(1))
		.withBackOff(Duration.ofMillis(1), 1, Duration.ofMillis(1));

	private static final Duration LONG = Duration.ofMinutes(2);

	@RegisterExtension
	final LogCapture log = new LogCapture();

	/** When each event has passed in any of the instances. */
	private final List<Duration> passed = new ArrayList<>();

	/** How many events have passed in each run of an instance. */
	private final List<AtomicInteger> runs = new ArrayList<>();

	private SeededExecutor executor = new SeededExecutor(1);

	private class Recorder implements ConsumerStage<Integer> {

		private final AtomicInteger count = new AtomicInteger();

		Recorder() {
			SharedRateRunTests.this.runs.add(this.count);
		}

		@Override
		public void handleEvents(List<Integer> events, Subscription from) {
			this.count.addAndGet(events.size());
			events.forEach((event) -> SharedRateRunTests.this.passed.add(SharedRateRunTests.this.executor.now()));
		}

	}

	private static ProducerStage<Integer> endless() {
		return Sources.iterable(() -> IntStream.iterate(0, (number) -> number + 1).iterator());
	}

	private Pipeline start(StageDefinition... stages) {
		StageSystem system = StageSystem.builder().executor(this.executor).scheduler(this.executor).build();
		Pipeline pipeline = new Pipeline(PipelineGraph.of(List.of(stages)), system);
		pipeline.start();
		return pipeline;
	}

	private StageDefinition recorders(RateAccount rate) {
		return consumers(rate, Recorder::new);
	}

	private static StageDefinition consumers(RateAccount rate, Supplier<Stage> stages) {
		return StageDefinition.of("last", StageKind.CONSUMER, stages)
			.withOptions(StageOptions.defaults().withRate(rate))
			.subscribeTo("first")
			.withConcurrency(INSTANCES);
	}

	@ParameterizedTest(name = "seed {0}")
	@MethodSource("seeds")
	void allInstancesTogetherKeepToTheLimitAndReachIt(long seed) {
		RateLimit limit = limit(seed);
		this.executor = new SeededExecutor(seed);
		start(StageDefinition.of("first", endless()), recorders(new RateAccount(limit)));
		this.executor.advance(LONG);
		assertNoMoreThan(limit);
		assertReached(limit);
	}

	@ParameterizedTest(name = "seed {0}")
	@MethodSource("seeds")
	void eachGetsItsShareWhoeverIsFirst(long seed) {
		RateLimit limit = limit(seed);
		this.executor = new SeededExecutor(seed);
		start(StageDefinition.of("first", endless()), recorders(new RateAccount(limit)));
		this.executor.advance(LONG);
		// The first that starts may use the burst that was saved up.
		int most = this.runs.stream().mapToInt(AtomicInteger::get).max().orElseThrow();
		assertThat(this.runs).hasSize(INSTANCES)
			.allMatch((count) -> count.get() >= most - 2 * limit.burst() - 1, "no less than " + most);
	}

	@ParameterizedTest(name = "seed {0}")
	@MethodSource("seeds")
	void anInstanceWithoutEventsLeavesItsShareToTheOthers(long seed) {
		RateLimit limit = limit(seed);
		this.executor = new SeededExecutor(seed);
		StageOptions toTheSecond = StageOptions.defaults()
			.withDispatcher(Dispatchers.partition(PartitionOptions.ofCount(INSTANCES, (Integer event) -> 1)));
		start(StageDefinition.of("first", endless()).withOptions(toTheSecond), recorders(new RateAccount(limit)));
		this.executor.advance(LONG);
		assertNoMoreThan(limit);
		assertReached(limit);
		assertThat(this.runs.stream().filter((count) -> count.get() > 0)).hasSize(1);
	}

	@ParameterizedTest(name = "seed {0}")
	@MethodSource("seeds")
	void failedInstancesGiveBackWhatTheyHaveNotUsed(long seed) {
		RateLimit limit = limit(seed);
		this.executor = new SeededExecutor(seed);
		Random random = new Random(seed);
		RateAccount rate = new RateAccount(limit);
		start(StageDefinition.of("first", endless()), consumers(rate, () -> new Recorder() {

			@Override
			public void handleEvents(List<Integer> events, Subscription from) {
				super.handleEvents(events, from);
				if (random.nextInt(100) == 0) {
					throw new IllegalStateException("some fail");
				}
			}

		}).withRestarts(OFTEN));
		this.executor.advance(LONG);
		assertThat(this.runs).hasSizeGreaterThan(INSTANCES);
		assertNoMoreThan(limit);
		assertReached(limit);
	}

	private void assertNoMoreThan(RateLimit limit) {
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

	/**
	 * Whatever is lost while somebody starts or waits for others is less than a
	 * hundredth.
	 */
	private void assertReached(RateLimit limit) {
		double all = limit.burst() + (double) scaled(LONG, limit) / limit.periodNanos();
		assertThat((double) this.passed.size()).isBetween(all * 0.99, all);
	}

	static List<Long> seeds() {
		return new Random(15).longs(10).boxed().toList();
	}

	private static RateLimit limit(long seed) {
		Random random = new Random(seed);
		return new RateLimit(1 + random.nextInt(100), Duration.ofMillis(500 + random.nextInt(1000)),
				1 + random.nextInt(20));
	}

	@Test
	void oneChangeHoldsForAllAtOnce() {
		RateAccount rate = new RateAccount(RateLimit.of(1, Duration.ofDays(1)));
		start(StageDefinition.of("first", endless()), recorders(rate));
		this.executor.advance(Duration.ofSeconds(1));
		assertThat(this.passed).hasSize(1);
		rate.change(SLOW);
		this.executor.advance(Duration.ofMinutes(1));
		assertThat(this.passed).hasSizeBetween(1 + 119, 1 + 120);
		rate.change(RateLimit.of(1, Duration.ofDays(300)));
		this.executor.advance(Duration.ofDays(1));
		assertThat(this.passed).hasSizeBetween(1 + 119, 2 + 120);
	}

	@Test
	void aRestartGivesNothingAway() {
		RateLimit limit = RateLimit.of(5, Duration.ofDays(1));
		RateAccount rate = new RateAccount(limit);
		Pipeline pipeline = start(StageDefinition.of("first", endless()), recorders(rate));
		this.executor.advance(Duration.ofSeconds(1));
		assertThat(this.passed).hasSize(5);
		pipeline.restart("last");
		this.executor.advance(Duration.ofSeconds(1));
		assertThat(this.runs).hasSize(2 * INSTANCES);
		assertThat(this.passed).hasSize(5);
	}

	@ParameterizedTest(name = "seed {0}")
	@MethodSource("seeds")
	void producersKeepToTheLimitTogether(long seed) {
		RateLimit limit = limit(seed);
		this.executor = new SeededExecutor(seed);
		RateAccount rate = new RateAccount(limit);
		start(StageDefinition.of("first", StageKind.PRODUCER, () -> endless())
			.withOptions(StageOptions.defaults().withRate(rate))
			.withConcurrency(INSTANCES), StageDefinition.of("last", new Recorder()).subscribeTo("first"));
		this.executor.advance(LONG);
		assertNoMoreThan(limit);
		assertReached(limit);
	}

	@ParameterizedTest(name = "seed {0}")
	@MethodSource("seeds")
	void nothingIsLostDoubledOrStuckWhileInstancesComeAndGo(long seed) {
		Random random = new Random(seed);
		this.executor = new SeededExecutor(seed);
		RateAccount rate = new RateAccount(limit(seed));
		List<Integer> handled = new ArrayList<>();
		Pipeline pipeline = start(
				StageDefinition.of("first", Sources.iterable(IntStream.range(0, 2000).boxed().toList())),
				consumers(rate, () -> (ConsumerStage<Integer>) (events, from) -> handled.addAll(events)));
		for (int change = 0; change < 40; change++) {
			this.executor.advance(Duration.ofMillis(random.nextInt(300)));
			switch (random.nextInt(4)) {
				case 0 -> pipeline.concurrency("last", 1 + random.nextInt(5));
				case 1 -> rate.change(limit(random.nextLong()));
				case 2 -> pipeline.restart("last");
				default -> pipeline.pause("last").thenRun(() -> pipeline.resume("last"));
			}
		}
		this.executor.runToRest(1_000_000);
		assertThat(pipeline.status().state()).isEqualTo(PipelineState.COMPLETED);
		assertThat(handled).containsExactlyInAnyOrderElementsOf(IntStream.range(0, 2000).boxed().toList());
	}

}
