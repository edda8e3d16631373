package io.genstage.intake;

/**
 * The time of a stage, and how to have its intake looked at later.
 */
public interface StageClock {

	/** Returns the time, of which only differences mean something. */
	long nanoTime();

	/**
	 * Lets the intake wake at some time at the latest; it may wake earlier. To be called
	 * by the stage only.
	 * @param time when, by {@link #nanoTime}; soon if that has passed
	 */
	void wakeAt(long time);

	/** Lets the intake wake soon, in a turn of its own. Any thread may call this. */
	void wake();

}
