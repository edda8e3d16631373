package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.AsyncConsumerStage;
import io.genstage.AsyncProducerConsumerStage;
import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.Stage;
import io.genstage.StageKind;
import io.genstage.StageOptions;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.intake.InFlight;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.EventQueue;
import io.genstage.task.TaskOptions;
import io.genstage.task.Tasks;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each pair of what can be said of a stage that goes together, while all of it is
 * changed: each event is handled once.
 */
class CombinationTests {

	private static final int EVENTS = 150;

	private static final int SEEDS = 15;

	/** The least demand that bears the largest batch of {@link #batch}. */
	private static final int LEAST_DEMAND = 6;

	/**
	 * What can be said of a stage.
	 */
	enum Feature {

		RATE, BATCH, KEYED_BATCH, TASKS, IN_FLIGHT, CONCURRENCY

	}

	/** What decides alone how events are handled. */
	private static final Set<Feature> HANDLINGS = EnumSet.of(Feature.BATCH, Feature.KEYED_BATCH, Feature.TASKS,
			Feature.IN_FLIGHT);

	static final List<Combination> COMBINATIONS = combinations();

	private static List<Combination> combinations() {
		List<Combination> combinations = new ArrayList<>();
		for (StageKind kind : List.of(StageKind.CONSUMER, StageKind.PRODUCER_CONSUMER)) {
			for (Feature one : Feature.values()) {
				for (Feature other : Feature.values()) {
					Combination combination = new Combination(kind, EnumSet.of(one, other));
					if (one.compareTo(other) <= 0 && combination.makesSense()) {
						combinations.add(combination);
					}
				}
			}
			combinations.add(new Combination(kind, EnumSet.of(Feature.RATE, Feature.KEYED_BATCH, Feature.CONCURRENCY)));
			combinations.add(new Combination(kind, EnumSet.of(Feature.RATE, Feature.IN_FLIGHT, Feature.CONCURRENCY)));
		}
		combinations
			.add(new Combination(StageKind.CONSUMER, EnumSet.of(Feature.RATE, Feature.TASKS, Feature.CONCURRENCY)));
		return combinations;
	}

	@ParameterizedTest
	@FieldSource("COMBINATIONS")
	void handleEachEventOnce(Combination combination) {
		for (long seed = 0; seed < SEEDS; seed++) {
			try {
				new Run(combination, seed).go();
			}
			catch (Throwable ex) {
				throw new AssertionError("%s with seed %d: %s".formatted(combination, seed, ex.getMessage()), ex);
			}
		}
	}

	/**
	 * A kind of stage and what is said of it.
	 */
	record Combination(StageKind kind, Set<Feature> features) {

		boolean makesSense() {
			return this.features.stream().filter(HANDLINGS::contains).count() <= 1
					&& (this.kind == StageKind.CONSUMER || !has(Feature.TASKS));
		}

		boolean has(Feature feature) {
			return this.features.contains(feature);
		}

		boolean hasBatches() {
			return has(Feature.BATCH) || has(Feature.KEYED_BATCH);
		}

	}

	/**
	 * One life of a graph.
	 */
	private static final class Run {

		private final Combination combination;

		private final Random random;

		private final SeededExecutor executor;

		private final Pipeline pipeline;

		private final List<Integer> handled = new ArrayList<>();

		Run(Combination combination, long seed) {
			this.combination = combination;
			this.random = new Random(seed);
			this.executor = new SeededExecutor(seed);
			StageSystem system = StageSystem.builder().executor(this.executor).scheduler(this.executor).build();
			this.pipeline = new Pipeline(PipelineGraph.of(definitions().toList()), system);
		}

		private Stream<StageDefinition> definitions() {
			StageDefinition work = StageDefinition.of("work", this.combination.kind(), stages())
				.withOptions(options())
				.withConcurrency(this.combination.has(Feature.CONCURRENCY) ? 3 : 1)
				.subscribeTo("even", demand())
				.subscribeTo("odd", demand());
			Stream<StageDefinition> definitions = Stream.of(StageDefinition.of("even", numbers(0)),
					StageDefinition.of("odd", numbers(1)), work);
			ConsumerStage<Integer> end = (events, from) -> this.handled.addAll(events);
			return (this.combination.kind() == StageKind.CONSUMER) ? definitions : Stream.concat(definitions,
					Stream.of(StageDefinition.of("end", end).subscribeTo("work", demand())));
		}

