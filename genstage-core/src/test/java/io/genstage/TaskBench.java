package io.genstage;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;

import io.genstage.task.TaskOptions;
import io.genstage.task.Tasks;

/**
 * Tasks that count as running until the test lets them end, in the order of their start.
 */
final class TaskBench implements Executor, ConsumerStage<String> {

	private final Dialogue dialogue;

	private final Journal journal;

	private final ManualExecutor started = new ManualExecutor();

	/** Events whose tasks fail. */
	final Set<String> failing = new HashSet<>();

	/** Says of each start whether it is rejected. */
	BooleanSupplier rejecting = () -> false;

	TaskBench(Dialogue dialogue) {
		this.dialogue = dialogue;
		this.journal = dialogue.journal();
	}

	/** Returns tasks for a stage that is started here. */
	Tasks<String> tasks(TaskOptions options) {
		return Tasks.of(options.withExecutor(this));
	}

	StageRef start(String name, Tasks<String> tasks) {
		return this.dialogue.start(name, this, StageOptions.defaults().withTasks(tasks));
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
	public void handleEvents(List<String> events, Subscription from) {
		String event = events.get(0);
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
