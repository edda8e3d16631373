package io.genstage.test;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.genstage.ProducerConsumerStage;
import io.genstage.StageOptions;
import io.genstage.SubscribeOptions;
import io.genstage.delivery.Outcome;

/**
 * Runs a producer-consumer alone and pretends to be its producer and its consumer.
 *
 * <pre>{@code
 * try (ProducerConsumerTester<Order, Invoice> invoices = ProducerConsumerTester.of(new Invoices())) {
 *     invoices.ask(10);
 *     invoices.send(order);
 *     assertThat(invoices.emitted()).containsExactly(new Invoice(order));
 * }
 * }</pre>
 *
 * Until the test asks for events, the stage gets none, as in production.
 *
 * @param <I> the type of the events it takes
 * @param <O> the type of the events it emits
 */
public final class ProducerConsumerTester<I, O> extends StageTester {

	private final PretendedConsumer<O> consumer;

	private final PretendedProducer<I> producer;

	private ProducerConsumerTester(ProducerConsumerStage<I, O> stage, StageOptions options, SubscribeOptions demand) {
		super(stage, options);
		this.consumer = new PretendedConsumer<>(system(), stage());
		this.producer = new PretendedProducer<>(system(), stage(), demand);
	}

	/**
	 * Starts a producer-consumer with default options and demand, 1000 to 500.
	 * @param stage the stage
	 * @param <I> the type of the events it takes
	 * @param <O> the type of the events it emits
	 * @return its tester
	 * @throws io.genstage.StageStartException if its {@code onStart} throws
	 */
	public static <I, O> ProducerConsumerTester<I, O> of(ProducerConsumerStage<I, O> stage) {
		return of(stage, StageOptions.defaults(), SubscribeOptions.defaults());
	}

	/**
	 * Starts a producer-consumer.
	 * @param stage the stage
	 * @param options its options, without an executor
	 * @param demand how it subscribes; the cancel mode has no effect, see
	 * {@link #complete()}
	 * @param <I> the type of the events it takes
	 * @param <O> the type of the events it emits
	 * @return its tester
	 * @throws io.genstage.StageStartException if its {@code onStart} throws
	 */
	public static <I, O> ProducerConsumerTester<I, O> of(ProducerConsumerStage<I, O> stage, StageOptions options,
			SubscribeOptions demand) {
		return new ProducerConsumerTester<>(stage, options, demand);
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
	 * @return complete when the event is settled and the {@linkplain #ask consumer} has
	 * got all that was made from it: at once, or at a later call of this tester. Fails
	 * with {@link io.genstage.source.DeliveryFailedException} if the event has failed or
	 * was lost, and with {@link io.genstage.source.QueueClosedException} after
	 * {@link #complete()}
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

}
