package io.genstage.rate;

import io.genstage.Alarm;
import io.genstage.LiveSetting;
import io.genstage.StageContext;

/**
 * The bucket of one run of a stage, and the alarm for when it has tokens again.
 */
final class Limiter {

	private final StageContext context;

	private final LiveSetting<RateLimit> limit;

	private final TokenBucket bucket;

	private final Alarm alarm;

	Limiter(StageContext context, LiveSetting<RateLimit> limit) {
		this.context = context;
		this.limit = limit;
		this.alarm = new Alarm(context);
		limit.tellChangesTo(context.self());
		this.bucket = new TokenBucket(limit.get(), context.nanoTime());
	}

	/** Returns whether a message says that more may pass than before. */
	boolean hears(Object message) {
		if (this.limit.isChangedBy(message)) {
			this.bucket.change(this.limit.get(), this.context.nanoTime());
			return true;
		}
		return this.alarm.isRungBy(message);
	}

	void pass(int events) {
		this.bucket.take(events, this.context.nanoTime());
	}

	long available() {
		return this.bucket.available(this.context.nanoTime());
	}

	/**
	 * Returns how much to ask for now, or 0 if that is too little to bother anybody. The
	 * alarm is set for when there is more.
	 * @param wanted how much could be asked for
	 * @param promised how many tokens are for events that have been asked for already
	 */
	long grant(long wanted, long promised) {
		long free = available() - promised;
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
		return Math.min(Math.min(wanted, this.bucket.portion()), this.bucket.burst() - promised);
	}

	/** Sets the alarm for when there are so many tokens, or a portion if that is less. */
	void wakeForUpTo(long tokens) {
		wakeFor(Math.min(tokens, this.bucket.portion()));
	}

	private void wakeFor(long tokens) {
		long now = this.context.nanoTime();
		// Farther off than an alarm can be set, it is set again on the way.
		this.alarm.setFor(now + Math.min(this.bucket.nanosUntil(tokens, now), Long.MAX_VALUE / 2));
	}

}
