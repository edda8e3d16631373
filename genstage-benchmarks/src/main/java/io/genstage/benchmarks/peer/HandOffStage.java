package io.genstage.benchmarks.peer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import io.genstage.benchmarks.workload.Adder;
import org.jspecify.annotations.Nullable;

/**
 * One stage of the bare hand-off: it moves batches while it can, then rests until a
 * neighbour wakes it.
 */
abstract class HandOffStage {

	/*
	 * To rest, a stage clears the flag and then looks at its links once more; a neighbour
	 * changes a link and then sets the flag. Either the stage sees the change, or the
	 * neighbour sees the cleared flag and rouses it. Both exchange the flag instead of
	 * writing it, so that the later one sees what the earlier one did before.
	 */
	private final AtomicBoolean awake = new AtomicBoolean(true);

	private final CompletableFuture<Adder> result = new CompletableFuture<>();

	private final Carrier carrier;

	private volatile @Nullable Thread thread;

	/**
	 * Creates a stage that is awake: its creator has it started.
	 * @param carrier runs it
	 */
	HandOffStage(Carrier carrier) {
		this.carrier = carrier;
	}

	/** Tells whether it can move a batch. */
	abstract boolean isReady();

	/**
	 * Moves one batch, when it is ready.
	 * @return whether more will follow
	 */
	abstract boolean step();

	/** Returns what it has added up. */
	abstract Adder adder();

	/** Told by neighbours that a link has changed. */
	final void wake() {
		if (!this.awake.getAndSet(true)) {
			this.carrier.rouse(this);
		}
	}

	/**
	 * Takes up to so many steps. Called by its carrier while it is awake.
	 * @return whether it is still awake and wants another turn
	 */
	final boolean takeTurn(int steps) {
		for (int taken = 0; taken < steps; taken++) {
			if (!isReady()) {
				return !rest();
			}
			if (!step()) {
				this.result.complete(adder());
				return false;
			}
		}
		return true;
	}

	/** Returns whether it rests; if not, a link has changed at the last moment. */
	private boolean rest() {
		this.awake.getAndSet(false);
		return !isReady() || this.awake.getAndSet(true);
	}

	/** Says which thread runs it, if always the same one does. */
	final void runBy(Thread thread) {
		this.thread = thread;
	}

	/** Returns that thread; before it runs, {@code null}, and nobody need be unparked. */
	final @Nullable Thread thread() {
		return this.thread;
	}

	final boolean isAwake() {
		return this.awake.get();
	}

	final CompletableFuture<Adder> result() {
		return this.result;
	}

	/**
	 * What runs stages.
	 */
	interface Carrier extends AutoCloseable {

		/** Gives a stage its first turn. */
		void start(HandOffStage stage);

		/** Gives a stage its next turn after it has rested. */
		void rouse(HandOffStage stage);

		@Override
		void close();

	}

}
