package io.genstage.thread;

import java.time.Duration;

/**
 * Runs something later, and measures how much time has passed. The engine's only contact
 * with time.
 */
@FunctionalInterface
public interface StageScheduler {

	/**
	 * Runs a task once, on any thread, after some time. The task is short and doesn't
	 * block.
	 * @param delay how long to wait, not negative
	 * @param task what to run
	 * @return the way to forget the task before its time
	 */
	Timer schedule(Duration delay, Runnable task);

	/**
	 * Returns the time by which stages measure, of which only differences mean something.
	 * A scheduler with a time of its own has to override this, so that what is scheduled
	 * and what is measured agree.
	 * @return nanoseconds since some moment, by default those of {@link System#nanoTime}
	 */
	default long nanoTime() {
		return System.nanoTime();
	}

	/**
	 * A task that waits for its time.
	 */
	@FunctionalInterface
	interface Timer {

		/**
		 * Forgets the task, so that it neither runs nor takes memory any more. Has no
		 * effect once the task runs or has run. Any thread may call it.
		 */
		void cancel();

	}

}
