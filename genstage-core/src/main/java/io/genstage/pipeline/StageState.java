package io.genstage.pipeline;

/**
 * Where a managed stage, or one of its instances, stands.
 */
public enum StageState {

	/**
	 * Not started yet, or not since its pipeline, in which it had completed, runs again.
	 */
	CREATED(false),

	/**
	 * Is being started; its {@code onStart} has not returned yet.
	 */
	STARTING(true),

	/**
	 * Started and not stopped.
	 */
	RUNNING(true),

	/**
	 * Was asked to pause, and still handles what it had received.
	 */
	PAUSING(true),

	/**
	 * Takes in nothing more until it is resumed. What it has asked for before may still
	 * come, and is handled.
	 */
	PAUSED(true),

	/**
	 * Has failed and waits for its next run.
	 */
	RESTARTING(true),

	/**
	 * Is being stopped on purpose: takes in nothing new and finishes what it has.
	 */
	STOPPING(true),

	/**
	 * Has done all that it had to do.
	 */
	COMPLETED(false),

	/**
	 * Was stopped on purpose.
	 */
	STOPPED(false),

	/**
	 * Was ended by an error, and is not started again by itself.
	 */
	FAILED(false);

	private final boolean alive;

	StageState(boolean alive) {
		this.alive = alive;
	}

	/**
	 * Returns whether something is still to be expected of it.
	 * @return {@code true} unless it was never started or has ended for good
	 */
	public boolean isAlive() {
		return this.alive;
	}

}
