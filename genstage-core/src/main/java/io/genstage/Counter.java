package io.genstage;

import java.util.concurrent.atomic.AtomicLong;

import io.genstage.dispatch.Demand;

/**
 * A number that one thread at a time changes and any thread may read. Cheaper than a full
 * atomic update: where the writer is confined, a plain read and an ordered write do.
 */
final class Counter {

	private final AtomicLong value = new AtomicLong();

	void add(long amount) {
		set(this.value.getPlain() + amount);
	}

	/** Adds what several threads may add at once; saturates. */
	void addShared(long amount) {
		this.value.accumulateAndGet(amount, Demand::add);
	}

	/** Takes all that was added, while others may add. */
	long takeShared() {
		return this.value.getAndSet(0);
	}

	void set(long amount) {
		this.value.setRelease(amount);
	}

	long get() {
		return this.value.getAcquire();
	}

}
