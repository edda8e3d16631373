package io.genstage;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How long something may take in a stage before it is reported: to the log, to the
 * {@linkplain StageListener#onOverdue listeners}, and by the {@linkplain StageStatus
 * status}. Nothing is ended by that. The stage is looked at four times within each limit,
 * by the timer of the system and only while it has something to do, so that a report may
 * be late by half of the limit.
 *
 * @param handleWithin how long the handler may take with one call, an event in flight to
 * complete, or a task to return; {@code null} for as long as it likes. For stages that
 * consume
 * @param settleWithin how long an event that the stage emits as a
 * {@link io.genstage.delivery.Delivery} may be unsettled; {@code null} for as long as it
 * likes. For stages that produce
 */
public record Watch(@Nullable Duration handleWithin, @Nullable Duration settleWithin) {

	/**
	 * Reports nothing.
	 */
	public static final Watch NONE = new Watch(null, null);

	/** The time after which worker threads count as blocked elsewhere, too. */
	private static final Duration DEFAULT_HANDLE_WITHIN = Duration.ofMinutes(1);

	/** More than the default retries and some pauses of an outage take together. */
	private static final Duration DEFAULT_SETTLE_WITHIN = Duration.ofMinutes(5);

	private static final Watch DEFAULTS = new Watch(DEFAULT_HANDLE_WITHIN, DEFAULT_SETTLE_WITHIN);

	public Watch {
		check(handleWithin, "handleWithin");
		check(settleWithin, "settleWithin");
	}

	private static void check(@Nullable Duration limit, String name) {
		if (limit != null && (limit.isNegative() || limit.isZero())) {
			throw new IllegalArgumentException("%s must be more than 0, was %s".formatted(name, limit));
		}
	}

	/**
	 * Returns the limits that suit most stages: a minute for the handler, and five for an
	 * event to be settled.
	 * @return the limits
	 */
	public static Watch defaults() {
		return DEFAULTS;
	}

	/**
	 * Returns these limits with another one for the handler.
	 * @param handleWithin how long the handler may take with one call, more than nothing,
	 * or {@code null} for as long as it likes
	 * @return the changed limits
	 */
	public Watch withHandleWithin(@Nullable Duration handleWithin) {
		return new Watch(handleWithin, this.settleWithin);
	}

	/**
	 * Returns these limits with another one for settlements.
	 * @param settleWithin how long an event may be unsettled, more than nothing, or
	 * {@code null} for as long as it likes
	 * @return the changed limits
	 */
	public Watch withSettleWithin(@Nullable Duration settleWithin) {
		return new Watch(this.handleWithin, settleWithin);
	}

}
