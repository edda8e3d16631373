package io.genstage.test;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Waits on a test's thread for what other threads do.
 */
final class Waiting {

	private static final Duration STEP = Duration.ofMillis(5);

	private Waiting() {
	}

	/** Lets time pass in which nothing is expected. */
	static void forQuiet(Duration time) throws InterruptedException {
		boolean unused = new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS);
	}

	/** Waits until something holds. */
	static void until(Duration patience, String what, BooleanSupplier condition) throws InterruptedException {
		for (long step = 0; step < patience.dividedBy(STEP); step++) {
			if (condition.getAsBoolean()) {
				return;
			}
			forQuiet(STEP);
		}
		if (!condition.getAsBoolean()) {
			throw new AssertionError("waited in vain for %s until %s".formatted(patience, what));
		}
	}

}
