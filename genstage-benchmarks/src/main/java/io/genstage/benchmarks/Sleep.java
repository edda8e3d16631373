package io.genstage.benchmarks;

import java.util.concurrent.atomic.LongAdder;

/**
 * A handler that blocks as long as a fast request to a neighbour would.
 */
final class Sleep {

	private static final long MILLIS = 1;

	private final LongAdder calls = new LongAdder();

	void once() {
		try {
			Thread.sleep(MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.calls.increment();
	}

	/** Returns the number of calls since the last time. */
	long takeCalls() {
		return this.calls.sumThenReset();
	}

}
