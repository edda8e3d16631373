package io.genstage.intake;

/**
 * How many events to hand at once to a handler that takes them one by one, so that what
 * it has finished doesn't wait for long: few while it is slow, as many as there are while
 * it is fast. It begins with one, since nobody knows how long that will take.
 */
final class PortionSize {

	/** How long a portion should take at most. */
	static final long BUDGET_NANOS = 10_000_000;

	private int events = 1;

	int events() {
		return this.events;
	}

	/** Learns from a portion that has been handled. */
	void took(int handled, long nanos) {
		long each = Math.max(nanos / handled, 1);
		long fitting = BUDGET_NANOS / each;
		// A few quick events may be followed by slow ones.
		this.events = (int) Math.max(1, Math.min(fitting, 2L * this.events));
	}

}
