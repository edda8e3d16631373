package io.genstage.boot;

/**
 * Thrown when a bean or method can't be a stage; the message says why and what would do.
 */
final class UnusableStageException extends Exception {

	private static final long serialVersionUID = 1L;

	UnusableStageException(String message) {
		super(message);
	}

}
