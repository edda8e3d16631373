package io.genstage.delivery;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * The deliveries of a list, settled by stretches of it, for as long as nobody looks at
 * one of them alone. So what a call has handled costs a few steps, however many events it
 * were. Of the engine. Any thread may call it.
 * <p>
 * A place is that of an event in the array of the list. {@code from} is the first place
 * of a stretch, {@code to} the one behind its last.
 */
public abstract sealed class DeliveryRow permits SourceRow, MadeRow {

	/*
	 * A member is in one of four states. Of its own it is from the moment on in which
	 * somebody wants it alone: then its delivery, with the state in it, is all that
	 * counts, and the row never settles it again. It goes there from any other state, and
	 * takes along what has happened so far. All changes are made with the lock, which is
	 * held for short, and while it is held nothing is asked but what is above: so two
	 * rows never wait for each other.
	 */

	/** Nothing has become of it. */
	static final byte OPEN = 0;

	/** What was to be done for it is accepted, and it waits for one part. */
	static final byte WAITING = 1;

	/** It was accepted, without a word. */
	static final byte ENDED = 2;

	/** Its delivery knows. */
	static final byte ALONE = 3;

	private final ReentrantLock lock = new ReentrantLock();

	private final @Nullable Object[] events;

	private final int start;

	private final byte[] states;

	DeliveryRow(@Nullable Object[] events, int start, int size) {
		this.events = events;
		this.start = start;
		this.states = new byte[size];
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
		return this.states.length;
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
	 * Settles what was to be done for the events of a stretch as accepted, as far as that
	 * is not settled.
	 */
	final void accept(int from, int to, Endings endings) {
		BitSet others = move(from, to, OPEN, ENDED);
		endStretches(from, to, others, endings);
		if (others != null) {
			others.stream().forEach((index) -> alone(from + index).settleOwnWork(Verdict.accepted(), endings));
		}
	}

	/**
	 * Accepts what was to be done for the events of a stretch, each of which ends with a
	 * part that is {@linkplain #partEnded reported} later.
	 * @return false, and nothing has happened, if one of them is not open
	 */
	final boolean await(int from, int to) {
		this.lock.lock();
		try {
			return moveAll(from, to, OPEN, WAITING);
		}
		finally {
			this.lock.unlock();
		}
	}

	/** The parts have ended that the events of a stretch have waited for. */
	final void partEnded(int from, int to, Verdict verdict, Endings endings) {
		BitSet others = null;
		if (verdict.isPlain()) {
			others = move(from, to, WAITING, ENDED);
			endStretches(from, to, others, endings);
		}
		else {
			others = new BitSet(to - from);
			others.set(0, to - from);
		}
		if (others != null) {
			others.stream().forEach((index) -> endings.childEnded(alone(from + index), verdict));
		}
	}

	private void endStretches(int from, int to, @Nullable BitSet others, Endings endings) {
		if (others == null) {
			ended(from, to, endings);
			return;
		}
		int size = to - from;
		int first = others.nextClearBit(0);
		while (first < size) {
			int next = others.nextSetBit(first);
			int behind = (next < 0) ? size : next;
			ended(from + first, from + behind, endings);
			first = others.nextClearBit(behind);
		}
	}

	/**
	 * Moves those of a stretch that are in a state.
	 * @return which are in others, counted from the first; null if all have moved
	 */
	private @Nullable BitSet move(int from, int to, byte before, byte after) {
		this.lock.lock();
		try {
			if (moveAll(from, to, before, after)) {
				return null;
			}
			BitSet others = new BitSet(to - from);
			for (int place = from; place < to; place++) {
				if (!moveOne(place, before, after)) {
					others.set(place - from);
				}
			}
			return others;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean moveAll(int from, int to, byte before, byte after) {
		for (int index = from - this.start; index < to - this.start; index++) {
			if (this.states[index] != before) {
				return false;
			}
		}
		Arrays.fill(this.states, from - this.start, to - this.start, after);
		return true;
	}

	private boolean moveOne(int place, byte before, byte after) {
		if (this.states[place - this.start] != before) {
			return false;
		}
		this.states[place - this.start] = after;
		return true;
	}

	/**
	 * Accepts one of them alone.
	 * @return false if its delivery knows what to do
	 */
	final boolean acceptOne(int place) {
		return moveOne(place, OPEN, ENDED);
	}

	/** Begins several changes. */
	final void lock() {
		this.lock.lock();
	}

	final void unlock() {
		this.lock.unlock();
	}

	/** Returns a delivery that the row doesn't settle any more. */
	abstract Delivery<?> alone(int place);

	/** Those of a stretch have ended, accepted and without a word. */
	abstract void ended(int from, int to, Endings endings);

	/** Lets a delivery know itself what becomes of it, with the lock. */
	final byte leave(int place) {
		byte before = this.states[place - this.start];
		this.states[place - this.start] = ALONE;
		return before;
	}

}
