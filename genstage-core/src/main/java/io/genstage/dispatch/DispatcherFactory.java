package io.genstage.dispatch;

import java.util.List;

/**
 * Creates the dispatcher of a stage, once per start of the stage.
 *
 * @param <E> the type of the events
 * @see Dispatchers
 */
@FunctionalInterface
public interface DispatcherFactory<E> {

	/**
	 * Creates a dispatcher without subscribers.
	 * @param outlet where the dispatcher sends events
	 * @return a new dispatcher
	 */
	Dispatcher<E> create(Outlet<E> outlet);

	/**
	 * Returns the partitions that its dispatchers divide the events among. Each
	 * subscription to them has to name one, as {@link Subscriber#PARTITION}.
	 * @return the names in their order, none (default) if there are no partitions
	 */
	default List<Object> partitions() {
		return List.of();
	}

	/**
	 * Returns whether its dispatchers send each event to all subscribers, and hold it
	 * until the last of them has asked for it. The place of a consumer that is away is
	 * kept then, by a subscriber that doesn't ask.
	 * @return {@code false} by default
	 */
	default boolean waitsForAll() {
		return false;
	}

}
