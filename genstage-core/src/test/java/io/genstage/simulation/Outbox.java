package io.genstage.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

import io.genstage.buffer.BufferKeep;

/**
 * Where the events of a stage have to be until its dispatcher has taken them: just
 * emitted (or collected with demand), then in the buffer.
 */
final class Outbox {

	private final SimulatedEmitter emitter;

	private final int capacity;

	private final BufferKeep keep;

	private final Deque<SimulatedEvent> fresh = new ArrayDeque<>();

	private final Deque<SimulatedEvent> buffered = new ArrayDeque<>();

	private boolean offeringBuffered;

	private final List<SimulatedEvent> dropped = new ArrayList<>();

	Outbox(SimulatedEmitter emitter, int capacity, BufferKeep keep) {
		this.emitter = emitter;
		this.capacity = capacity;
		this.keep = keep;
	}

	static Outbox unlimited(SimulatedEmitter emitter) {
		return new Outbox(emitter, Integer.MAX_VALUE, BufferKeep.LAST);
	}

	/** Called when a callback returns events. */
	void add(List<SimulatedEvent> events) {
		this.fresh.addAll(events);
	}

	/** Called when events are about to be dispatched. */
	void offer(List<SimulatedEvent> events, long openDemand) {
		this.offeringBuffered = events.get(0).equals(this.buffered.peek());
		if (this.offeringBuffered) {
			violations().unless(startsWith(this.buffered, events),
					() -> "%s: %s offered of the buffer %s".formatted(this.emitter, events, this.buffered));
			return;
		}
		violations().unless(this.buffered.isEmpty() || openDemand == 0,
				() -> "%s: %s passed the buffer %s".formatted(this.emitter, events, this.buffered));
		events.forEach(this::offerFresh);
	}

	private static boolean startsWith(Iterable<SimulatedEvent> all, List<SimulatedEvent> events) {
		Iterator<SimulatedEvent> expected = all.iterator();
		for (SimulatedEvent event : events) {
			if (!expected.hasNext() || !event.equals(expected.next())) {
				return false;
			}
		}
		return true;
	}

	private void offerFresh(SimulatedEvent event) {
		boolean inOrder = event.equals(this.fresh.peek());
		boolean known = this.fresh.remove(event);
		violations().unless(known && (inOrder || this.emitter.mayReorder()),
				() -> "%s comes out of order, or again, before %s".formatted(event, this.fresh));
	}

	/**
	 * Called when the dispatcher has taken the first events that it was offered. The
	 * others go to the buffer, unless they are wanted since some of the first were not.
	 */
	void taken(int count, List<SimulatedEvent> leftover, long openDemand) {
		if (this.offeringBuffered) {
			for (int i = 0; i < count; i++) {
				this.buffered.remove();
			}
			return;
		}
		if (count > 0 && openDemand > 0) {
			for (int i = leftover.size() - 1; i >= 0; i--) {
				this.fresh.addFirst(leftover.get(i));
			}
			return;
		}
		this.buffered.addAll(leftover);
		this.dropped.addAll(dropExcess(this.buffered, this.capacity, this.keep));
	}

	/** Drops what there is no room for, and returns these events. */
	static List<SimulatedEvent> dropExcess(Deque<SimulatedEvent> events, int capacity, BufferKeep keep) {
		List<SimulatedEvent> excess = new ArrayList<>();
		while (events.size() > capacity) {
			excess.add((keep == BufferKeep.LAST) ? events.removeFirst() : events.removeLast());
		}
		return excess;
	}

	/** Returns what was dropped since the last call. */
	List<SimulatedEvent> takeDropped() {
		List<SimulatedEvent> taken = List.copyOf(this.dropped);
		this.dropped.clear();
		return taken;
	}

	int size() {
		return this.fresh.size() + this.buffered.size();
	}

	/** Returns whether all that callbacks have returned has been dispatched. */
	boolean isAllDispatched() {
		return this.fresh.isEmpty();
	}

	boolean keepsAnyOfFirst(long events) {
		return Stream.concat(this.fresh.stream(), this.buffered.stream()).anyMatch((event) -> event.number() < events);
	}

	private Violations violations() {
		return this.emitter.violations();
	}

}
