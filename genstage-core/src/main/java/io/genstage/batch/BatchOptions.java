package io.genstage.batch;

import java.time.Duration;

/**
 * How events are collected.
 *
 * <pre>{@code
 * BatchOptions.defaults().withSize(500).withTimeout(Duration.ofMillis(200))
 * }</pre>
 *
 * @param size how many events a batch has at most, at least 1 (default 100); no more than
 * the {@code maxDemand} of each subscription of the stage, since events in an open batch
 * count as unfinished
 * @param timeout how long the first event of a batch waits for others at most, from 1 ns
 * to 365 days (default 1 second)
 * @param maxOpen how many batches may be open at once, that is how many keys, at least 1
 * (default 1000); the fullest one is closed to make room for another, of equally full
 * ones the oldest. Of keys with the same hash code at most 64 have one, and the oldest is
 * closed for another, so that nobody who can choose keys makes them slow to find
 */
public record BatchOptions(int size, Duration timeout, int maxOpen) {

	private static final Duration LONGEST_TIMEOUT = Duration.ofDays(365);

	private static final BatchOptions DEFAULTS = new BatchOptions(100, Duration.ofSeconds(1), 1000);

	public BatchOptions {
		if (size < 1) {
			throw new IllegalArgumentException("size must be >= 1, was " + size);
		}
		if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
			throw new IllegalArgumentException(
					"timeout must be positive and at most %s, was %s".formatted(LONGEST_TIMEOUT, timeout));
		}
		if (maxOpen < 1) {
			throw new IllegalArgumentException("maxOpen must be >= 1, was " + maxOpen);
		}
	}

	/**
	 * Returns the options that apply when nothing is said.
	 * @return 100 events, 1 second, 1000 open batches
	 */
	public static BatchOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * Returns these options with another size.
	 * @param size at least 1
	 * @return the changed options
	 */
	public BatchOptions withSize(int size) {
		return new BatchOptions(size, this.timeout, this.maxOpen);
	}

	/**
	 * Returns these options with another time-out.
	 * @param timeout from 1 ns to 365 days
	 * @return the changed options
	 */
	public BatchOptions withTimeout(Duration timeout) {
		return new BatchOptions(this.size, timeout, this.maxOpen);
	}

	/**
	 * Returns these options with another limit to the open batches.
	 * @param maxOpen at least 1
	 * @return the changed options
	 */
	public BatchOptions withMaxOpen(int maxOpen) {
		return new BatchOptions(this.size, this.timeout, maxOpen);
	}

	long timeoutNanos() {
		return this.timeout.toNanos();
	}

}
