package io.genstage;

import java.util.function.BooleanSupplier;

/**
 * Decides when what is finished of a portion goes on, while other events of the portion
 * are still to be handled: soon if somebody starves, else after a while. So a quick
 * handler's results stay together, and those of a slow one don't wait for the last of
 * them.
 * <p>
 * Reading the clock takes as long as some handlers do, so it is read seldom while they
 * are quick.
 */
final class ResultPace {

	/** How long results wait for further ones although somebody starves. */
	static final long SOON_NANOS = 20_000_000;

	/** How long results wait for further ones if nobody does. */
	static final long LATEST_NANOS = 250_000_000;

	/** A handler that takes no longer from one look at the clock to the next is quick. */
	static final long QUICK_NANOS = 1_000_000;

	/** After how many events the clock is read at the latest. */
	static final int MAX_STRIDE = 16;

	private int stride = 1;

	private int untilLook;

	private long lastLook;

	/** The time when what is unsent began to be worked on. */
	private long since;

	/** A portion of more than one event begins. */
	void begin(int events, long now) {
		// So that there is one look at least before its end.
		this.stride = Math.min(this.stride, events / 2);
		this.untilLook = this.stride;
		this.lastLook = now;
		this.since = now;
	}

	/** Takes note of a finished event, and returns whether it is time for a look. */
	boolean looksAfterNext() {
		this.untilLook--;
		return this.untilLook == 0;
	}

	/** Returns whether what is finished goes on now. */
	boolean goesOn(long now, BooleanSupplier starving) {
		this.stride = (now - this.lastLook <= QUICK_NANOS) ? Math.min(2 * this.stride, MAX_STRIDE) : 1;
		this.untilLook = this.stride;
		this.lastLook = now;
		long waited = now - this.since;
		if (waited < SOON_NANOS || (waited < LATEST_NANOS && !starving.getAsBoolean())) {
			return false;
		}
		this.since = now;
		return true;
	}

}
