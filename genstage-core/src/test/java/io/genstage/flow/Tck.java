package io.genstage.flow;

import org.reactivestreams.tck.TestEnvironment;

/**
 * What the runs of the Reactive Streams TCK have in common.
 */
final class Tck {

	private static final long SIGNAL_MILLIS = 500;

	private static final long NO_SIGNAL_MILLIS = 100;

	private Tck() {
	}

	static TestEnvironment environment() {
		return new TestEnvironment(SIGNAL_MILLIS, NO_SIGNAL_MILLIS);
	}

}
