package io.genstage.dispatch;

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

}
