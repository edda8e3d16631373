package io.genstage.intake;

/**
 * How many events an asynchronous stage works on at once.
 *
 * <pre>{@code
 * InFlight.of(50).unordered()
 * }</pre>
 *
 * @param limit how many events may be begun and not finished, from 1 to {@link #MOST}
 * (default 1). An event whose future is complete and whose turn has not come counts too
 * @param order in which order events are finished, and their results emitted (default
 * {@link Order#KEPT})
 */
public record InFlight(int limit, Order order) {

	/**
	 * The most events in flight.
	 */
	public static final int MOST = 10_000;

	public InFlight {
		if (limit < 1 || limit > MOST) {
			throw new IllegalArgumentException("limit must be from 1 to %d, was %d".formatted(MOST, limit));
		}
	}

	/**
	 * Creates a limit that keeps the order.
	 * @param limit from 1 to {@link #MOST}
	 * @return the limit
	 */
	public static InFlight of(int limit) {
		return new InFlight(limit, Order.KEPT);
	}

	/**
	 * Returns the same limit without an order.
	 * @return the changed limit
	 */
	public InFlight unordered() {
		return new InFlight(this.limit, Order.NONE);
	}

	/**
	 * An order of events.
	 */
	public enum Order {

		/**
		 * That in which they were begun.
		 */
		KEPT,

		/**
		 * As they complete.
		 */
		NONE

	}

}
