package io.genstage.simulation;

import java.util.List;
import java.util.stream.LongStream;

import io.genstage.DemandMode;
import io.genstage.ExitReason;
import io.genstage.StageRef;
import io.genstage.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * What all stages of the simulation have in common: they know what they have emitted and
 * received, and throw when they are told to.
 */
abstract class SimulatedStage {

	private final String name;

	private final Ledger ledger;

	private @Nullable StageRef ref;

	private @Nullable WatchedDispatcher dispatcher;

	private int capacity = Integer.MAX_VALUE;

	private long emitted;

	private boolean collectsDemand;

	private boolean mayReorder;

	private boolean crashing;

	private boolean draining;

	private boolean toldToStop;

	private long dropped;

	SimulatedStage(String name, Ledger ledger) {
		this.name = name;
		this.ledger = ledger;
	}

	String name() {
		return this.name;
	}

	Ledger ledger() {
		return this.ledger;
	}

	void started(StageRef ref) {
		this.ref = ref;
	}

	StageRef ref() {
		if (this.ref == null) {
			throw new IllegalStateException(this.name + " is not started");
		}
		return this.ref;
	}

	boolean isRunning() {
		return ref().status().isRunning();
	}

	void dispatchBy(WatchedDispatcher dispatcher) {
		this.dispatcher = dispatcher;
	}

	/** Returns the dispatcher, or null for a consumer. */
	@Nullable WatchedDispatcher dispatcher() {
		return this.dispatcher;
	}

	void bufferAtMost(int capacity) {
		this.capacity = capacity;
	}

	int capacity() {
		return this.capacity;
	}

	long emitted() {
		return this.emitted;
	}

	/** Called when the dispatcher has passed on demand. */
	void demanded() {
		this.collectsDemand |= isAccumulating();
	}

	private boolean isAccumulating() {
		return ref().status().demandMode() == DemandMode.ACCUMULATE;
	}

	/**
	 * Returns whether events may leave in another order than they were emitted in: those
	 * emitted while demand was collected come behind the ones that this demand leads to.
	 */
	boolean mayReorder() {
		return this.mayReorder;
	}

	void crashNext() {
		this.crashing = true;
	}

	void drain() {
		this.draining = true;
		ref().drain();
	}

	boolean isDraining() {
		return this.draining;
	}

	void stop(ExitReason reason) {
		this.toldToStop = true;
		ref().stop(reason);
	}

	/** Returns whether the simulation gave it a reason to stop. */
	boolean mayStop() {
		return this.toldToStop || this.draining || this.crashing;
	}

	/** Returns how many events had no room in its buffer. */
	long dropped() {
		return this.dropped;
	}

	final void crashIfWanted() {
		if (this.crashing) {
			throw new IllegalStateException("a crash on purpose");
		}
	}

	final List<SimulatedEvent> emit(long count) {
		if (count > 0 && this.collectsDemand) {
			this.mayReorder |= isAccumulating();
		}
		this.ledger.trace(this, "emit " + count);
		long first = this.emitted;
		this.emitted += count;
		return LongStream.range(first, first + count)
			.mapToObj((number) -> new SimulatedEvent(this.name, number))
			.toList();
	}

	final void receive(List<SimulatedEvent> events, Subscription from) {
		crashIfWanted();
		this.ledger.edge(from).receive(events, this.ledger.violations());
	}

	/** Called by the engine when the buffer is full. */
	final boolean drop(int count) {
		this.dropped += count;
		this.ledger.violations()
			.unless(ref().status().buffered() >= this.capacity,
					() -> "%s discarded events although its buffer has room".formatted(this.name));
		return false;
	}

	@Override
	public String toString() {
		return this.name;
	}

}
