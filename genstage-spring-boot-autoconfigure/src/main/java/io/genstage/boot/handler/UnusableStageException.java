package io.genstage.boot.handler;

/**
 * Thrown when a bean or method can't be a stage; the message says why and what would do.
 */
public final class UnusableStageException extends Exception {

	private static final long serialVersionUID = 1L;

	public UnusableStageException(String message) {
		super(message);
	}

}
