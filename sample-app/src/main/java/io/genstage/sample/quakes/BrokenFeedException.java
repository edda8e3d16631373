package io.genstage.sample.quakes;

import org.jspecify.annotations.Nullable;

/**
 * Says where and why a feed can't be read on.
 */
class BrokenFeedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	BrokenFeedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
