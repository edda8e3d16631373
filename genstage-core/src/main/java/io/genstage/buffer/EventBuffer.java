package io.genstage.buffer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;

import org.jspecify.annotations.Nullable;

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

	/** Behind so many chunks, small ones are put together, to take less memory. */
	private static final int MANY = 32;

	private static final int SMALL = 16;

	private final int capacity;

	private final BufferKeep keep;

	/**
	 * The events as they came, to be taken without a copy. Small at first, like the
	 * other: most buffers are never used.
	 */
	private final Deque<EventList<E>> chunks = new ArrayDeque<>(1);

	/** Events of small chunks behind the others, or null for none. */
	private EventList.@Nullable Builder<E> collected;

	private final Queue<Mark> marks = new ArrayDeque<>(1);

	private int size;

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
		return this.size;
	}

	/**
	 * Returns whether no event is held.
	 * @return {@code true} if there is none
	 */
	public boolean isEmpty() {
		return this.size == 0;
	}

	/**
	 * Stores events behind the others. Actions that stood behind dropped events are run.
	 * @param added the events
	 * @return the events that had to be dropped, old or new ones by the keep rule, oldest
	 * first; empty if there was room for all
	 */
	public List<E> store(List<? extends E> added) {
		int dropped = Math.max(added.size() - (this.capacity - this.size), 0);
		if (dropped == 0) {
			append(added);
			return List.of();
		}
		if (this.keep == BufferKeep.FIRST) {
			int kept = added.size() - dropped;
			append(added.subList(0, kept));
			return EventList.copyOf(added.subList(kept, added.size()));
		}
		EventList.Builder<E> lost = new EventList.Builder<>(dropped);
		takeOldest(Math.min(dropped, this.size)).forEach(lost::add);
		int refused = dropped - lost.size();
		added.subList(0, refused).forEach(lost::add);
		append(added.subList(refused, added.size()));
		runPassedActions();
		return lost.build();
	}

	private void append(List<? extends E> added) {
		if (added.isEmpty()) {
			return;
		}
		if (added.size() < SMALL && this.chunks.size() >= MANY) {
			EventList.Builder<E> collected = (this.collected != null) ? this.collected : new EventList.Builder<>(MANY);
			this.collected = collected;
			collected.addAll(added);
		}
		else {
			closeCollected();
			this.chunks.addLast(EventList.<E>copyOf(added).trimmed());
		}
		this.size += added.size();
	}

	private void closeCollected() {
		if (this.collected != null) {
			this.chunks.addLast(this.collected.build());
			this.collected = null;
		}
	}

	/**
	 * Takes the oldest events, at most up to the next action.
	 * @param limit the most events to take
	 * @return the events, oldest first; call {@link #runPassedActions} when they are
	 * where they belong
	 */
	public List<E> take(long limit) {
		long upToMark = this.marks.isEmpty() ? this.size : this.marks.element().position() - this.left;
		return takeOldest((int) Math.min(limit, upToMark));
	}

	/** Takes as many as are there at least; a part of one chunk without a copy. */
	private List<E> takeOldest(int count) {
		if (count == 0) {
			return List.of();
		}
		this.size -= count;
		this.left += count;
		EventList<E> first = takeOfChunk(count);
		if (first.size() == count) {
			return first;
		}
		EventList.Builder<E> oldest = new EventList.Builder<>(count);
		oldest.addAll(first);
		while (oldest.size() < count) {
			oldest.addAll(takeOfChunk(count - oldest.size()));
		}
		return oldest.build();
	}

	private EventList<E> takeOfChunk(int limit) {
		if (this.chunks.isEmpty()) {
			closeCollected();
		}
		EventList<E> chunk = this.chunks.removeFirst();
		if (chunk.size() <= limit) {
			return chunk;
		}
		this.chunks.addFirst(chunk.subList(limit, chunk.size()).trimmed());
		return chunk.subList(0, limit);
	}

	/**
	 * Takes all events, and forgets the actions behind them without running them: for the
	 * end of the stage.
	 * @return the events, oldest first
	 */
	public List<E> takeAll() {
		this.marks.clear();
		return takeOldest(this.size);
	}

	/**
	 * Puts back events that were taken last and could not be placed after all.
	 * @param untaken the events in their order
	 */
	public void putBack(List<? extends E> untaken) {
		if (!untaken.isEmpty()) {
			this.chunks.addFirst(EventList.copyOf(untaken));
			this.size += untaken.size();
			this.left -= untaken.size();
		}
	}

	/**
	 * Puts an action behind the events that are held now.
	 * @param action what to run when they have left; at once if there are none
	 */
	public void afterStored(Runnable action) {
		if (isEmpty()) {
			action.run();
		}
		else {
			this.marks.add(new Mark(this.left + this.size, action));
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
