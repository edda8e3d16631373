package io.genstage.boot.observe;

import io.micrometer.observation.Observation;

/**
 * What is known of a stage in an observation. The outcome is set before the observation
 * is stopped.
 */
public abstract sealed class StageObservationContext extends Observation.Context
		permits HandlingObservationContext, EmittingObservationContext {

	private final String pipeline;

	private final String stage;

	private boolean over;

	StageObservationContext(String pipeline, String stage) {
		this.pipeline = pipeline;
		this.stage = stage;
	}

	/**
	 * Returns the name of the pipeline.
	 * @return the name, {@code none} if the stage belongs to none
	 */
	public String getPipeline() {
		return this.pipeline;
	}

	/**
	 * Returns the name of the stage.
	 * @return the name, the same for all instances
	 */
	public String getStage() {
		return this.stage;
	}

	/**
	 * Returns how it has ended.
	 * @return {@code success} or {@code failure}; {@code unknown} as long as it goes on
	 */
	public String getOutcome() {
		if (!this.over) {
			return "unknown";
		}
		return (getError() != null) ? "failure" : "success";
	}

	/** It is over, and what has failed is set. */
	void end() {
		this.over = true;
	}

}
