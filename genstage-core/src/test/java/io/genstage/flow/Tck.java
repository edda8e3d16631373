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

	/** How often to look whether something has happened. */
	private static final long POLL_MILLIS = 10;

	private Tck() {
	}

	static TestEnvironment environment() {
		return new TestEnvironment(SIGNAL_MILLIS, NO_SIGNAL_MILLIS, POLL_MILLIS);
	}

}
