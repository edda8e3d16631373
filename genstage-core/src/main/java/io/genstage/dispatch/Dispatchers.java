package io.genstage.dispatch;

import java.util.List;

/**
 * The dispatchers that come with the engine.
 */
public final class Dispatchers {

	private Dispatchers() {
	}

	/**
	 * Each event goes to one subscriber: the one with the highest demand. This is the
	 * default of every producing stage.
	 * @param <E> the type of the events
	 * @return a factory of demand dispatchers
	 */
	public static <E> DispatcherFactory<E> demand() {
		return demand(DemandOptions.defaults());
	}

	/**
	 * Each event goes to one subscriber: the one with the highest demand.
	 * @param <E> the type of the events
	 * @param options what differs from the defaults
	 * @return a factory of demand dispatchers
	 */
	public static <E> DispatcherFactory<E> demand(DemandOptions options) {
		return (outlet) -> new DemandDispatcher<>(outlet, options);
	}

	/**
	 * Each event goes to every subscriber; the slowest of them sets the pace. A newcomer
	 * holds the others up until it asks for the first time. A consumer may subscribe only
	 * once.
	 * @param <E> the type of the events
	 * @return a factory of broadcast dispatchers
	 */
	public static <E> DispatcherFactory<E> broadcast() {
		return new DispatcherFactory<>() {
			@Override
			public Dispatcher<E> create(Outlet<E> outlet) {
				return new BroadcastDispatcher<>(outlet);
			}

			@Override
			public boolean waitsForAll() {
				return true;
			}
		};
	}

	/**
	 * Each event goes to the partition that it belongs to. Several consumers may
	 * subscribe to one partition, and share its events by their demand.
	 * @param <E> the type of the events
	 * @param options the partitions and how events are routed to them
	 * @return a factory of partition dispatchers
	 */
	public static <E> DispatcherFactory<E> partition(PartitionOptions<E> options) {
		return new DispatcherFactory<>() {
			@Override
			public Dispatcher<E> create(Outlet<E> outlet) {
				return new PartitionDispatcher<>(outlet, options);
			}

			@Override
			public List<Object> partitions() {
				return List.copyOf(options.partitions());
			}
		};
	}

}
