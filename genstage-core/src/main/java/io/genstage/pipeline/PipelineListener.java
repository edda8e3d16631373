package io.genstage.pipeline;

/**
 * Gets to know what becomes of a pipeline and its stages.
 * <p>
 * The methods are called one at a time and in the order of what happened, on the thread
 * that made it happen or on one that changes the pipeline at the same time. They may call
 * the pipeline, but must not wait for it: the next news come when they have returned.
 * What they throw is logged and changes nothing.
 */
public interface PipelineListener {

	/**
	 * A stage has got into another state.
	 * @param change what has changed
	 */
	default void onStageChange(StageChange change) {
	}

	/**
	 * A stage has been {@linkplain PipelineRegistry#deregister deregistered} and is gone.
	 * Its last change of state was reported before.
	 * @param pipeline the name of the pipeline that it was a part of
	 * @param stage the stage's name, which another stage may get
	 */
	default void onStageRemoved(String pipeline, String stage) {
	}

	/**
	 * The pipeline has got into another state.
	 * @param change what has changed
	 */
	default void onPipelineChange(PipelineChange change) {
	}

	/**
	 * The pipeline has been drained, or its deadline has passed.
	 * @param report what became of the events under way
	 */
	default void onDrained(DrainReport report) {
	}

}
