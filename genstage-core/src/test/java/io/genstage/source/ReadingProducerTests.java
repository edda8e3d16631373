package io.genstage.source;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

import io.genstage.CancelMode;
import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.simulation.SeededExecutor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of elements that are read beside their stage, in orders of events that a
 * seed decides.
 */
class ReadingProducerTests {

	private static final int SEEDS = 40;

	/** What is read is handled, discarded or held, whenever the stage stops. */
	@ParameterizedTest
	@ValueSource(ints = { 1, 5, 1000, 100_000 })
	void countsEachElementThatWasRead(int maxDemand) {
		for (long seed = 0; seed < SEEDS; seed++) {
			WatchedIterator numbers = new WatchedIterator(Integer.MAX_VALUE, true);
			Scene scene = new Scene(seed, SubscribeOptions.defaults().withMaxDemand(maxDemand).withMinDemand(0),
					Sources.iterator(numbers));
			scene.executor.runReady(scene.random.nextInt(60));
			scene.source.stop(ExitReason.SHUTDOWN);
			scene.executor.runReady();
			assertThat(scene.accounted()).as("seed %d", seed).isEqualTo(numbers.read);
			assertThat(numbers.closed).as("seed %d", seed).hasValue(1);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 5, 1000, 100_000 })
	void handsOnEachElementThatWasReadWhenItIsDrained(int maxDemand) {
		for (long seed = 0; seed < SEEDS; seed++) {
			WatchedIterator numbers = new WatchedIterator(Integer.MAX_VALUE, true);
			Scene scene = new Scene(seed, SubscribeOptions.defaults().withMaxDemand(maxDemand).withMinDemand(0),
					Sources.iterator(numbers));
			scene.executor.runReady(scene.random.nextInt(60));
			scene.source.drain();
			scene.executor.runReady();
			assertThat(scene.source.status().exit()).as("seed %d", seed).isEqualTo(ExitReason.NORMAL);
			assertThat(scene.received).as("seed %d", seed).hasSize(numbers.read);
			assertThat(scene.received.equals(IntStream.range(0, numbers.read).boxed().toList()))
				.as("in order, seed %d", seed)
				.isTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 7, 1000 })
	void handsOnAllElementsInOrderAndCompletes(int maxDemand) {
		for (long seed = 0; seed < 20; seed++) {
			Scene scene = new Scene(seed, SubscribeOptions.defaults().withMaxDemand(maxDemand).withMinDemand(0),
					Sources.stream(IntStream.range(0, 2500).boxed()));
			scene.executor.advance(Duration.ofSeconds(1));
			assertThat(scene.source.status().exit()).as("seed %d", seed).isEqualTo(ExitReason.NORMAL);
			assertThat(scene.received).as("seed %d", seed).hasSize(2500);
			assertThat(scene.received.equals(IntStream.range(0, 2500).boxed().toList())).as("in order, seed %d", seed)
				.isTrue();
			assertThat(scene.executor.timers()).as("seed %d", seed).isZero();
		}
	}

	/** A look finds nothing to do any more, and is not made again. */
	@ParameterizedTest
	@ValueSource(ints = { 1, 5 })
	void restsWhenItHasReadWhatWasAskedFor(int demand) {
		WatchedIterator numbers = new WatchedIterator(Integer.MAX_VALUE, true);
		Scene scene = new Scene(1, SubscribeOptions.defaults().withManualDemand(), Sources.iterator(numbers));
		scene.executor.runReady();
		scene.ask(demand);
		scene.executor.advance(Duration.ofSeconds(1));
		assertThat(numbers.read).isEqualTo(demand);
		assertThat(scene.received).hasSize(demand);
		assertThat(scene.executor.timers()).isZero();
		assertThat(scene.source.status().isRunning()).isTrue();
	}

	/**
	 * A source and a consumer of it.
	 */
	private static final class Scene {

		private final Random random;

		private final SeededExecutor executor;

		private final List<Integer> received = new ArrayList<>();

		private final StageRef source;

		private final StageRef consumer;

		private final CompletionStage<Subscription> subscription;

		Scene(long seed, SubscribeOptions demand, Sequence<Integer> sequence) {
			this.random = new Random(seed);
			this.executor = new SeededExecutor(seed);
			StageSystem system = StageSystem.builder().executor(this.executor).scheduler(this.executor).build();
			this.source = system.start("source", sequence);
			this.consumer = system.start("consumer",
					(ConsumerStage<Integer>) (events, from) -> this.received.addAll(events));
			this.subscription = this.consumer.subscribeTo(this.source, demand.withCancel(CancelMode.TEMPORARY));
		}

		void ask(long demand) {
			this.subscription.toCompletableFuture().join().ask(demand);
		}

		/** Returns how many events were handled or discarded, on either side. */
		long accounted() {
			return this.consumer.status().in() + this.consumer.status().discarded() + this.source.status().discarded();
		}

	}

}
