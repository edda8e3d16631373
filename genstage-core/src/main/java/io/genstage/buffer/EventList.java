package io.genstage.buffer;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.function.UnaryOperator;

import io.genstage.delivery.Delivery;
import io.genstage.delivery.DeliveryGroup;
import io.genstage.delivery.DeliveryRow;
import io.genstage.delivery.RowPicks;
import io.genstage.delivery.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Events on their way: a part of an array that nobody changes any more. Its own parts
 * share the array, so that cutting a message into batches costs no copy. It has no
 * {@code null} in it, and may be read by any thread.
 * <p>
 * The engine copies what a callback returns into such a list, unless it is one already.
 * So a stage that makes a lot of events saves a copy of their references if it collects
 * them by a {@link Builder}:
 *
 * <pre>{@code
 * EventList.Builder<Integer> numbers = new EventList.Builder<>(1000);
 * while (numbers.size() < 1000) {
 *     numbers.add(this.next++);
 * }
 * return numbers.build();
 * }</pre>
 *
 * @param <E> the type of the events
 */
public final class EventList<E> extends AbstractList<E> implements RandomAccess {

	private static final @Nullable Object[] NOTHING = {};

	/** Smaller arrays are kept as they are: a copy of a part takes hardly less memory. */
	static final int LARGE = 64;

	private final @Nullable Object[] events;

	private final int start;

	private final int size;

	/**
	 * Whether a delivery is among the events of the array. It is found out when the list
	 * is made, so that plain events needn't be looked at one by one on their way.
	 */
	private final boolean carrying;

	/**
	 * Has the deliveries of the events of the array, which are not in it then, or null.
	 */
	private final @Nullable DeliveryRow row;

	private EventList(@Nullable Object[] events, int start, int size, boolean carrying) {
		this(events, start, size, carrying, null);
	}

	private EventList(@Nullable Object[] events, int start, int size, boolean carrying, @Nullable DeliveryRow row) {
		this.events = events;
		this.start = start;
		this.size = size;
		this.carrying = carrying;
		this.row = row;
	}

	/**
	 * Returns the deliveries of a row. Of the engine.
	 * @param row the deliveries, at least one
	 * @param <E> the type of the events
	 * @return the deliveries in their order
	 */
	public static <E> EventList<E> of(DeliveryRow row) {
		return new EventList<>(row.events(), row.start(), row.size(), true, row);
	}

	/**
	 * Returns the deliveries of outputs, all of them children of one group. Of the
	 * engine.
	 * @param outputs the outputs, among which deliveries may be
	 * @param group what they are children of
	 * @param <E> the type of the outputs
	 * @return the deliveries, or {@code null} if they have to be made one by one
	 */
	public static <E> @Nullable EventList<E> ofChildren(List<E> outputs, DeliveryGroup group) {
		if (outputs.size() < 2 || !(outputs instanceof EventList<E> plain) || plain.carrying) {
			return null;
		}
		DeliveryRow row = group.outputs(plain.events, plain.start, plain.size);
		return (row != null) ? of(row) : null;
	}

	/**
	 * Returns the group for the outputs of a call with events, which it accepts. Of the
	 * engine.
	 * @param events the events of the call
	 * @return the group, or {@code null} if each of the events has to be asked
	 */
	public static @Nullable DeliveryGroup accepting(List<?> events) {
		return (events instanceof EventList<?> list && list.row != null && list.size > 1)
				? DeliveryGroup.accepting(list.row, list.start, list.start + list.size) : null;
	}

	/**
	 * Makes deliveries of events for several consumers, and accepts the events. Of the
	 * engine.
	 * @param events the events
	 * @param consumers how many consumers there are
	 * @param <E> the type of the events
	 * @return the events for each consumer; none if they have to be copied one by one, in
	 * which case nothing has happened
	 */
	public static <E> List<EventList<E>> forked(List<E> events, int consumers) {
		List<EventList<E>> forked = new ArrayList<>();
		if (events instanceof EventList<?> list && list.row != null && list.size > 0) {
			for (DeliveryRow copies : list.row.fork(list.start, list.start + list.size, consumers)) {
				forked.add(of(copies));
			}
		}
		return forked;
	}

	/**
	 * Settles what was to be done for events as accepted, as far as it is not settled. Of
	 * the engine.
	 * @param events the events, of which those are settled that are deliveries
	 */
	public static void accept(List<?> events) {
		if (events instanceof EventList<?> list && list.row != null) {
			Delivery.acceptAll(list.row, list.start, list.start + list.size);
		}
		else {
			Delivery.settleAll(events, Verdict.accepted());
		}
	}

	/**
	 * Returns the row whose deliveries a list has. Of the engine.
	 * @param events the events
	 * @return the row, or {@code null} if it has others
	 */
	public static @Nullable DeliveryRow rowOf(List<?> events) {
		return (events instanceof EventList<?> list) ? list.row : null;
	}

