package io.genstage;

import java.util.concurrent.CompletionStage;

import io.genstage.delivery.Acknowledgement;

/**
 * A consumer that settles each event itself, by an {@link Acknowledgement}, at once or
 * later and on any thread. What its callback returns and when it returns settles nothing.
 *
 * <pre>{@code
 * AcknowledgingConsumerStage<Order> bank = (order, acknowledgement, from) -> {
 *     client.charge(order, acknowledgement::accept, acknowledgement::reject);
 *     return CompletableFuture.completedStage(null);
 * };
 * }</pre>
 *
 * An event that is not settled is in flight, and so is one that is settled while its
 * callback goes on: as many as the {@link StageOptions#inFlight() options} of the stage
 * say, by default one. An event that is never settled is lost when the stage stops. If
 * the callback throws, or the future that it has returned fails, before the event is
 * settled, that is a failed attempt. If it fails later, that is logged, counted as
 * {@linkplain EventCounts#late() late}, and changes nothing. A stage without a
 * {@linkplain StageOptions#failure() failure policy} fails if it rejects an event or asks
 * for another attempt.
 *
 * @param <E> the type of the events
 */
@FunctionalInterface
public interface AcknowledgingConsumerStage<E> extends AsyncConsumerStage<E> {

	/**
	 * Begins to handle an event. Called by the stage, one call at a time.
	 * @param event the event
	 * @param acknowledgement settles this attempt with the event
	 * @param from the subscription it came by
	 * @return completes, on any thread, when the work of this call is over; its value has
	 * no meaning
	 * @throws Exception what has failed, as by a future that fails
	 */
	CompletionStage<?> begin(E event, Acknowledgement acknowledgement, Subscription from) throws Exception;

	/**
	 * Not called by the engine.
	 * @throws UnsupportedOperationException always
	 */
	@Override
	@SuppressWarnings("FunctionalInterfaceMethodChanged") // it is given the means to
															// settle
	default CompletionStage<?> begin(E event, Subscription from) {
		throw new UnsupportedOperationException("an acknowledging stage begins an event with its acknowledgement");
	}

}
