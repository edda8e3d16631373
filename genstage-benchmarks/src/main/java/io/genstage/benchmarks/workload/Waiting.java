package io.genstage.benchmarks.workload;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * How a run waits for consumers that tell no end.
 */
public final class Waiting {

	private static final long NANOS = 20_000;

	private Waiting() {
	}

	/**
	 * Looks again and again, with rests that are short beside a run and long beside a
	 * look.
	 */
	public static void until(BooleanSupplier condition) throws InterruptedException {
		while (!condition.getAsBoolean()) {
			LockSupport.parkNanos(NANOS);
			if (Thread.interrupted()) {
				throw new InterruptedException();
			}
		}
	}

}
