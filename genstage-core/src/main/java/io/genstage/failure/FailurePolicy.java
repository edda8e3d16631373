package io.genstage.failure;

import java.time.Duration;

import io.genstage.deadletter.DeadLetterStore;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of events that a stage fails to handle. With a policy the failure of one
 * event concerns one event: the others go on, and the stage lives. Without one, a stage
 * fails with its handler.
 *
 * <pre>{@code
 * FailurePolicy.defaults()
 *     .withRetries(Retries.exponential(5, Duration.ofMillis(200), 2, Duration.ofSeconds(30)))
 *     .withDeadLetters(new MemoryDeadLetterStore())
 * }</pre>
 *
 * An {@link Error} always fails the stage.
 *
 * @param retries which failures are worth another attempt, and when (default: three,
 * after 1, 2 and 4 seconds)
 * @param order what has to wait for a retry (default {@link RetryOrder#NONE})
 * @param then what becomes of an event when no attempt is left (default
 * {@link Then#FAIL}, or {@link Then#DEAD_LETTER} with a store)
 * @param deadLetters where dead letters are kept; {@code null} if there is no place for
 * them (default)
 * @param isolate whether a list or batch that fails as a whole is halved, when its
 * attempts are used up, until the events at fault are known; the others are handled more
 * than once then, in calls of fewer events (default {@code false})
 * @param outage when to take it that not the events are at fault
 * @param expireAfter how long after its first failure an event is worth an attempt; a
 * later one is skipped; {@code null} for always (default)
 * @param decider is asked about each failure first, or {@code null} (default)
 */
public record FailurePolicy(Retries retries, RetryOrder order, Then then, @Nullable DeadLetterStore deadLetters,
		boolean isolate, OutageGuard outage, @Nullable Duration expireAfter, @Nullable FailureDecider decider) {

	private static final Duration FIRST_DELAY = Duration.ofSeconds(1);

	private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);

	private static final FailurePolicy DEFAULTS = new FailurePolicy(
			Retries.exponential(3, FIRST_DELAY, 2, LONGEST_DELAY), RetryOrder.NONE, Then.FAIL, null, false,
			OutageGuard.defaults(), null, null);

	public FailurePolicy {
		if (expireAfter != null && (expireAfter.isNegative() || expireAfter.isZero())) {
			throw new IllegalArgumentException("expireAfter must be more than 0, was " + expireAfter);
		}
		if (then == Then.DEAD_LETTER && deadLetters == null) {
			throw new IllegalArgumentException("there is no place for dead letters: give the policy a store of them");
		}
	}

	/**
	 * Returns the policy that applies when nothing else is said.
	 * @return the defaults
	 */
	public static FailurePolicy defaults() {
		return DEFAULTS;
	}

	/**
	 * Returns this policy with other retries.
	 * @param retries which failures are worth another attempt, and when
	 * @return the changed policy
	 */
	public FailurePolicy withRetries(Retries retries) {
		return new FailurePolicy(retries, this.order, this.then, this.deadLetters, this.isolate, this.outage,
				this.expireAfter, this.decider);
	}

	/**
	 * Returns this policy with another order.
	 * @param order what has to wait for a retry
	 * @return the changed policy
	 */
	public FailurePolicy withOrder(RetryOrder order) {
		return new FailurePolicy(this.retries, order, this.then, this.deadLetters, this.isolate, this.outage,
				this.expireAfter, this.decider);
	}

	/**
	 * Returns this policy with another end of attempts.
	 * @param then what becomes of an event when no attempt is left
	 * @return the changed policy
	 */
	public FailurePolicy withThen(Then then) {
		return new FailurePolicy(this.retries, this.order, then, this.deadLetters, this.isolate, this.outage,
				this.expireAfter, this.decider);
	}

	/**
	 * Returns this policy with a place for dead letters, to which events go then whose
	 * attempts are used up.
	 * @param deadLetters where dead letters are kept
	 * @return the changed policy
	 */
	public FailurePolicy withDeadLetters(DeadLetterStore deadLetters) {
		return new FailurePolicy(this.retries, this.order, Then.DEAD_LETTER, deadLetters, this.isolate, this.outage,
				this.expireAfter, this.decider);
	}

	/**
	 * Returns this policy, with or without isolation.
	 * @param isolate whether to halve lists that fail as a whole
	 * @return the changed policy
	 */
	public FailurePolicy withIsolate(boolean isolate) {
		return new FailurePolicy(this.retries, this.order, this.then, this.deadLetters, isolate, this.outage,
				this.expireAfter, this.decider);
	}

	/**
	 * Returns this policy with another guard.
	 * @param outage when to take it that not the events are at fault
	 * @return the changed policy
	 */
	public FailurePolicy withOutage(OutageGuard outage) {
		return new FailurePolicy(this.retries, this.order, this.then, this.deadLetters, this.isolate, outage,
				this.expireAfter, this.decider);
	}

	/**
	 * Returns this policy with a time after which events are skipped.
	 * @param expireAfter how long after its first failure an event is worth an attempt,
	 * or {@code null} for always
	 * @return the changed policy
	 */
	public FailurePolicy withExpireAfter(@Nullable Duration expireAfter) {
		return new FailurePolicy(this.retries, this.order, this.then, this.deadLetters, this.isolate, this.outage,
				expireAfter, this.decider);
	}

	/**
	 * Returns this policy with somebody who decides about failures first.
	 * @param decider is asked about each failure, or {@code null} for nobody
	 * @return the changed policy
	 */
	public FailurePolicy withDecider(@Nullable FailureDecider decider) {
		return new FailurePolicy(this.retries, this.order, this.then, this.deadLetters, this.isolate, this.outage,
				this.expireAfter, decider);
	}

	/**
	 * What becomes of an event when no attempt is left.
	 */
	public enum Then {

		/** It becomes a dead letter, which is done for its source. */
		DEAD_LETTER,

		/** It is left out, which is done for its source, and counted. */
		SKIP,

		/**
		 * It has failed: its source, if it can, gives it again; otherwise it is
		 * discarded.
		 */
		FAIL

	}

}
