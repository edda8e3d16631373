package io.genstage.link;

import java.time.Duration;

/**
 * How often a receiver lets the engine deliver an event that has failed.
 *
 * @param maxAttempts how often it is delivered before it is
 * {@linkplain LinkSettlement.Action#REJECT rejected}, from 1 to 1,000; 5 by default. It
 * counts as far as the engine counts
 * @param retryAfter how long it waits before it is delivered again, unless its handler
 * says otherwise, not negative; 30 s by default
 */
public record LinkOptions(int maxAttempts, Duration retryAfter) {

	private static final LinkOptions DEFAULTS = new LinkOptions(5, Duration.ofSeconds(30));

	public LinkOptions {
		if (maxAttempts < 1 || maxAttempts > 1000) {
			throw new IllegalArgumentException("expected 1 to 1,000 attempts, but got " + maxAttempts);
		}
		if (retryAfter.isNegative()) {
			throw new IllegalArgumentException("retryAfter must not be negative, was " + retryAfter);
		}
	}

	/**
	 * Returns the defaults.
	 * @return always the same ones
	 */
	public static LinkOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * Returns these options with another number of attempts.
	 * @param maxAttempts from 1 to 1,000
	 * @return the changed options
	 */
	public LinkOptions withMaxAttempts(int maxAttempts) {
		return new LinkOptions(maxAttempts, this.retryAfter);
	}

	/**
	 * Returns these options with another delay.
	 * @param retryAfter not negative
	 * @return the changed options
	 */
	public LinkOptions withRetryAfter(Duration retryAfter) {
		return new LinkOptions(this.maxAttempts, retryAfter);
	}

}
