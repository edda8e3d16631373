package io.genstage.thread;

import java.time.Duration;

/**
 * Runs tasks with the context class loader of the system.
 *
 * @param scheduler runs them when they are due
 * @param context the loader
 */
record ContextScheduler(StageScheduler scheduler, ContextLoader context) implements StageScheduler {

	@Override
	public Timer schedule(Duration delay, Runnable task) {
		return this.scheduler.schedule(delay, this.context.around(task));
	}

	@Override
	public long nanoTime() {
		return this.scheduler.nanoTime();
	}

}
