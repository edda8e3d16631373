package io.genstage.pipeline;

import java.time.Duration;

/**
 * Whether the stages of a pipeline keep accounts of what they spend their time on, and
 * how often these are looked at for a {@link PipelineVerdict}.
 *
 * @param accounts whether accounts are kept; without them there is no verdict but of what
 * doesn't run
 * @param interval how much time a window has that is judged, from 10 ms to an hour
 */
public record TimeKeeping(boolean accounts, Duration interval) {

	private static final Duration SHORTEST = Duration.ofMillis(10);

	private static final Duration LONGEST = Duration.ofHours(1);

	/**
	 * Accounts are kept, and windows of a second are judged.
	 */
	public static final TimeKeeping DEFAULT = new TimeKeeping(true, Duration.ofSeconds(1));

	/**
	 * No accounts are kept, and no clock is looked at for them.
	 */
	public static final TimeKeeping OFF = new TimeKeeping(false, Duration.ofSeconds(1));

	public TimeKeeping {
		if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
			throw new IllegalArgumentException(
					"interval must be from %s to %s, was %s".formatted(SHORTEST, LONGEST, interval));
		}
	}

}