	/**
	 * Returns some events of a list. Deliveries that are settled together stay so. Of the
	 * engine.
	 * @param events the list, with deliveries in a {@linkplain #rowOf row}
	 * @param indexes begins with the index of each event to return, none of them twice
	 * @param size how many that are, at least one
	 * @param <E> the type of the events
	 * @return the events in the order of the indexes
	 */
	public static <E> EventList<E> picked(List<E> events, int[] indexes, int size) {
		EventList<E> list = (EventList<E>) events;
		DeliveryRow row = Objects.requireNonNull(list.row, "the events must be in a row");
		int[] places = new int[size];
		@Nullable Object[] picked = new Object[size];
		for (int place = 0; place < size; place++) {
			places[place] = list.start + Objects.checkIndex(indexes[place], list.size);
			picked[place] = list.events[places[place]];
		}
		return of(row.pick(picked, places));
	}

	/**
	 * Returns the events of a collection, which are copied unless nobody can change them.
	 * @param events the events
	 * @param <E> the type of the events
	 * @return the events in the same order
	 * @throws NullPointerException if the collection is null or has null in it
	 */
	@SuppressWarnings("unchecked") // a list of events that can only be read
	public static <E> EventList<E> copyOf(Collection<? extends E> events) {
		if (events instanceof EventList<?> unchanging) {
			return (EventList<E>) unchanging;
		}
		DeliveryRow page = DeliveryRow.ofPage(events);
		if (page != null && page.isNew() && page.size() > 1) {
			return of(page);
		}
		@Nullable Object[] copy = events.toArray();
		return new EventList<>(copy, 0, copy.length, checked(copy));
	}

	/** Checks that no event is null, and returns whether there are deliveries. */
	private static boolean checked(@Nullable Object[] events) {
		boolean carrying = false;
		if (Delivery.areMade()) {
			for (Object event : events) {
				carrying |= Objects.requireNonNull(event) instanceof Delivery<?>;
			}
		}
		else {
			// Apart: to look at what an event is costs more than to see that it is there.
			for (Object event : events) {
				Objects.requireNonNull(event);
			}
		}
		return carrying;
	}

	/**
	 * Returns the events of a row that nobody has emitted yet, out of it. Of the engine.
	 * @param events the events
	 * @param <E> the type of the events
	 * @return the same deliveries, each of which is settled alone
	 */
	public static <E> EventList<E> apart(List<E> events) {
		@Nullable Object[] each = events.toArray();
		return new EventList<>(each, 0, each.length, hasDelivery(events));
	}

