package io.genstage;

/**
 * Thrown when something is asked of a stage that has stopped.
 */
public class StageNotRunningException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	StageNotRunningException(StageRef stage) {
		super("stage '%s' is not running".formatted(stage.name()));
	}

}
