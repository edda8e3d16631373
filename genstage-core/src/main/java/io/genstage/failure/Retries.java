package io.genstage.failure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Says which failures of an event are worth another attempt, and when to make it. A value
 * that several stages may share, on any thread.
 */
public interface Retries {

	/**
	 * No attempt but the first.
	 */
	Retries NONE = (retry) -> null;

	/**
	 * Returns how long to wait before a retry.
	 * @param retry the number of the retry, 1 for the one after the first attempt
	 * @return the wait, at least {@link Duration#ZERO}, or {@code null} if there is no
	 * such retry
	 */
	@Nullable Duration delay(int retry);

	/**
	 * Returns whether another attempt may help.
	 * @param failure what the handler has thrown
	 * @return {@code true} by default
	 */
	default boolean helpAgainst(Throwable failure) {
		return true;
	}

	/**
	 * Creates retries with waits that grow: the first is {@code delay}, each further one
	 * is {@code multiplier} times as long, up to {@code maxDelay}.
	 * @param maxRetries how many attempts there are after the first, at least 0
	 * @param delay the first wait, at least {@link Duration#ZERO}
	 * @param multiplier at least 1
	 * @param maxDelay the longest wait, at least the first
	 * @return the retries
	 */
	static Retries exponential(int maxRetries, Duration delay, double multiplier, Duration maxDelay) {
		return new ExponentialRetries(maxRetries, delay, multiplier, maxDelay);
	}

	/**
	 * Creates retries with the same wait before each.
	 * @param maxRetries how many attempts there are after the first, at least 0
	 * @param delay the wait, at least {@link Duration#ZERO}
	 * @return the retries
	 */
	static Retries fixed(int maxRetries, Duration delay) {
		return exponential(maxRetries, delay, 1, delay);
	}

	/**
	 * Retries with waits that grow.
	 */
	record ExponentialRetries(int maxRetries, Duration delay, double multiplier, Duration maxDelay) implements Retries {

		public ExponentialRetries {
			if (maxRetries < 0) {
				throw new IllegalArgumentException("maxRetries must be >= 0, was " + maxRetries);
			}
			if (delay.isNegative()) {
				throw new IllegalArgumentException("a delay must not be negative, was " + delay);
			}
			// Not less than, so that a NaN is refused too.
			if (!(multiplier >= 1)) {
				throw new IllegalArgumentException("multiplier must be >= 1, was " + multiplier);
			}
			if (maxDelay.compareTo(delay) < 0) {
				throw new IllegalArgumentException(
						"maxDelay must be at least the delay of %s, was %s".formatted(delay, maxDelay));
			}
		}

		@Override
		public @Nullable Duration delay(int retry) {
			if (retry > this.maxRetries) {
				return null;
			}
			double shortest = seconds(this.delay);
			double longest = seconds(this.maxDelay);
			double wait = Math.min(shortest * Math.pow(this.multiplier, retry - 1), longest);
			return (wait == shortest) ? this.delay
					: Duration.ofSeconds((long) wait, (long) ((wait - (long) wait) * 1e9));
		}

		private static double seconds(Duration duration) {
			return duration.getSeconds() + duration.getNano() / 1e9;
		}

	}

}
