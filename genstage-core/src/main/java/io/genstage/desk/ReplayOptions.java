package io.genstage.desk;

import io.genstage.rate.RateLimit;
import org.jspecify.annotations.Nullable;

/**
 * How to replay several dead letters.
 *
 * @param max how many letters at most, the oldest first, from 1 to {@link #MAX} (default
 * {@value #DEFAULT_MAX})
 * @param rate how many events may pass in how much time, over all stages that are
 * replayed to, {@code null} (default) for as many as the stages ask for
 * @param dryRun whether only to say which letters would be replayed (default
 * {@code false})
 */
public record ReplayOptions(int max, @Nullable RateLimit rate, boolean dryRun) {

	/**
	 * The {@code max} that applies when nothing is said.
	 */
	public static final int DEFAULT_MAX = 100;

	/**
	 * The most letters of one replay.
	 */
	public static final int MAX = 10_000;

	private static final ReplayOptions DEFAULTS = new ReplayOptions(DEFAULT_MAX, null, false);

	public ReplayOptions {
		if (max < 1 || max > MAX) {
			throw new IllegalArgumentException("max must be from 1 to %d, was %d".formatted(MAX, max));
		}
	}

	/**
	 * Returns the options that apply when nothing is said.
	 * @return 100 letters, without a rate
	 */
	public static ReplayOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * Returns these options with another number of letters.
	 * @param max from 1 to {@link #MAX}
	 * @return the changed options
	 */
	public ReplayOptions withMax(int max) {
		return new ReplayOptions(max, this.rate, this.dryRun);
	}

	/**
	 * Returns these options with a rate.
	 * @param rate how many events may pass in how much time
	 * @return the changed options
	 */
	public ReplayOptions withRate(RateLimit rate) {
		return new ReplayOptions(this.max, rate, this.dryRun);
	}

	/**
	 * Returns these options with or without doing anything.
	 * @param dryRun whether only to say which letters would be replayed
	 * @return the changed options
	 */
	public ReplayOptions withDryRun(boolean dryRun) {
		return new ReplayOptions(this.max, this.rate, dryRun);
	}

}
