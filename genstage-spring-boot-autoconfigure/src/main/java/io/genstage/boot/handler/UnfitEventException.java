package io.genstage.boot.handler;

import java.io.Serial;

/**
 * Thrown if a method can't be called with an event, which is of another type than its
 * parameter.
 */
public final class UnfitEventException extends IllegalArgumentException {

	@Serial
	private static final long serialVersionUID = 1;

	UnfitEventException(String message, Throwable cause) {
		super(message, cause);
	}

}
