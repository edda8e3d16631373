package io.genstage;

/**
 * Notices, by a look from time to time, that one call goes on for long. So nothing is to
 * be noted at each call but its number.
 */
final class CallWatch {

	private final long limit;

	/** The call that was seen last. */
	private long seen;

	/** When it was seen first. */
	private long since;

	private boolean noticed;

	/**
	 * Creates a watch.
	 * @param limit how many nanoseconds a call may take
	 */
	CallWatch(long limit) {
		this.limit = limit;
	}

	/**
	 * Looks.
	 * @param call the number of the call, odd while one goes on
	 * @param now the time
	 * @return whether the call takes too long, once for each call
	 */
	boolean notices(long call, long now) {
		if (call != this.seen) {
			this.seen = call;
			this.since = now;
			this.noticed = false;
		}
		if ((call & 1) == 0 || this.noticed || now - this.since < this.limit) {
			return false;
		}
		this.noticed = true;
		return true;
	}

	/** Returns since when the last call that was seen goes on, at least. */
	long since() {
		return this.since;
	}

}
