package io.genstage;

/**
 * Thrown when something is asked of a stage that has stopped or doesn't exist.
 */
public class StageNotRunningException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	StageNotRunningException(String stage) {
		super("stage '%s' is not running".formatted(stage));
	}

}
