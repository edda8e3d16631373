package io.genstage.simulation;

import java.util.ArrayList;
import java.util.List;

import io.genstage.ExitReason;
import io.genstage.Peer;
import io.genstage.StageContext;
import io.genstage.StageRef;
import io.genstage.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * What all stages of the simulation have in common: they know why they may stop, and
 * throw where they are told to.
 */
abstract class SimulatedStage {

	private final String name;

	private final Ledger ledger;

	private final Infos infos = new Infos(this);

	private final List<ExitReason> reasonsToStop = new ArrayList<>();

	private @Nullable StageRef ref;

	private @Nullable StageContext context;

	private @Nullable Callback crashing;

	private boolean crashed;

	private boolean draining;

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

	final Violations violations() {
		return this.ledger.violations();
	}

	Infos infos() {
		return this.infos;
	}

	public void onStart(StageContext context) {
		this.context = context;
		this.ref = context.self();
	}

	public void onSubscribe(Peer peer, Subscription subscription) {
		crashIfWanted(Callback.SUBSCRIBE);
	}

	final void drain(StageContext context) {
		crashIfWanted(Callback.DRAIN);
		context.complete();
	}

	public void onStop(ExitReason reason) {
		crashIfWanted(Callback.STOP);
	}

	final StageContext context() {
		if (this.context == null) {
			throw new IllegalStateException(this.name + " is not started");
		}
		return this.context;
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

	/** Returns how many events it has emitted, none if it emits none. */
	long emitted() {
		return 0;
	}

	/**
	 * Returns whether one of the first so many events that it has emitted is still here.
	 */
	boolean keepsAnyOfFirst(long events) {
		return false;
	}

	// Reasons to stop

	/** Lets a callback throw the next time that it is called. */
	void crashIn(Callback callback) {
		this.crashing = callback;
	}

	final void crashIfWanted(Callback callback) {
		if (this.crashing == callback) {
			this.crashed |= callback != Callback.STOP;
			throw new Crash(callback);
		}
	}

	/** Returns whether code that is asked about the next event is to throw. */
	final boolean isToFail(Callback callback) {
		return this.crashing == callback;
	}

	/** Throws where the stage has to survive it. */
	final void failOnceIfWanted(Callback callback) {
		if (this.crashing == callback) {
			this.crashing = null;
			throw new Crash(callback);
		}
	}

	void drain() {
		this.draining = true;
		ref().drain();
	}

	void stop(ExitReason reason) {
		this.reasonsToStop.add(reason);
		ref().stop(reason);
	}

	/** Returns whether it was told to finish what it has, and nothing else. */
	boolean isOnlyDraining() {
		return this.draining && this.reasonsToStop.isEmpty();
	}

	/** Returns whether it can't run on, whatever becomes of its subscriptions. */
	boolean mustStop() {
		return this.crashed || !this.reasonsToStop.isEmpty();
	}

	/** Returns whether the simulation itself has led to a stop for this reason. */
	boolean mayStopFor(ExitReason reason) {
		if (reason instanceof ExitReason.Failure failure) {
			return this.crashed && failure.cause() instanceof Crash;
		}
		return this.reasonsToStop.contains(reason) || this.draining && reason.equals(ExitReason.NORMAL);
	}

	// What it is told

	/**
	 * Looks at events that have arrived; the first thing that a callback for events does.
	 */
	final void receive(List<SimulatedEvent> events, Subscription from) {
		crashIfWanted(Callback.EVENTS);
		this.ledger.edge(from).receive(events, violations());
	}

	/** Does what a message of the simulation's is for, and returns whether it was one. */
	final boolean understands(Object message) {
		crashIfWanted(Callback.INFO);
		return this.infos.arrived(message) || Calls.answerLate(message);
	}

	@Override
	public String toString() {
		return this.name;
	}

}
