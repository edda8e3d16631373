package io.genstage;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A producer-consumer that begins to handle an event and has handled it when a future
 * completes with the events to emit. Its thread is free meanwhile, so that several events
 * can be in flight at once: as many as the {@link StageOptions#inFlight() options} of the
 * stage say, by default one.
 *
 * <pre>{@code
 * AsyncProducerConsumerStage<Address, Place> geocoder = (address, from) -> client.find(address).thenApply(List::of);
 * system.start("geocoder", geocoder, StageOptions.defaults().withInFlight(InFlight.of(50)));
 * }</pre>
 *
 * Results are emitted in the order of the events that led to them, unless the options say
 * that order doesn't matter. Events in flight are unfinished: they take up demand, and
 * the stage completes behind them. No event is taken in while nobody asks for results. If
 * a future fails, the stage does when the results of all events before it have been
 * emitted, and what is in flight is lost. When the stage stops, futures that are not
 * complete are cancelled, and their events are lost.
 *
 * @param <I> the type of the events it receives
 * @param <O> the type of the events it emits
 */
@FunctionalInterface
public interface AsyncProducerConsumerStage<I, O> extends ProducerConsumerStage<I, O> {

	/**
	 * Begins to handle an event. Called by the stage, one call at a time.
	 * @param event the event
	 * @param from the subscription it came by
	 * @return completes, on any thread, with the events to emit: none, one or more; no
	 * {@code null} among them
	 * @throws Exception to stop the stage, as a future that fails does
	 */
	CompletionStage<List<O>> begin(I event, Subscription from) throws Exception;

	/**
	 * Not called by the engine.
	 * @throws UnsupportedOperationException always
	 */
	@Override
	@SuppressWarnings("FunctionalInterfaceMethodChanged") // it is begun instead
	default List<O> handleEvents(List<I> events, Subscription from) {
		throw new UnsupportedOperationException("an asynchronous stage begins one event after the other");
	}

}
