package io.genstage;

import java.util.List;

/**
 * A consumer that is given one event after the other. What it has handled counts so, even
 * if a later event of the same message fails.
 *
 * <pre>{@code
 * PerEventConsumerStage<Order> shop = (order, from) -> this.orders.save(order);
 * }</pre>
 *
 * It asks for events as any other consumer does. With a
 * {@linkplain StageOptions#batching() batching}, it is given the events of a batch when
 * that is closed.
 *
 * @param <E> the type of the events
 */
@FunctionalInterface
public interface PerEventConsumerStage<E> extends ConsumerStage<E> {

	/**
	 * Handles an event. When it returns, the event is done, unless the stage
	 * {@linkplain #reportsHandled() reports itself}. Called by the stage, one call at a
	 * time.
	 * @param event the event
	 * @param from the subscription it came by
	 * @throws Exception to stop the stage: the event and those behind it are lost, those
	 * before it are handled
	 */
	void handleEvent(E event, Subscription from) throws Exception;

	/**
	 * Handles the events one after the other. Not called by the engine.
	 */
	@Override
	@SuppressWarnings("FunctionalInterfaceMethodChanged") // it is given each of them
	default void handleEvents(List<E> events, Subscription from) throws Exception {
		for (E event : events) {
			handleEvent(event, from);
		}
	}

}
