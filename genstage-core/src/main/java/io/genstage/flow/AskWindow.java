package io.genstage.flow;

/**
 * How much of an open demand one source has been asked for: all of it, but never more
 * than a maximum at once.
 */
final class AskWindow {

	private final int max;

	private final int min;

	private long outstanding;

	/**
	 * Creates a window with nothing outstanding.
	 * @param max the most events that may be outstanding, at least 1
	 * @param min while open demand is beyond the maximum, nothing is asked for before the
	 * outstanding events have come down to this
	 */
	AskWindow(int max, int min) {
		if (min < 0 || min >= max) {
			throw new IllegalArgumentException(
					"expected 0 <= min < max, but got min=%d and max=%d".formatted(min, max));
		}
		this.max = max;
		this.min = min;
	}

	/** Returns how much to ask for now, or 0, so that open demand is covered. */
	long cover(long open) {
		if (open > this.max && this.outstanding > this.min) {
			return 0;
		}
		long ask = Math.max(Math.min(open, this.max) - this.outstanding, 0);
		this.outstanding += ask;
		return ask;
	}

	/** Notes that events have come, which were asked for. */
	void arrived(int events) {
		this.outstanding -= events;
	}

}
