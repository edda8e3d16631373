package io.genstage.rate;

import io.genstage.intake.StageClock;
import org.jspecify.annotations.Nullable;

/**
 * What one run of an instance has of the rate of its stage, and the alarm for when it
 * gets more.
 */
final class Limiter {

	private final RateAccount account;

	private final StageClock clock;

	/** Always the same object, by which the account knows this run. */
	private final Runnable wakeUp;

	/** Taken at the first use, so that a stage that can't start has none. */
	private @Nullable BucketShare share;

	/** What the instance may use now. */
	private long granted;

	Limiter(RateAccount account, StageClock clock) {
		this.account = account;
		this.clock = clock;
		this.wakeUp = clock::wake;
	}

	void pass(int events) {
		this.account.take(share(), events, this.clock.nanoTime());
	}

	/** Returns how many of so many events in hand may pass. */
	long available(long events) {
		return want(events, true);
	}

	/**
	 * Says how many tokens could be used, of which as many are granted as there are.
	 * @param tokens how many, which are bounded by the burst
	 * @param able whether something is in hand or can be asked for that was not
	 * @return how many may be used
	 */
	long want(long tokens, boolean able) {
		this.granted = this.account.want(share(), tokens, able, this.clock.nanoTime());
		return this.granted;
	}

	/**
	 * Returns how much to ask for now, or 0 if that is too little to bother anybody. The
	 * alarm is set for when there is more.
	 * @param wanted how much could be asked for
	 * @param promised how many tokens are for events that have been asked for already
	 */
	long grant(long wanted, long promised) {
		long free = this.granted - promised;
		long granted = (free >= enough(wanted, promised)) ? Math.max(Math.min(wanted, free), 0) : 0;
		wakeForMore(wanted - granted, promised + granted);
		return granted;
	}

	/** Sets the alarm for when something is granted, unless events have to come first. */
	void wakeForMore(long wanted, long promised) {
		long enough = enough(wanted, promised);
		if (enough > 0) {
			wakeFor(promised + enough);
		}
	}

	private long enough(long wanted, long promised) {
		return Math.min(Math.min(wanted, portion()), this.account.limit().burst() - promised);
	}

	/** Sets the alarm for when there are so many tokens, or a portion if that is less. */
	void wakeForUpTo(long tokens) {
		wakeFor(Math.min(tokens, portion()));
	}

	private long portion() {
		return this.account.portion(this.clock.nanoTime());
	}

	private void wakeFor(long tokens) {
		long now = this.clock.nanoTime();
		long nanos = this.account.nanosUntil(share(), tokens, now);
		if (nanos < Long.MAX_VALUE) {
			// Farther off than an alarm can be set, it is set again on the way.
			this.clock.wakeAt(now + Math.min(nanos, Long.MAX_VALUE / 2));
		}
	}

	/** Gives back what the run has not used. */
	void close() {
		if (this.share != null) {
			this.account.leave(this.wakeUp, this.share, this.clock.nanoTime());
		}
	}

	private BucketShare share() {
		BucketShare joined = this.share;
		if (joined == null) {
			joined = this.account.join(this.wakeUp, this.clock.nanoTime());
			this.share = joined;
		}
		return joined;
	}

}
