package io.genstage.delivery;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

import io.genstage.buffer.EventList;
import org.jspecify.annotations.Nullable;

/**
 * The events of a list with deliveries, as a handler sees them: a view that costs no
 * copy, and keeps the deliveries by their places. Nobody can change it, any thread may
 * read it. Of the engine.
 *
 * @param <E> the type of the events
 */
public final class Payloads<E> extends AbstractList<E> implements RandomAccess {

	private final EventList<E> events;

	private Payloads(EventList<E> events) {
		this.events = events;
	}

	/**
	 * Returns what a handler is to see of events.
	 * @param events the events, some of which may be deliveries
	 * @param <E> the type of the events
	 * @return the same list if there is no delivery in it, else a view of it
	 */
	public static <E> List<E> of(EventList<E> events) {
		return Delivery.isAmong(events) ? new Payloads<>(events) : events;
	}

	@Override
	@SuppressWarnings("unchecked") // a delivery stands for an event of this type
	public E get(int place) {
		return (E) Delivery.payload((Object) this.events.get(place));
	}

	@Override
	public int size() {
		return this.events.size();
	}

	/**
	 * Returns the delivery of an event.
	 * @param place its place in the list
	 * @return the delivery, or {@code null} if the event came without one
	 */
	public @Nullable Delivery<?> delivery(int place) {
		return ((Object) this.events.get(place) instanceof Delivery<?> delivery) ? delivery : null;
	}

}
