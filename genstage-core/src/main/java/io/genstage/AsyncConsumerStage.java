package io.genstage;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A consumer that begins to handle an event and has handled it when a future completes.
 * Its thread is free meanwhile, so that several events can be in flight at once: as many
 * as the {@link StageOptions#inFlight() options} of the stage say, by default one.
 *
 * <pre>{@code
 * AsyncConsumerStage<Order> shop = (order, from) -> client.post(order);
 * system.start("shop", shop, StageOptions.defaults().withInFlight(InFlight.of(50)));
 * }</pre>
 *
 * Events in flight are unfinished: they take up demand, and the stage completes behind
 * them. If a future fails, the stage does, and what is in flight is lost. When the stage
 * stops, futures that are not complete are cancelled, and their events are lost.
 *
 * @param <E> the type of the events
 */
@FunctionalInterface
public interface AsyncConsumerStage<E> extends ConsumerStage<E> {

	/**
	 * Begins to handle an event. Called by the stage, one call at a time.
	 * @param event the event
	 * @param from the subscription it came by
	 * @return completes, on any thread, when the event has been handled. If its value is
	 * an {@link io.genstage.delivery.Outcome}, that of an event sent elsewhere, it is
	 * what the source of this event hears, and {@code FAILED} is a failure; any other
	 * value has no meaning
	 * @throws Exception to stop the stage, as a future that fails does
	 */
	CompletionStage<?> begin(E event, Subscription from) throws Exception;

	/**
	 * Not called by the engine.
	 * @throws UnsupportedOperationException always
	 */
	@Override
	@SuppressWarnings("FunctionalInterfaceMethodChanged") // it is begun instead
	default void handleEvents(List<E> events, Subscription from) {
		throw new UnsupportedOperationException("an asynchronous stage begins one event after the other");
	}

}
