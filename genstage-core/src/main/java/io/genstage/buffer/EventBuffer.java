package io.genstage.buffer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;

/**
 * Events that nobody can take yet, in order and within a limit.
 * <p>
 * An action can be put behind the events: it is run when all that were there before it
 * have left, taken or dropped. Actions take no room and are never dropped.
 * <p>
 * Not safe for use by several threads; a stage or dispatcher that owns a buffer is
 * confined to one at a time.
 *
 * @param <E> the type of the events
 */
public final class EventBuffer<E> {

	/**
	 * The capacity of a buffer without a limit.
	 */
	public static final int UNLIMITED = Integer.MAX_VALUE;

	private final int capacity;

	private final BufferKeep keep;

	/** Small at first, like the other: most buffers are never used. */
	private final Deque<E> events = new ArrayDeque<>(1);

	private final Queue<Mark> marks = new ArrayDeque<>(1);

	/** How many events have left so far. */
	private long left;

	/**
	 * Creates an empty buffer.
	 * @param capacity the most events that it holds, at least 0
	 * @param keep which events it keeps when it is full
	 */
	public EventBuffer(int capacity, BufferKeep keep) {
		if (capacity < 0) {
			throw new IllegalArgumentException("capacity must be >= 0, was " + capacity);
		}
		this.capacity = capacity;
		this.keep = keep;
	}

	/**
	 * Returns how many events are held.
	 * @return the number of events, without actions
	 */
	public int size() {
		return this.events.size();
	}

	/**
	 * Returns whether no event is held.
	 * @return {@code true} if there is none
	 */
	public boolean isEmpty() {
		return this.events.isEmpty();
	}

	/**
	 * Stores events behind the others. Actions that stood behind dropped events are run.
	 * @param added the events
	 * @return the events that had to be dropped, old or new ones by the keep rule, oldest
	 * first; empty if there was room for all
	 */
	public List<E> store(List<? extends E> added) {
		int dropped = Math.max(added.size() - (this.capacity - this.events.size()), 0);
		if (dropped == 0) {
			this.events.addAll(added);
			return List.of();
		}
		if (this.keep == BufferKeep.FIRST) {
			this.events.addAll(added.subList(0, added.size() - dropped));
			return EventList.copyOf(added.subList(added.size() - dropped, added.size()));
		}
		EventList.Builder<E> lost = new EventList.Builder<>(dropped);
		int droppedOld = Math.min(dropped, this.events.size());
		for (int i = 0; i < droppedOld; i++) {
			lost.add(this.events.removeFirst());
		}
		this.left += droppedOld;
		added.subList(0, dropped - droppedOld).forEach(lost::add);
		this.events.addAll(added.subList(dropped - droppedOld, added.size()));
		runPassedActions();
		return lost.build();
	}

	/**
	 * Takes the oldest events, at most up to the next action.
	 * @param limit the most events to take
	 * @return the events, oldest first; call {@link #runPassedActions} when they are
	 * where they belong
	 */
	public List<E> take(long limit) {
		long upToMark = this.marks.isEmpty() ? this.events.size() : this.marks.element().position() - this.left;
		int taken = (int) Math.min(limit, upToMark);
		EventList.Builder<E> oldest = new EventList.Builder<>(taken);
		for (int i = 0; i < taken; i++) {
			oldest.add(this.events.removeFirst());
		}
		this.left += taken;
		return oldest.build();
	}

	/**
	 * Takes all events, and forgets the actions behind them without running them: for the
	 * end of the stage.
	 * @return the events, oldest first
	 */
	public List<E> takeAll() {
		this.marks.clear();
		return take(this.events.size());
	}

	/**
	 * Puts back events that were taken last and could not be placed after all.
	 * @param untaken the events in their order
	 */
	public void putBack(List<? extends E> untaken) {
		for (int i = untaken.size() - 1; i >= 0; i--) {
			this.events.addFirst(untaken.get(i));
		}
		this.left -= untaken.size();
	}

	/**
	 * Puts an action behind the events that are held now.
	 * @param action what to run when they have left; at once if there are none
	 */
	public void afterStored(Runnable action) {
		if (this.events.isEmpty()) {
			action.run();
		}
		else {
			this.marks.add(new Mark(this.left + this.events.size(), action));
		}
	}

	/**
	 * Runs the actions that all events before them have left behind, in their order.
	 */
	public void runPassedActions() {
		while (!this.marks.isEmpty() && this.marks.element().position() <= this.left) {
			this.marks.remove().action().run();
		}
	}

	/**
	 * An action and the number of events that have to leave before it.
	 */
	private record Mark(long position, Runnable action) {
	}

}
