package io.genstage;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/**
 * The events that were emitted and that nobody can take yet, in order and within a limit.
 *
 * @param <E> the type of the events
 */
final class EventBuffer<E> {

	private final int capacity;

	private final BufferKeep keep;

	private final Deque<E> events = new ArrayDeque<>();

	EventBuffer(int capacity, BufferKeep keep) {
		this.capacity = capacity;
		this.keep = keep;
	}

	int size() {
		return this.events.size();
	}

	boolean isEmpty() {
		return this.events.isEmpty();
	}

	/** Stores events behind the others and returns how many had to be dropped. */
	int store(List<E> added) {
		int dropped = Math.max(added.size() - (this.capacity - this.events.size()), 0);
		if (this.keep == BufferKeep.FIRST) {
			this.events.addAll(added.subList(0, added.size() - dropped));
			return dropped;
		}
		int droppedOld = Math.min(dropped, this.events.size());
		for (int i = 0; i < droppedOld; i++) {
			this.events.removeFirst();
		}
		this.events.addAll(added.subList(dropped - droppedOld, added.size()));
		return dropped;
	}

	/** Takes up to so many of the oldest events. */
	List<E> take(long count) {
		int taken = (int) Math.min(count, this.events.size());
		List<E> oldest = new ArrayList<>(taken);
		for (int i = 0; i < taken; i++) {
			oldest.add(this.events.removeFirst());
		}
		return Collections.unmodifiableList(oldest);
	}

	/** Puts back events that were taken last and could not be placed after all. */
	void putBack(List<E> untaken) {
		for (int i = untaken.size() - 1; i >= 0; i--) {
			this.events.addFirst(untaken.get(i));
		}
	}

}
