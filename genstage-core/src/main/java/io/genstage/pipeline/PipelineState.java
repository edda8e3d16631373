package io.genstage.pipeline;

/**
 * Where a pipeline stands.
 */
public enum PipelineState {

	/**
	 * Not started yet.
	 */
	CREATED,

	/**
	 * Started, no stage has failed, and some stage runs.
	 */
	RUNNING,

	/**
	 * Takes in nothing new and finishes what is under way.
	 */
	DRAINING,

	/**
	 * All stages have done what they had to do.
	 */
	COMPLETED,

	/**
	 * All stages have ended, some of them because they were stopped on purpose.
	 */
	STOPPED,

	/**
	 * A stage was ended by an error. The others go on as far as they can.
	 */
	FAILED

}
