package io.genstage.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.genstage.DemandMode;
import org.jspecify.annotations.Nullable;

/**
 * What the stages that emit events have in common: they know each event that has not been
 * sent yet.
 */
abstract class SimulatedEmitter extends SimulatedStage {

	private Outbox outbox = Outbox.unlimited(this);

	private @Nullable WatchedDispatcher dispatcher;

	private long emitted;

	private boolean collectsDemand;

	private boolean mayReorder;

	private long dropped;

	SimulatedEmitter(String name, Ledger ledger) {
		super(name, ledger);
	}

	void keepIn(Outbox outbox) {
		this.outbox = outbox;
	}

	Outbox outbox() {
		return this.outbox;
	}

	void dispatchBy(WatchedDispatcher dispatcher) {
		this.dispatcher = dispatcher;
	}

	WatchedDispatcher dispatcher() {
		if (this.dispatcher == null) {
			throw new IllegalStateException(this + " has no dispatcher");
		}
		return this.dispatcher;
	}

	@Override
	long emitted() {
		return this.emitted;
	}

	@Override
	boolean keepsAnyOfFirst(long events) {
		return this.outbox.keepsAnyOfFirst(events) || dispatcher().keepsAnyOfFirst(events);
	}

	/** Returns how many events there was no room for. */
	long dropped() {
		return this.dropped;
	}

	/** Counts events that nobody has room for or knows a place for. */
	void countDropped(int events) {
		this.dropped += events;
	}

	/** Called when the dispatcher has passed on demand. */
	void demanded() {
		this.collectsDemand |= isAccumulating();
	}

	boolean isAccumulating() {
		return ref().status().demandMode() == DemandMode.ACCUMULATE;
	}

	/**
	 * Returns whether events may leave in another order than they were emitted in: those
	 * emitted while demand was collected come behind the ones that this demand leads to.
	 */
	boolean mayReorder() {
		return this.mayReorder;
	}

	final List<SimulatedEvent> emit(long count) {
		if (count == 0) {
			return List.of();
		}
		if (this.collectsDemand) {
			this.mayReorder |= isAccumulating();
		}
		ledger().trace(this, "emit", count);
		List<SimulatedEvent> events = new ArrayList<>();
		for (long end = this.emitted + count; this.emitted < end; this.emitted++) {
			events.add(new SimulatedEvent(name(), this.emitted));
		}
		this.outbox.add(events);
		return events;
	}

	/** Called by the engine when it has dropped events. */
	public boolean onDiscard(List<SimulatedEvent> events) {
		crashIfWanted(Callback.DISCARD);
		this.dropped += events.size();
		List<SimulatedEvent> expected = new ArrayList<>(this.outbox.takeDropped());
		expected.addAll(dispatcher().takeDropped());
		violations().unless(events.size() == expected.size() && Set.copyOf(events).equals(Set.copyOf(expected)),
				() -> "%s discarded %s instead of %s".formatted(this, events, expected));
		return false;
	}

}
