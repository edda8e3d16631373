package io.genstage.rate;

import java.math.BigInteger;

/**
 * Counts how many events may pass: a token for each, saved up to the burst. Nothing is
 * rounded off, so that the rate is exact over any time.
 */
final class TokenBucket {

	private static final BigInteger LARGEST = BigInteger.valueOf(Long.MAX_VALUE);

	/** What comes within this time is worth one turn of a stage. */
	private static final long PORTION_NANOS = 10_000_000;

	private RateLimit limit;

	private long portion;

	/** Negative while more events have passed than might have. */
	private long tokens;

	/**
	 * What there is of the next token, in parts of which a token has as many as a period
	 * has nanoseconds.
	 */
	private long parts;

	private long time;

	/** Creates a full bucket. */
	TokenBucket(RateLimit limit, long now) {
		this.limit = limit;
		this.portion = portionOf(limit);
		this.tokens = limit.burst();
		this.time = now;
	}

	/** Returns how many tokens there are, or 0 if events are owed. */
	long available(long now) {
		refill(now);
		return Math.max(this.tokens, 0);
	}

	/** Takes tokens, also those that are not there yet. */
	void take(long events, long now) {
		// First what time has brought: it is lost if the bucket was full.
		refill(now);
		this.tokens -= events;
	}

	/**
	 * Returns how long it takes until there are so many tokens, which may be more than
	 * the burst, and 0 if there are.
	 */
	long nanosUntil(long wanted, long now) {
		refill(now);
		if (this.tokens >= wanted) {
			return 0;
		}
		BigInteger missing = BigInteger.valueOf(wanted)
			.subtract(BigInteger.valueOf(this.tokens))
			.multiply(period())
			.subtract(BigInteger.valueOf(this.parts));
		BigInteger[] nanos = missing.divideAndRemainder(events());
		BigInteger roundedUp = nanos[0].add(BigInteger.valueOf(nanos[1].signum()));
		return roundedUp.min(LARGEST).longValueExact();
	}

	/**
	 * Returns how many tokens to wait for before somebody is bothered: at most half a
	 * burst, so that none is lost while events are on their way.
	 */
	long portion() {
		return this.portion;
	}

	long burst() {
		return this.limit.burst();
	}

	/** Uses another limit from now on. What was saved up stays as far as it may. */
	void change(RateLimit changed, long now) {
		refill(now);
		this.parts = BigInteger.valueOf(this.parts)
			.multiply(BigInteger.valueOf(changed.periodNanos()))
			.divide(period())
			.longValueExact();
		this.limit = changed;
		this.portion = portionOf(changed);
		if (this.tokens >= changed.burst()) {
			fill();
		}
	}

	private void refill(long now) {
		long elapsed = now - this.time;
		if (elapsed <= 0) {
			return;
		}
		this.time = now;
		BigInteger[] earned = BigInteger.valueOf(elapsed)
			.multiply(events())
			.add(BigInteger.valueOf(this.parts))
			.divideAndRemainder(period());
		BigInteger room = BigInteger.valueOf(burst()).subtract(BigInteger.valueOf(this.tokens));
		if (earned[0].compareTo(room) >= 0) {
			fill();
		}
		else {
			this.tokens += earned[0].longValueExact();
			this.parts = earned[1].longValueExact();
		}
	}

	/** A full bucket saves up nothing, not even a part. */
	private void fill() {
		this.tokens = burst();
		this.parts = 0;
	}

	private BigInteger events() {
		return BigInteger.valueOf(this.limit.events());
	}

	private BigInteger period() {
		return BigInteger.valueOf(this.limit.periodNanos());
	}

	private static long portionOf(RateLimit limit) {
		long coming = BigInteger.valueOf(limit.events())
			.multiply(BigInteger.valueOf(PORTION_NANOS))
			.divide(BigInteger.valueOf(limit.periodNanos()))
			.min(LARGEST)
			.longValueExact();
		return Math.max(Math.min(coming, limit.burst() / 2), 1);
	}

}
