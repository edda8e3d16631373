package io.genstage.test;

import java.util.concurrent.CompletableFuture;

import io.genstage.ConsumerStage;
import io.genstage.StageOptions;
import io.genstage.SubscribeOptions;
import io.genstage.delivery.Outcome;

/**
 * Runs a consumer alone and pretends to be its producer.
 *
 * <pre>{@code
 * try (ConsumerTester<Order> archive = ConsumerTester.of(new Archive(repository))) {
 *     archive.send(first, second);
 *     assertThat(repository.orders()).containsExactly(first, second);
 *     assertThat(archive.failure()).isEmpty();
 * }
 * }</pre>
 *
 * @param <I> the type of the events it takes
 */
public final class ConsumerTester<I> extends StageTester {

	private final PretendedProducer<I> producer;

	private ConsumerTester(ConsumerStage<I> stage, StageOptions options, SubscribeOptions demand) {
		super(stage, options);
		this.producer = new PretendedProducer<>(system(), stage(), demand);
	}

	/**
	 * Starts a consumer with the default demand, 1000 to 500.
	 * @param stage the stage
	 * @param <I> the type of the events it takes
	 * @return its tester
	 * @throws io.genstage.StageStartException if its {@code onStart} throws
	 */
	public static <I> ConsumerTester<I> of(ConsumerStage<I> stage) {
		return of(stage, SubscribeOptions.defaults());
	}

	/**
	 * Starts a consumer.
	 * @param stage the stage
	 * @param demand how it subscribes; the cancel mode has no effect, see
	 * {@link #complete()}
	 * @param <I> the type of the events it takes
	 * @return its tester
	 * @throws io.genstage.StageStartException if its {@code onStart} throws
	 */
	public static <I> ConsumerTester<I> of(ConsumerStage<I> stage, SubscribeOptions demand) {
		return of(stage, StageOptions.defaults(), demand);
	}

	/**
	 * Starts a consumer that has options, such as batches or a rate.
	 * @param stage the stage
	 * @param options its options, without an executor
	 * @param demand how it subscribes; the cancel mode has no effect, see
	 * {@link #complete()}
	 * @param <I> the type of the events it takes
	 * @return its tester
	 * @throws io.genstage.StageStartException if its {@code onStart} throws
	 */
	public static <I> ConsumerTester<I> of(ConsumerStage<I> stage, StageOptions options, SubscribeOptions demand) {
		return new ConsumerTester<>(stage, options, demand);
	}

	/**
	 * Gives the producer of the stage events. They reach the stage as far as it asks for
	 * them; the others {@linkplain #waiting() wait}.
	 * @param events the events, in order
	 * @throws IllegalStateException after {@link #complete()} or {@link #fail}
	 */
	@SafeVarargs
	public final void send(I... events) {
		for (I event : events) {
			this.producer.offer(event);
		}
		run();
	}

	/**
	 * Gives the producer of the stage an event, and reports what has become of it.
	 * @param event the event
	 * @return complete when the event is settled: at once, or at a later call of this
	 * tester. Fails with {@link io.genstage.source.DeliveryFailedException} if the event
	 * has failed or was lost, and with {@link io.genstage.source.QueueClosedException}
	 * after {@link #complete()}
	 */
	public CompletableFuture<Outcome> deliver(I event) {
		return this.producer.deliver(event);
	}

	/**
	 * Returns how many events the stage has not asked for yet.
	 * @return those that the producer was given and has not sent
	 */
	public int waiting() {
		return this.producer.waiting();
	}

	/**
	 * Returns how many events the stage waits for.
	 * @return what it has asked for and not received, 0 after the end of the producer
	 */
	public long demand() {
		return this.producer.demand();
	}

	/**
	 * Ends the producer when it has sent all its events. The stage then finishes what it
	 * has and stops, as in a pipeline.
	 */
	public void complete() {
		this.producer.complete();
	}

	/**
	 * Lets the producer fail at once, with what is still {@linkplain #waiting() waiting}.
	 * The stage learns of it by its {@code onCancel}, finishes what it has and stops.
	 * @param cause what the producer has thrown
	 */
	public void fail(Throwable cause) {
		this.producer.fail(cause);
	}

}
