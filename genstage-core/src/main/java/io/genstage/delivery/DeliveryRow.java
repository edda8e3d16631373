package io.genstage.delivery;

import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The deliveries of a list, settled by stretches of it, for as long as nobody looks at
 * one of them alone. So what a call has handled costs a few steps, however many events it
 * were. Of the engine. Any thread may call it.
 * <p>
 * A place is that of an event in the array of the list. {@code from} is the first place
 * of a stretch, {@code to} the one behind its last.
 */
public abstract sealed class DeliveryRow permits StateRow, PickedRow {

	private final @Nullable Object[] events;

	private final int start;

	private final int size;

	DeliveryRow(@Nullable Object[] events, int start, int size) {
		this.events = events;
		this.start = start;
		this.size = size;
	}

	/**
	 * Returns the row of what a source is going to emit.
	 * @param emitted the events
	 * @return the row, or {@code null} if there is another thing among them, or one event
	 * only
	 */
	public static @Nullable DeliveryRow ofSource(List<?> emitted) {
		return SourceRow.of(emitted);
	}

	/**
	 * Returns the row of events for which a source has made {@linkplain Delivery#ofAll
	 * all deliveries at once}.
	 * @param events what a source returns
	 * @return the row, or {@code null} if that is another thing
	 */
	public static @Nullable DeliveryRow ofPage(Collection<?> events) {
		return (events instanceof DeliveryPage<?> page) ? page.row() : null;
	}

	/**
	 * Returns the events, which nobody may change.
	 * @return the array, in which the row may take up a part
	 */
	public @Nullable Object[] events() {
		return this.events;
	}

	/**
	 * Returns the place of the first delivery.
	 * @return its index in {@link #events()}
	 */
	public int start() {
		return this.start;
	}

	/**
	 * Returns how many deliveries there are.
	 * @return their number
	 */
	public int size() {
		return this.size;
	}

	/**
	 * Returns whether it has not been emitted yet: then its deliveries may still go one
	 * by one.
	 * @return whether it is a page of a source that is not in the engine
	 */
	public boolean isNew() {
		return false;
	}

	/**
	 * Returns a delivery, which stays the same.
	 * @param place its place
	 * @return the delivery
	 */
	public abstract Delivery<?> get(int place);

	/**
	 * Returns the deliveries of a stretch, each as {@link #get} does.
	 * @param from the first place
	 * @param to the place behind the last
	 * @return the deliveries in their order, for the caller to keep
	 */
	public Object[] all(int from, int to) {
		Object[] all = new Object[to - from];
		for (int place = from; place < to; place++) {
			all[place - from] = get(place);
		}
		return all;
	}

	/**
	 * Returns some of the deliveries as a row, which are the same deliveries.
	 * @param events an array with the events of all of these, in their order, which
	 * nobody may change
	 * @param places the place of each in this row, none of them twice, which nobody may
	 * change
	 * @return the row
	 */
	public abstract DeliveryRow pick(@Nullable Object[] events, int[] places);

	/**
	 * Makes deliveries of the events of a stretch for several consumers, whose worst
	 * outcome counts for each, and accepts what was to be done beside that.
	 * @param from the first place
	 * @param to the place behind the last
	 * @param consumers how many there are
	 * @return a row for each consumer; none, and nothing has happened, if one of them is
	 * not open or there are too many consumers
	 */
	public final List<DeliveryRow> fork(int from, int to, int consumers) {
		return Fork.of(this, from, to, consumers);
	}

	/**
	 * Settles what was to be done for the events at some places as accepted, as far as
	 * that is not settled.
	 */
	abstract void accept(Places places, Endings endings);

	/**
	 * Accepts what was to be done for the events at some places, each of which ends with
	 * a part that is {@linkplain #partEnded reported} later.
	 * @return false, and nothing has happened, if one of them is not open
	 */
	abstract boolean await(Places places);

	/** The parts have ended that the events at some places have waited for. */
	abstract void partEnded(Places places, Verdict verdict, Endings endings);

	/** Adds those at some places to others. */
	abstract void pick(Places places, RowPicks picks);

	/** Returns a delivery that no row settles any more. */
	abstract Delivery<?> alone(int place);

}
