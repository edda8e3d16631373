package io.genstage;

import org.jetbrains.lincheck.Lincheck;

/**
 * How many orders of the threads of a test Lincheck tries. It tries the same ones on each
 * JDK that the tests run on, so all of them are for the newer one.
 */
public final class LincheckOrders {

	/** Whether to try all of them here. */
	private static final boolean ALL = Runtime.version().feature() > 17 || Boolean.getBoolean("genstage.lincheck.all");

	private LincheckOrders() {
	}

	/**
	 * Fails if the test fails in one of the orders.
	 * @param orders how many to try
	 * @param test the test, which throws an exception if it fails
	 */
	public static void check(int orders, Runnable test) {
		Lincheck.runConcurrentTest(share(orders), test);
	}

	/**
	 * Returns how many of so many orders to try on this JDK: all, or a quarter on JDK 17.
	 * @param orders how many there are to try
	 */
	public static int share(int orders) {
		return ALL ? orders : Math.max(1, orders / 4);
	}

}
