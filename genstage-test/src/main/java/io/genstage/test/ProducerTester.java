package io.genstage.test;

import java.util.List;

import io.genstage.ProducerStage;
import io.genstage.StageOptions;

/**
 * Runs a producer alone and pretends to be its consumer.
 *
 * <pre>{@code
 * try (ProducerTester<Integer> counter = ProducerTester.of(new Counter())) {
 *     counter.ask(3);
 *     assertThat(counter.emitted()).containsExactly(0, 1, 2);
 * }
 * }</pre>
 *
 * @param <O> the type of the events it emits
 */
public final class ProducerTester<O> extends StageTester {

	private final PretendedConsumer<O> consumer;

	private ProducerTester(ProducerStage<O> stage, StageOptions options) {
		super(stage, options);
		this.consumer = new PretendedConsumer<>(system(), stage());
	}

	/**
	 * Starts a producer with default options.
	 * @param stage the stage
	 * @param <O> the type of the events it emits
	 * @return its tester
	 * @throws io.genstage.StageStartException if its {@code onStart} throws
	 */
	public static <O> ProducerTester<O> of(ProducerStage<O> stage) {
		return of(stage, StageOptions.defaults());
	}

	/**
	 * Starts a producer.
	 * @param stage the stage
	 * @param options its options, without an executor
	 * @param <O> the type of the events it emits
	 * @return its tester
	 * @throws io.genstage.StageStartException if its {@code onStart} throws
	 */
	public static <O> ProducerTester<O> of(ProducerStage<O> stage, StageOptions options) {
		return new ProducerTester<>(stage, options);
	}

	/**
	 * Asks the stage for events, as its consumer does.
	 * @param demand for how many, at least 1; it adds up with what was asked for and has
	 * not come
	 */
	public void ask(long demand) {
		this.consumer.ask(demand);
	}

	/**
	 * Returns what the stage has emitted and its consumer has received.
	 * @return the events since the beginning, in order
	 */
	public List<O> emitted() {
		return this.consumer.received();
	}

	/**
	 * Returns how many events the consumer still waits for.
	 * @return what was asked for and has not come
	 */
	public long unmetDemand() {
		return this.consumer.demand();
	}

	/**
	 * Asks the producer to take in nothing new, to hand on what it has and to stop.
	 */
	public void drain() {
		stage().drain();
		run();
	}

}