	/**
	 * Returns whether there is a delivery among events.
	 * @param events the events
	 * @return whether at least one is a delivery
	 */
	public static boolean hasDelivery(List<?> events) {
		if (events instanceof EventList<?> known && (!known.carrying || known.row != null)) {
			return known.carrying && known.size > 0;
		}
		for (Object event : events) {
			if (event instanceof Delivery<?>) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Returns the events that the code of a stage is to see, in the place of deliveries.
	 * @param events events, among which deliveries may be
	 * @param <E> the type of the events
	 * @return the events without their settlements
	 */
	@SuppressWarnings("unchecked") // a delivery stands for an event of this type
	public static <E> EventList<E> payloads(List<? extends E> events) {
		if (events instanceof EventList<?> list && list.row != null) {
			return new EventList<>(list.events, list.start, list.size, false);
		}
		@Nullable Object[] payloads = new Object[events.size()];
		int place = 0;
		for (Object event : events) {
			payloads[place++] = Delivery.payload(event);
		}
		return new EventList<>(payloads, 0, payloads.length, false);
	}

	@Override
	public E get(int index) {
		return at(Objects.checkIndex(index, this.size));
	}

	@SuppressWarnings({ "unchecked", "NullAway" }) // what is within its bounds was
													// checked
	private E at(int index) {
		return (this.row != null) ? (E) this.row.get(this.start + index) : (E) this.events[this.start + index];
	}

	@Override
	public int size() {
		return this.size;
	}

	@Override
	public EventList<E> subList(int from, int to) {
		Objects.checkFromToIndex(from, to, this.size);
		return (to - from == this.size) ? this
				: new EventList<>(this.events, this.start + from, to - from, this.carrying, this.row);
	}

	/**
	 * Returns these events without others that share the array, if it is large and more
	 * than half of it is theirs: so that what is kept for long doesn't keep much more.
	 */
	EventList<E> trimmed() {
		return (this.row == null && this.events.length >= LARGE && this.size < this.events.length / 2)
				? new EventList<>(Arrays.copyOfRange(this.events, this.start, this.start + this.size), 0, this.size,
						this.carrying)
				: this;
	}

	@Override
	@SuppressWarnings("unchecked") // a delivery stands for an event of this type
	public Iterator<E> iterator() {
		return (this.row != null) ? (Iterator<E>) Arrays.asList(toArray()).iterator() : new EventIterator();
	}

	@Override
	@SuppressWarnings("NullAway") // what is within its bounds was checked
	public Object[] toArray() {
		if (this.row != null) {
			return this.row.all(this.start, this.start + this.size);
		}
		return Arrays.copyOfRange(this.events, this.start, this.start + this.size, Object[].class);
	}

	/**
	 * Goes through the events, which nobody can change meanwhile.
	 */
	private final class EventIterator implements Iterator<E> {

		private int next;

		@Override
		public boolean hasNext() {
			return this.next < EventList.this.size;
		}

		@Override
		public E next() {
			if (!hasNext()) {
				throw new NoSuchElementException();
			}
			return at(this.next++);
		}

	}

	/**
	 * Collects events for a list, which takes them without a copy. For use by one thread
	 * at a time.
	 *
	 * @param <E> the type of the events
	 */
	public static final class Builder<E> {

		private @Nullable Object[] events;

		private int size;

		private boolean carrying;

		/** Has the deliveries of the events, or null if they are among these. */
		private @Nullable RowPicks picks;

		/**
		 * Creates a builder without events.
		 * @param expected how many events it has room for before it has to grow, at least
		 * 0
		 */
		public Builder(int expected) {
			if (expected < 0) {
				throw new IllegalArgumentException("expected must be >= 0, was " + expected);
			}
			this.events = (expected > 0) ? new Object[expected] : NOTHING;
		}

		/**
		 * Adds an event behind the others.
		 * @param event the event
		 */
		public void add(E event) {
			if (this.picks != null) {
				comeApart(this.picks);
			}
			this.carrying |= Objects.requireNonNull((Object) event) instanceof Delivery<?>;
			append(event);
		}

		/**
		 * Adds the events of a list behind the others. Deliveries that are settled
		 * together stay so, as long as nothing else is added.
		 * @param from the list, none of whose events is added twice
		 */
		void addAll(List<? extends E> from) {
			DeliveryRow together = from.isEmpty() ? null : rowOf(from);
			RowPicks picks = (together != null) ? picks(from.size()) : null;
			if (together == null || picks == null) {
				from.forEach(this::add);
				return;
			}
			int start = ((EventList<?>) from).start;
			picks.addAll(together, start, start + from.size());
			for (int place = start; place < start + from.size(); place++) {
				append(together.events()[place]);
			}
		}

		/** Returns null if there are others. */
		private @Nullable RowPicks picks(int expected) {
			if (this.size == 0 && this.picks == null) {
				this.picks = new RowPicks(Math.max(this.events.length, expected));
			}
			return this.picks;
		}

		private void append(@Nullable Object event) {
			if (this.size == this.events.length) {
				grow();
			}
			this.events[this.size++] = event;
		}

		private void comeApart(RowPicks picks) {
			System.arraycopy(picks.all(), 0, this.events, 0, this.size);
			this.carrying = true;
			this.picks = null;
		}

		private void grow() {
			this.events = Arrays.copyOf(this.events, Math.max(10, this.size + (this.size >> 1)));
		}

		/**
		 * Returns how many events have been added.
		 * @return the number of events
		 */
		public int size() {
			return this.size;
		}

		/**
		 * Puts others in the place of events that were added last.
		 * @param from the first of them, from 0 to {@link #size()}
		 * @param change returns what to put in the place of an event
		 */
		@SuppressWarnings("unchecked") // only events are added
		public void replaceFrom(int from, UnaryOperator<E> change) {
			if (this.picks != null) {
				comeApart(this.picks);
			}
			for (int place = from; place < this.size; place++) {
				Object changed = change.apply((E) Objects.requireNonNull(this.events[place]));
				this.carrying |= Objects.requireNonNull(changed) instanceof Delivery<?>;
				this.events[place] = changed;
			}
		}

		/**
		 * Forgets events that were added last.
		 * @param size how many events are left, from 0 to {@link #size()}
		 */
		public void truncate(int size) {
			if (size < 0 || size > this.size) {
				throw new IllegalArgumentException("size must be from 0 to %d, was %d".formatted(this.size, size));
			}
			if (this.picks != null) {
				comeApart(this.picks);
			}
			Arrays.fill(this.events, size, this.size, null);
			this.size = size;
		}

		/**
		 * Hands the events over and begins anew, without room for any. Few events in a
		 * large room are copied, so as not to keep it all for as long as they wait.
		 * @return the events that were added, in their order
		 */
		public EventList<E> build() {
			boolean few = this.size < this.events.length / 2;
			@Nullable Object[] events = few ? Arrays.copyOf(this.events, this.size) : this.events;
			EventList<E> built = (this.picks != null) ? of(this.picks.build(events))
					: new EventList<>(events, 0, this.size, this.carrying);
			this.picks = null;
			this.events = NOTHING;
			this.size = 0;
			this.carrying = false;
			return built;
		}

	}

}
