package io.genstage;

import java.util.List;
import java.util.function.Consumer;

import io.genstage.buffer.EventList;

/**
 * A producer-consumer that is given one event after the other. What it has made of an
 * event is emitted, even if a later event of the same message fails.
 *
 * <pre>{@code
 * PerEventProducerConsumerStage<Order, Item> items = (order, from, results) -> order.items().forEach(results);
 * }</pre>
 *
 * It asks for events as any other producer-consumer does. With a
 * {@linkplain StageOptions#batching() batching}, it is given the events of a batch when
 * that is closed.
 *
 * @param <I> the type of the events it receives
 * @param <O> the type of the events it emits
 */
@FunctionalInterface
public interface PerEventProducerConsumerStage<I, O> extends ProducerConsumerStage<I, O> {

	/**
	 * Handles an event. When it returns, the event is done, unless the stage
	 * {@linkplain #reportsHandled() reports itself}. Called by the stage, one call at a
	 * time.
	 * @param event the event
	 * @param from the subscription it came by
	 * @param results takes the events to emit, one by one, none of them {@code null}; not
	 * to be used when this call has returned, nor by other threads
	 * @throws Exception to stop the stage: the event and those behind it are lost, those
	 * before it are handled. All results that were taken are emitted
	 */
	void handleEvent(I event, Subscription from, Consumer<? super O> results) throws Exception;

	/**
	 * Handles the events one after the other. Not called by the engine.
	 */
	@Override
	@SuppressWarnings("FunctionalInterfaceMethodChanged") // it is given each of them
	default List<O> handleEvents(List<I> events, Subscription from) throws Exception {
		EventList.Builder<O> results = new EventList.Builder<>(events.size());
		for (I event : events) {
			handleEvent(event, from, results::add);
		}
		return results.build();
	}

}
