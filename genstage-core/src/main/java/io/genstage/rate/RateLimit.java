package io.genstage.rate;

import java.time.Duration;

/**
 * How many events may pass in how much time. In any stretch of time, at most
 * {@code burst} events pass, and {@code events} more for each {@code period} of it.
 *
 * <pre>{@code
 * RateLimit.of(100, Duration.ofSeconds(1)).withBurst(20)
 * }</pre>
 *
 * A burst of 1 spreads events evenly. But then the time that an event takes from the
 * producer is lost each time, so choose a burst that is worth some milliseconds if the
 * rate is to be reached.
 *
 * @param events how many events pass in a period, at least 1
 * @param period the period, from 1 ns to 365 days
 * @param burst how many events may pass at once after a time without any, at least 1
 * (default: {@code events})
 */
public record RateLimit(long events, Duration period, long burst) {

	private static final Duration LONGEST_PERIOD = Duration.ofDays(365);

	public RateLimit {
		if (events < 1) {
			throw new IllegalArgumentException("events must be >= 1, was " + events);
		}
		if (period.isNegative() || period.isZero() || period.compareTo(LONGEST_PERIOD) > 0) {
			throw new IllegalArgumentException(
					"period must be positive and at most %s, was %s".formatted(LONGEST_PERIOD, period));
		}
		if (burst < 1) {
			throw new IllegalArgumentException("burst must be >= 1, was " + burst);
		}
	}

	/**
	 * Creates a limit with a burst of as many events as a period has.
	 * @param events at least 1
	 * @param period from 1 ns to 365 days
	 * @return the limit
	 */
	public static RateLimit of(long events, Duration period) {
		return new RateLimit(events, period, events);
	}

	/**
	 * Returns this limit with another number of events; the burst stays.
	 * @param events at least 1
	 * @return the changed limit
	 */
	public RateLimit withEvents(long events) {
		return new RateLimit(events, this.period, this.burst);
	}

	/**
	 * Returns this limit with another period.
	 * @param period from 1 ns to 365 days
	 * @return the changed limit
	 */
	public RateLimit withPeriod(Duration period) {
		return new RateLimit(this.events, period, this.burst);
	}

	/**
	 * Returns this limit with another burst.
	 * @param burst at least 1
	 * @return the changed limit
	 */
	public RateLimit withBurst(long burst) {
		return new RateLimit(this.events, this.period, burst);
	}

	long periodNanos() {
		return this.period.toNanos();
	}

}
