package io.genstage;

/**
 * Thrown when a stage can't be started. Nothing of it is left behind.
 */
public class StageStartException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	StageStartException(String message, Throwable cause) {
		super(message, cause);
	}

}
