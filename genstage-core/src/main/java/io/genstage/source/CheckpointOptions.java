package io.genstage.source;

import java.time.Duration;

/**
 * How a {@link CheckpointedProducer} deals with events that aren't settled.
 *
 * @param maxUnsettled how many events may have been read from the oldest unsettled one
 * on, settled or not, from 1 to {@link #MAX_UNSETTLED} (default 10,000). Then no more are
 * read. It should be more than all stages behind it ask for and collect together
 * @param readAgainAfter how long after its failure an event is read again, from 1 ns to
 * 365 days (default 30 s)
 */
public record CheckpointOptions(int maxUnsettled, Duration readAgainAfter) {

	/**
	 * The most events that may be unsettled.
	 */
	public static final int MAX_UNSETTLED = 1_000_000;

	private static final Duration LONGEST = Duration.ofDays(365);

	private static final CheckpointOptions DEFAULTS = new CheckpointOptions(10_000, Duration.ofSeconds(30));

	public CheckpointOptions {
		if (maxUnsettled < 1 || maxUnsettled > MAX_UNSETTLED) {
			throw new IllegalArgumentException(
					"maxUnsettled must be from 1 to %d, was %d".formatted(MAX_UNSETTLED, maxUnsettled));
		}
		if (readAgainAfter.isNegative() || readAgainAfter.isZero() || readAgainAfter.compareTo(LONGEST) > 0) {
			throw new IllegalArgumentException(
					"readAgainAfter must be positive and at most %s, was %s".formatted(LONGEST, readAgainAfter));
		}
	}

	/**
	 * Returns the options that apply when nothing is said.
	 * @return 10,000 events and 30 s
	 */
	public static CheckpointOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * Returns these options with another bound.
	 * @param maxUnsettled from 1 to {@link #MAX_UNSETTLED}
	 * @return the changed options
	 */
	public CheckpointOptions withMaxUnsettled(int maxUnsettled) {
		return new CheckpointOptions(maxUnsettled, this.readAgainAfter);
	}

	/**
	 * Returns these options with another delay of failed events.
	 * @param readAgainAfter from 1 ns to 365 days
	 * @return the changed options
	 */
	public CheckpointOptions withReadAgainAfter(Duration readAgainAfter) {
		return new CheckpointOptions(this.maxUnsettled, readAgainAfter);
	}

}
