package io.genstage.jdbc;

import java.time.Duration;

/**
 * How a {@link JdbcWorkQueue} hands out its events.
 *
 * @param maxAttempts how often an event is handed out at most, from 1 to 1,000 (default
 * 5). One that has failed so often is dead, as one is that the process has died of so
 * often
 * @param visibility how long an event that was handed out is kept from others, from 1 s
 * to 1 day (default 1 min). That is extended as long as the event is in hand, also while
 * it waits for a retry of its stage; so it is the time after which the events of a
 * process come again that has died. It should be longer than a drain may last
 * @param retryAfter how long an event that has failed waits before it is handed out
 * again, from 0 to 1 day (default 30 s), unless its handler says something else
 * @param ordered whether events of one key are handed out one after the other, in the
 * order in which they were sent, each when the one before it is done or dead (default
 * {@code false})
 * @param keepDone whether the rows of events that are done stay in the table, with the
 * status {@code DONE}, instead of being deleted (default {@code false})
 */
public record WorkQueueOptions(int maxAttempts, Duration visibility, Duration retryAfter, boolean ordered,
		boolean keepDone) {

	private static final int MOST_ATTEMPTS = 1000;

	private static final Duration LONGEST = Duration.ofDays(1);

	private static final WorkQueueOptions DEFAULTS = new WorkQueueOptions(5, Duration.ofMinutes(1),
			Duration.ofSeconds(30), false, false);

	public WorkQueueOptions {
		if (maxAttempts < 1 || maxAttempts > MOST_ATTEMPTS) {
			throw new IllegalArgumentException(
					"maxAttempts must be from 1 to %d, was %d".formatted(MOST_ATTEMPTS, maxAttempts));
		}
		if (visibility.compareTo(Duration.ofSeconds(1)) < 0 || visibility.compareTo(LONGEST) > 0) {
			throw new IllegalArgumentException("visibility must be from 1 s to 1 day, was " + visibility);
		}
		if (retryAfter.isNegative() || retryAfter.compareTo(LONGEST) > 0) {
			throw new IllegalArgumentException("retryAfter must be from 0 to 1 day, was " + retryAfter);
		}
	}

	/**
	 * Returns the options that apply when nothing is said.
	 * @return 5 attempts, 1 min, 30 s, no order, and done events are deleted
	 */
	public static WorkQueueOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * Returns these options with another number of attempts.
	 * @param maxAttempts from 1 to 1,000
	 * @return the changed options
	 */
	public WorkQueueOptions withMaxAttempts(int maxAttempts) {
		return new WorkQueueOptions(maxAttempts, this.visibility, this.retryAfter, this.ordered, this.keepDone);
	}

	/**
	 * Returns these options with another time for which events are kept from others.
	 * @param visibility from 1 s to 1 day
	 * @return the changed options
	 */
	public WorkQueueOptions withVisibility(Duration visibility) {
		return new WorkQueueOptions(this.maxAttempts, visibility, this.retryAfter, this.ordered, this.keepDone);
	}

	/**
	 * Returns these options with another delay of failed events.
	 * @param retryAfter from 0 to 1 day
	 * @return the changed options
	 */
	public WorkQueueOptions withRetryAfter(Duration retryAfter) {
		return new WorkQueueOptions(this.maxAttempts, this.visibility, retryAfter, this.ordered, this.keepDone);
	}

	/**
	 * Returns these options for events of one key to be handed out one after the other.
	 * @return the changed options
	 */
	public WorkQueueOptions inOrderOfKeys() {
		return new WorkQueueOptions(this.maxAttempts, this.visibility, this.retryAfter, true, this.keepDone);
	}

	/**
	 * Returns these options for the rows of done events to stay.
	 * @return the changed options
	 */
	public WorkQueueOptions keepingDone() {
		return new WorkQueueOptions(this.maxAttempts, this.visibility, this.retryAfter, this.ordered, true);
	}

}
