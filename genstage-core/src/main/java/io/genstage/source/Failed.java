package io.genstage.source;

/**
 * What a source has thrown, to be thrown by a callback when its events have passed.
 *
 * @param cause what its source has thrown
 */
record Failed(Throwable cause) {

	/** Returns the cause to be thrown by a callback, or throws it if it is an error. */
	Exception asThrown() {
		if (this.cause instanceof Error error) {
			throw error;
		}
		return (this.cause instanceof Exception exception) ? exception : new IllegalStateException(this.cause);
	}

}
