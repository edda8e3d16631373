package io.genstage.simulation;

/**
 * Thrown by a callback on purpose.
 */
final class Crash extends RuntimeException {

	private static final long serialVersionUID = 1L;

	Crash(Callback callback) {
		// Thousands are thrown and nobody reads where.
		super("on purpose: " + callback, null, false, false);
	}

}