		/** A source that stays open, so that a stage that is restarted has producers. */
		private static Stage numbers(int first) {
			EventQueue<Integer> queue = new EventQueue<>(EVENTS);
			IntStream.range(0, EVENTS).filter((number) -> number % 2 == first).forEach(queue::offer);
			return queue;
		}

		private Supplier<Stage> stages() {
			if (this.combination.kind() == StageKind.PRODUCER_CONSUMER) {
				return () -> this.combination.has(Feature.IN_FLIGHT)
						? (AsyncProducerConsumerStage<Integer, Integer>) (event, from) -> later(List.of(event))
						: (ProducerConsumerStage<Integer, Integer>) (events, from) -> events;
			}
			return () -> this.combination.has(Feature.IN_FLIGHT)
					? (AsyncConsumerStage<Integer>) (event, from) -> later(event).thenAccept(this.handled::add)
					: (ConsumerStage<Integer>) (events, from) -> this.handled.addAll(events);
		}

		private <T> CompletionStage<T> later(T value) {
			return CompletableFuture.supplyAsync(() -> value, this.executor);
		}

		private StageOptions options() {
			StageOptions options = StageOptions.defaults();
			if (this.combination.has(Feature.RATE)) {
				options = options.withRate(new RateAccount(limit()));
			}
			if (this.combination.has(Feature.IN_FLIGHT)) {
				InFlight inFlight = InFlight.of(1 + this.random.nextInt(5));
				options = options.withInFlight(this.random.nextBoolean() ? inFlight : inFlight.unordered());
			}
			if (this.combination.has(Feature.TASKS)) {
				options = options.withTasks(Tasks.of(TaskOptions.defaults()));
			}
			if (this.combination.has(Feature.BATCH)) {
				options = options.withBatching(Batching.of(batch()));
			}
			if (this.combination.has(Feature.KEYED_BATCH)) {
				options = options.withBatching(Batching.byKey((Integer event) -> event % 7, batch()));
			}
			return options;
		}

		private SubscribeOptions demand() {
			return SubscribeOptions.defaults().withMaxDemand(LEAST_DEMAND + this.random.nextInt(10));
		}

		private BatchOptions batch() {
			return new BatchOptions(1 + this.random.nextInt(LEAST_DEMAND),
					Duration.ofMillis(1 + this.random.nextInt(500)), 1 + this.random.nextInt(5));
		}

		private RateLimit limit() {
			return new RateLimit(1 + this.random.nextInt(100), Duration.ofMillis(1 + this.random.nextInt(1000)),
					1 + this.random.nextInt(20));
		}

		void go() {
			this.pipeline.start();
			for (int change = 0; change < 25; change++) {
				this.executor.runReady(this.random.nextInt(60));
				this.executor.advance(Duration.ofMillis(this.random.nextInt(100)));
				change();
			}
			this.executor.advance(Duration.ofMinutes(1));
			this.pipeline.drain(Duration.ofDays(1));
			this.executor.runToRest(1_000_000);
			assertThat(this.pipeline.status().state()).isEqualTo(PipelineState.COMPLETED);
			assertThat(this.handled).containsExactlyInAnyOrderElementsOf(IntStream.range(0, EVENTS).boxed().toList());
		}

		private void change() {
			switch (this.random.nextInt(6)) {
				case 0 -> ifAllowed(Feature.RATE, () -> this.pipeline.rate("work", limit()));
				case 1 -> changeBatch();
				case 2 ->
					ifAllowed(Feature.CONCURRENCY, () -> this.pipeline.concurrency("work", 1 + this.random.nextInt(5)));
				case 3 -> this.pipeline.demand("work", 2 * LEAST_DEMAND + this.random.nextInt(20), 0);
				case 4 -> this.pipeline.restart("work");
				default -> this.pipeline.pause("work").thenRun(() -> this.pipeline.resume("work"));
			}
		}

		private void ifAllowed(Feature feature, Runnable change) {
			if (this.combination.has(feature)) {
				change.run();
			}
		}

		private void changeBatch() {
			if (this.combination.hasBatches()) {
				this.pipeline.batch("work", batch());
			}
		}

	}

}
