package io.genstage;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A number that one thread at a time changes and any thread may read. Cheaper than a full
 * atomic update: the writer is confined, so a plain read and an ordered write do.
 */
final class Counter {

	private final AtomicLong value = new AtomicLong();

	void add(long amount) {
		set(this.value.getPlain() + amount);
	}

	void set(long amount) {
		this.value.setRelease(amount);
	}

	long get() {
		return this.value.getAcquire();
	}

}
