package io.genstage.dispatch;

/**
 * Arithmetic on demand, which stays at {@link Long#MAX_VALUE} instead of overflowing.
 */
public final class Demand {

	private Demand() {
	}

	/**
	 * Adds up demand.
	 * @param demand a demand, at least 0
	 * @param more another one, at least 0
	 * @return the sum, or {@link Long#MAX_VALUE} if that is less
	 */
	public static long add(long demand, long more) {
		long sum = demand + more;
		return (sum < 0) ? Long.MAX_VALUE : sum;
	}

}
