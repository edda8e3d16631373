package io.genstage.account;

/**
 * How often the handler of a stage was called, and how long it took, up to some moment or
 * between two of them. None of these numbers ever becomes less.
 * <p>
 * Not every call is timed, so that short ones aren't held up by a clock: the first of 64,
 * each that is given 16 events or more at once, and all of them where the last one that
 * was timed took more than 50 µs. Attempts of futures and tasks are all timed, from their
 * begin to their end. Only what went well is timed.
 *
 * @param calls how often the handler was called and all went well. A stage that is given
 * one event after the other has a call for each; a producer one for each demand
 * @param failed how often it was called and something has failed
 * @param refused how many of those have asked to be tried again after some time, as a
 * service does that has too much to do (see
 * {@code io.genstage.failure.RetryAfterException})
 * @param timedEvents how many events the timed calls had together; those of a producer
 * have returned so many
 * @param timedNanos how long they took together
 * @param samples of how many calls the scatter is known
 * @param sampleNanos how long these took for one event each: the time of a call divided
 * by the number of its events, summed up
 * @param sampleSquares the squares of the same, summed up, in square nanoseconds
 */
public record HandlingTimes(long calls, long failed, long refused, long timedEvents, long timedNanos, long samples,
		long sampleNanos, double sampleSquares) {

	/**
	 * Nothing was called.
	 */
	public static final HandlingTimes NONE = new HandlingTimes(0, 0, 0, 0, 0, 0, 0, 0);

	/**
	 * Returns how long an event takes.
	 * @return nanoseconds, or {@code NaN} if that is not known
	 */
	public double mean() {
		return (this.timedEvents > 0) ? (double) this.timedNanos / this.timedEvents : Double.NaN;
	}

	/**
	 * Returns by how much that scatters.
	 * @return the standard deviation in nanoseconds, or {@code NaN} if that is not known
	 */
	public double deviation() {
		if (this.samples == 0) {
			return Double.NaN;
		}
		double mean = (double) this.sampleNanos / this.samples;
		return Math.sqrt(Math.max(this.sampleSquares / this.samples - mean * mean, 0));
	}

	/**
	 * Adds the times of another instance, or of another run of the same one.
	 * @param other the other times
	 * @return the sums
	 */
	public HandlingTimes plus(HandlingTimes other) {
		return new HandlingTimes(this.calls + other.calls, this.failed + other.failed, this.refused + other.refused,
				this.timedEvents + other.timedEvents, this.timedNanos + other.timedNanos, this.samples + other.samples,
				this.sampleNanos + other.sampleNanos, this.sampleSquares + other.sampleSquares);
	}

	/**
	 * Returns what was counted since an earlier moment.
	 * @param earlier the times of that moment
	 * @return the differences
	 */
	public HandlingTimes since(HandlingTimes earlier) {
		return new HandlingTimes(this.calls - earlier.calls, this.failed - earlier.failed,
				this.refused - earlier.refused, this.timedEvents - earlier.timedEvents,
				this.timedNanos - earlier.timedNanos, this.samples - earlier.samples,
				this.sampleNanos - earlier.sampleNanos, this.sampleSquares - earlier.sampleSquares);
	}

}
