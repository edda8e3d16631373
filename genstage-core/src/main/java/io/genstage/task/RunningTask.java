package io.genstage.task;

import java.util.List;

import io.genstage.intake.Lasting;

/**
 * A task whose attempt goes on.
 *
 * @param time how many nanoseconds at least
 * @param runner the thread that it runs on
 */
record RunningTask(long time, Thread runner) implements Lasting {

	@Override
	public String thread() {
		return this.runner.getName();
	}

	@Override
	public List<StackTraceElement> stack() {
		return List.of(this.runner.getStackTrace());
	}

}
