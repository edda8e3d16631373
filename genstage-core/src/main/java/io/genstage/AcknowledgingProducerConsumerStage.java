package io.genstage;

import java.util.List;
import java.util.concurrent.CompletionStage;

import io.genstage.delivery.Acknowledgement;

/**
 * A producer-consumer that settles each event itself, by an {@link Acknowledgement}, at
 * once or later and on any thread. What its callback returns is emitted when the event is
 * accepted and the returned future is complete, whichever comes last; nothing is emitted
 * if the event is rejected or is to be tried again.
 *
 * <pre>{@code
 * AcknowledgingProducerConsumerStage<Order, Receipt> bank = (order, acknowledgement, from) ->
 *     client.charge(order).thenApply((receipt) -> {
 *         acknowledgement.accept();
 *         return List.of(receipt);
 *     });
 * }</pre>
 *
 * The source of an event that is accepted gets to know at once, so the events that were
 * made of it carry no settlement. For all else see {@link AcknowledgingConsumerStage}.
 *
 * @param <I> the type of the events it receives
 * @param <O> the type of the events it emits
 */
@FunctionalInterface
public interface AcknowledgingProducerConsumerStage<I, O> extends AsyncProducerConsumerStage<I, O> {

	/**
	 * Begins to handle an event. Called by the stage, one call at a time.
	 * @param event the event
	 * @param acknowledgement settles this attempt with the event
	 * @param from the subscription it came by
	 * @return completes, on any thread, with the events to emit: none, one or more; no
	 * {@code null} among them
	 * @throws Exception what has failed, as by a future that fails
	 */
	CompletionStage<List<O>> begin(I event, Acknowledgement acknowledgement, Subscription from) throws Exception;

	/**
	 * Not called by the engine.
	 * @throws UnsupportedOperationException always
	 */
	@Override
	@SuppressWarnings("FunctionalInterfaceMethodChanged") // it is given the means to
															// settle
	default CompletionStage<List<O>> begin(I event, Subscription from) {
		throw new UnsupportedOperationException("an acknowledging stage begins an event with its acknowledgement");
	}

}
