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
 * @param timeout how long an attempt may take; the handler is interrupted then, and the
 * attempt has failed with a {@link java.util.concurrent.TimeoutException}; {@code null}
 * for as long as it likes (default)
 * @param maxPerKey behind how many dead letters of its key an event may become another
 * one, from 0 to {@value #MOST_PER_KEY} (default {@value #DEFAULT_MAX_PER_KEY}); with 0
 * events don't wait behind dead letters
 * @param hold how long an event waits for its next attempt in this stage at most, not
 * negative (default 1 min). One that has to wait longer is given back to its source, if
 * that {@linkplain io.genstage.delivery.Acknowledger#keepsRetries keeps} it with the
 * number of its attempts, the order is {@link RetryOrder#NONE}, and nothing else was made
 * of what it was made from; otherwise it waits in the stage nevertheless
 */
public record FailurePolicy(Retries retries, RetryOrder order, Then then, @Nullable DeadLetterStore deadLetters,
		boolean isolate, OutageGuard outage, @Nullable Duration expireAfter, @Nullable FailureDecider decider,
		@Nullable Duration timeout, int maxPerKey, Duration hold) {

	/**
	 * The {@code maxPerKey} if nothing is said.
	 */
	public static final int DEFAULT_MAX_PER_KEY = 100;

	/**
	 * The {@code hold} if nothing is said.
	 */
	public static final Duration DEFAULT_HOLD = Duration.ofMinutes(1);

	/**
	 * The largest {@code maxPerKey}.
	 */
	public static final int MOST_PER_KEY = 1_000_000;

	private static final Duration FIRST_DELAY = Duration.ofSeconds(1);

	private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);

	private static final FailurePolicy DEFAULTS = new FailurePolicy(
			Retries.exponential(3, FIRST_DELAY, 2, LONGEST_DELAY), RetryOrder.NONE, Then.FAIL, null, false,
			OutageGuard.defaults(), null, null, null, DEFAULT_MAX_PER_KEY, DEFAULT_HOLD);

	public FailurePolicy {
		if (expireAfter != null && (expireAfter.isNegative() || expireAfter.isZero())) {
			throw new IllegalArgumentException("expireAfter must be more than 0, was " + expireAfter);
		}
		if (timeout != null && (timeout.isNegative() || timeout.isZero())) {
			throw new IllegalArgumentException("timeout must be more than 0, was " + timeout);
		}
		if (maxPerKey < 0 || maxPerKey > MOST_PER_KEY) {
			throw new IllegalArgumentException(
					"maxPerKey must be from 0 to %d, was %d".formatted(MOST_PER_KEY, maxPerKey));
		}
		if (hold.isNegative()) {
			throw new IllegalArgumentException("hold must not be negative, was " + hold);
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
				this.expireAfter, this.decider, this.timeout, this.maxPerKey, this.hold);
	}

	/**
	 * Returns this policy with another order.
	 * @param order what has to wait for a retry
	 * @return the changed policy
	 */
	public FailurePolicy withOrder(RetryOrder order) {
		return new FailurePolicy(this.retries, order, this.then, this.deadLetters, this.isolate, this.outage,
				this.expireAfter, this.decider, this.timeout, this.maxPerKey, this.hold);
	}

	/**
	 * Returns this policy with another end of attempts.
	 * @param then what becomes of an event when no attempt is left
	 * @return the changed policy
	 */
	public FailurePolicy withThen(Then then) {
		return new FailurePolicy(this.retries, this.order, then, this.deadLetters, this.isolate, this.outage,
				this.expireAfter, this.decider, this.timeout, this.maxPerKey, this.hold);
	}

	/**
	 * Returns this policy with a place for dead letters, to which events go then whose
	 * attempts are used up.
	 * @param deadLetters where dead letters are kept
	 * @return the changed policy
	 */
	public FailurePolicy withDeadLetters(DeadLetterStore deadLetters) {
		return new FailurePolicy(this.retries, this.order, Then.DEAD_LETTER, deadLetters, this.isolate, this.outage,
				this.expireAfter, this.decider, this.timeout, this.maxPerKey, this.hold);
	}

	/**
	 * Returns this policy, with or without isolation.
	 * @param isolate whether to halve lists that fail as a whole
	 * @return the changed policy
	 */
	public FailurePolicy withIsolate(boolean isolate) {
		return new FailurePolicy(this.retries, this.order, this.then, this.deadLetters, isolate, this.outage,
				this.expireAfter, this.decider, this.timeout, this.maxPerKey, this.hold);
	}

	/**
	 * Returns this policy with another guard.
	 * @param outage when to take it that not the events are at fault
	 * @return the changed policy
	 */
	public FailurePolicy withOutage(OutageGuard outage) {
		return new FailurePolicy(this.retries, this.order, this.then, this.deadLetters, this.isolate, outage,
				this.expireAfter, this.decider, this.timeout, this.maxPerKey, this.hold);
	}

	/**
	 * Returns this policy with a time after which events are skipped.
	 * @param expireAfter how long after its first failure an event is worth an attempt,
	 * or {@code null} for always
	 * @return the changed policy
	 */
	public FailurePolicy withExpireAfter(@Nullable Duration expireAfter) {
		return new FailurePolicy(this.retries, this.order, this.then, this.deadLetters, this.isolate, this.outage,
				expireAfter, this.decider, this.timeout, this.maxPerKey, this.hold);
	}

	/**
	 * Returns this policy with somebody who decides about failures first.
	 * @param decider is asked about each failure, or {@code null} for nobody
	 * @return the changed policy
	 */
	public FailurePolicy withDecider(@Nullable FailureDecider decider) {
		return new FailurePolicy(this.retries, this.order, this.then, this.deadLetters, this.isolate, this.outage,
				this.expireAfter, decider, this.timeout, this.maxPerKey, this.hold);
	}

	/**
	 * Returns this policy with a limit to the time of an attempt.
	 * <p>
	 * A call of the handler is interrupted when its time is over, which it notices at the
	 * next point at which it would wait. Its attempt has failed then, whatever the
	 * handler does: what it returns is dropped, since nobody knows whether it has done
	 * its work. Only a {@link io.genstage.delivery.BatchFailure} still counts, which says
	 * that. A handler that never waits is not stopped, and holds the stage up as long as
	 * it runs. The limit is for a call: of an event, or of a list or batch as a whole.
	 * <p>
	 * An event in flight has failed when its future is not complete in time. The future
	 * is cancelled, and what it is completed with later is dropped.
	 * @param timeout how long an attempt may take, more than nothing, or {@code null} for
	 * as long as it likes
	 * @return the changed policy
	 */
	public FailurePolicy withTimeout(@Nullable Duration timeout) {
		return new FailurePolicy(this.retries, this.order, this.then, this.deadLetters, this.isolate, this.outage,
				this.expireAfter, this.decider, timeout, this.maxPerKey, this.hold);
	}

	/**
	 * Returns this policy with another bound for the dead letters of a key.
	 * <p>
	 * If the {@linkplain #withOrder order} is one of keys, an event is not handled while
	 * dead letters of the stage with its key wait or are replayed: it becomes one of
	 * them, behind them, and is handled when it is replayed. When there are as many as
	 * this, events of the key wait in the stage until some are gone, and when no more
	 * events fit there, the stage waits. An event that is handled in flight or in a task
	 * of its own doesn't wait, and neither does one in a drain: these go beyond the
	 * bound.
	 * @param maxPerKey the number, from 0 to {@value #MOST_PER_KEY}; with 0 events don't
	 * wait behind dead letters
	 * @return the changed policy
	 */
	public FailurePolicy withMaxPerKey(int maxPerKey) {
		return new FailurePolicy(this.retries, this.order, this.then, this.deadLetters, this.isolate, this.outage,
				this.expireAfter, this.decider, this.timeout, maxPerKey, this.hold);
	}

	/**
	 * Returns this policy with another time after which events don't wait in the stage.
	 * @param hold how long an event waits in the stage for its next attempt, if its
	 * source keeps it otherwise, not negative
	 * @return the changed policy
	 */
	public FailurePolicy withHold(Duration hold) {
		return new FailurePolicy(this.retries, this.order, this.then, this.deadLetters, this.isolate, this.outage,
				this.expireAfter, this.decider, this.timeout, this.maxPerKey, hold);
	}

	/**
	 * Returns whether an event waits behind the dead letters of its key.
	 * @return whether the order is one of keys, and there is a store that keeps letters
	 */
	public boolean ordersLetters() {
		return this.order.kind() == RetryOrder.Kind.BY_KEY && this.maxPerKey > 0 && this.deadLetters != null
				&& !this.deadLetters.handsOn();
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
