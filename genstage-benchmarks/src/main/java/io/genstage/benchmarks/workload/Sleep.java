package io.genstage.benchmarks.workload;

import java.util.concurrent.atomic.LongAdder;

/**
 * A handler that blocks as long as a fast request to a neighbour would.
 */
public final class Sleep {

	private static final long MILLIS = 1;

	private final LongAdder calls = new LongAdder();

	public void once() {
		try {
			Thread.sleep(MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.calls.increment();
	}

	/** Returns the number of calls since the last time. */
	public long takeCalls() {
		return this.calls.sumThenReset();
	}

}
