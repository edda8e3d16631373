package io.genstage.pipeline;

import java.time.Duration;

/**
 * What is done when an instance of a stage has failed: it is started again after a pause,
 * which grows with each failure, until it has failed too often.
 *
 * <pre>{@code
 * RestartPolicy.defaults().withLimit(20, Duration.ofMinutes(10)).withBackOff(Duration.ofSeconds(1), 1.5, Duration.ofMinutes(1))
 * }</pre>
 *
 * Each instance counts for itself. Restarts that were longer ago than {@code period} are
 * forgotten, for the limit and for the pause.
 *
 * @param firstDelay the pause before the first restart (default 100 ms)
 * @param multiplier by how much each further pause is longer, at least 1 (default 2)
 * @param maxDelay the longest pause, at least {@code firstDelay} (default 10 s)
 * @param maxRestarts how many restarts there may be within the period, 0 for none
 * (default 5); the next failure is final
 * @param period the time to look back on, positive (default 1 min)
 */
public record RestartPolicy(Duration firstDelay, double multiplier, Duration maxDelay, int maxRestarts,
		Duration period) {

	private static final RestartPolicy DEFAULTS = new RestartPolicy(Duration.ofMillis(100), 2, Duration.ofSeconds(10),
			5, Duration.ofMinutes(1));

	public RestartPolicy {
		if (firstDelay.isNegative() || maxDelay.compareTo(firstDelay) < 0) {
			throw new IllegalArgumentException(
					"expected 0 <= firstDelay <= maxDelay, but got %s and %s".formatted(firstDelay, maxDelay));
		}
		if (!(multiplier >= 1) || Double.isInfinite(multiplier)) {
			throw new IllegalArgumentException("multiplier must be >= 1, was " + multiplier);
		}
		if (maxRestarts < 0) {
			throw new IllegalArgumentException("maxRestarts must be >= 0, was " + maxRestarts);
		}
		if (period.isNegative() || period.isZero()) {
			throw new IllegalArgumentException("period must be positive, was " + period);
		}
	}

	/**
	 * Returns the policy that applies when nothing is said.
	 * @return up to 5 restarts within a minute, after 100, 200, 400, 800 and 1600 ms
	 */
	public static RestartPolicy defaults() {
		return DEFAULTS;
	}

	/**
	 * Returns the policy under which the first failure is final.
	 * @return no restarts
	 */
	public static RestartPolicy never() {
		return DEFAULTS.withLimit(0, DEFAULTS.period);
	}

	/**
	 * Returns this policy with other pauses.
	 * @param firstDelay the pause before the first restart
	 * @param multiplier by how much each further pause is longer
	 * @param maxDelay the longest pause
	 * @return the changed policy
	 */
	public RestartPolicy withBackOff(Duration firstDelay, double multiplier, Duration maxDelay) {
		return new RestartPolicy(firstDelay, multiplier, maxDelay, this.maxRestarts, this.period);
	}

	/**
	 * Returns this policy with another limit.
	 * @param maxRestarts how many restarts there may be within the period
	 * @param period the time to look back on
	 * @return the changed policy
	 */
	public RestartPolicy withLimit(int maxRestarts, Duration period) {
		return new RestartPolicy(this.firstDelay, this.multiplier, this.maxDelay, maxRestarts, period);
	}

	/**
	 * Returns whether a failure is final.
	 * @param recent how many restarts there were within the period
	 * @return {@code true} if the limit is reached
	 */
	boolean isExhausted(int recent) {
		return recent >= this.maxRestarts;
	}

	/**
	 * Returns the pause before the next restart.
	 * @param recent how many restarts there were within the period
	 * @return the pause, at most {@code maxDelay}
	 */
	Duration delay(int recent) {
		double nanos = nanos(this.firstDelay) * Math.pow(this.multiplier, recent);
		return (nanos < nanos(this.maxDelay)) ? Duration.ofNanos((long) nanos) : this.maxDelay;
	}

	private static double nanos(Duration duration) {
		return duration.getSeconds() * 1e9 + duration.getNano();
	}

}
