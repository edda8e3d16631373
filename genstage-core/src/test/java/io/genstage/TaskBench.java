package io.genstage;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;

import io.genstage.task.EventTask;
import io.genstage.task.TaskConsumer;
import io.genstage.task.TaskOptions;

/**
 * Tasks that count as running until the test lets them end, in the order of their start.
 */
final class TaskBench implements Executor, EventTask<String> {

	private final Journal journal;

	private final ManualExecutor started = new ManualExecutor();

	/** Events whose tasks fail. */
	final Set<String> failing = new HashSet<>();

	/** Says of each start whether it is rejected. */
	BooleanSupplier rejecting = () -> false;

	TaskBench(Dialogue dialogue) {
		this.journal = dialogue.journal();
	}

	TaskConsumer<String> consumer(TaskOptions options) {
		return new TaskConsumer<>(this, options.withExecutor(this));
	}

	@Override
	public void execute(Runnable task) {
		if (this.rejecting.getAsBoolean()) {
			this.journal.note("rejected");
			throw new RejectedExecutionException("full");
		}
		this.journal.note("started");
		this.started.execute(task);
	}

	@Override
	public void run(String event) {
		if (this.failing.contains(event)) {
			this.journal.note("failed " + event);
			throw new IllegalStateException("failed " + event);
		}
		this.journal.note("ended " + event);
	}

	/** Lets the task end that was started first. */
	void endNext() {
		this.started.runNext();
	}

}
