package io.genstage.flow;

import org.reactivestreams.tck.TestEnvironment;

/**
 * What the runs of the Reactive Streams TCK have in common.
 */
final class Tck {

	/** Ends a wait for a signal that should come; long, since machines can be busy. */
	private static final long SIGNAL_MILLIS = 10_000;

	/** How long to wait for a signal that should not come. */
	private static final long NO_SIGNAL_MILLIS = 100;

	/**
	 * How long to wait for an error that should come. The TCK means to look so often
	 * until the time for a signal is over, but gives up after the first look.
	 */
	private static final long ERROR_MILLIS = 1_000;

	private Tck() {
	}

	static TestEnvironment environment() {
		return new TestEnvironment(SIGNAL_MILLIS, NO_SIGNAL_MILLIS, ERROR_MILLIS);
	}

}
