package io.genstage.pipeline;

/**
 * Where a managed stage stands.
 */
public enum StageState {

	/**
	 * Not started yet.
	 */
	CREATED,

	/**
	 * Started and not stopped.
	 */
	RUNNING,

	/**
	 * Has done all that it had to do.
	 */
	COMPLETED,

	/**
	 * Was stopped on purpose.
	 */
	STOPPED,

	/**
	 * Was ended by an error.
	 */
	FAILED

}
