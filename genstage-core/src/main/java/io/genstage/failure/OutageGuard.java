package io.genstage.failure;

import java.time.Duration;

/**
 * When to take it that not the events are at fault but something that all of them need:
 * so many different events have failed alike, with no success of the stage between. The
 * stage pauses then, and tries with one event at a time whether the outage is over.
 *
 * @param failures how many events, from 1 to 10,000 (default 5), or {@link #NEVER}
 * @param pause how long to wait before each try, more than 0 (default 30 seconds)
 */
public record OutageGuard(int failures, Duration pause) {

	/**
	 * The number of {@code failures} with which a stage never pauses.
	 */
	public static final int NEVER = Integer.MAX_VALUE;

	private static final int MOST = 10_000;

	private static final OutageGuard DEFAULTS = new OutageGuard(5, Duration.ofSeconds(30));

	public OutageGuard {
		if (failures != NEVER && (failures < 1 || failures > MOST)) {
			throw new IllegalArgumentException("failures must be from 1 to %d, was %d".formatted(MOST, failures));
		}
		if (pause.isNegative() || pause.isZero()) {
			throw new IllegalArgumentException("pause must be more than 0, was " + pause);
		}
	}

	/**
	 * Returns the guard that a policy has if nothing is said.
	 * @return five failures, and 30 seconds
	 */
	public static OutageGuard defaults() {
		return DEFAULTS;
	}

}
