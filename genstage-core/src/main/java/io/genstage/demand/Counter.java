package io.genstage.demand;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import io.genstage.dispatch.Demand;

/**
 * A number that one thread at a time changes and any thread may read. Cheaper than a full
 * atomic update: where the writer is confined, a plain read and an ordered write do.
 */
public final class Counter {

	private static final VarHandle VALUE = FieldHandle.of(MethodHandles.lookup(), "value", long.class);

	private volatile long value;

	public void add(long amount) {
		set((long) VALUE.get(this) + amount);
	}

	/** Adds what several threads may add at once; saturates. */
	public void addShared(long amount) {
		long current = this.value;
		while (!VALUE.compareAndSet(this, current, Demand.add(current, amount))) {
			current = this.value;
		}
	}

	/** Takes all that was added, while others may add. */
	public long takeShared() {
		return (long) VALUE.getAndSet(this, 0L);
	}

	public void set(long amount) {
		VALUE.setRelease(this, amount);
	}

	public long get() {
		return (long) VALUE.getAcquire(this);
	}

}
