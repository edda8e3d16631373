package io.genstage;

import java.time.Duration;

/**
 * Runs something later. The engine's only contact with time.
 */
@FunctionalInterface
public interface StageScheduler {

	/**
	 * Runs a task once, on any thread, after some time. The task is short and doesn't
	 * block.
	 * @param delay how long to wait, not negative
	 * @param task what to run
	 */
	void schedule(Duration delay, Runnable task);

}
