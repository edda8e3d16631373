package io.genstage.boot.handler;

import java.util.concurrent.Executor;

import io.genstage.thread.StageExecutor;

/**
 * An executor of the application's that runs stages without the context of who woke them,
 * even if it passes on what it finds set when it is given a task.
 */
public final class ContextFreeExecutor implements StageExecutor {

	private final Executor executor;

	public ContextFreeExecutor(Executor executor) {
		this.executor = executor;
	}

	@Override
	public Executor forStage(String name) {
		return (this.executor instanceof StageExecutor apart) ? new ContextFreeExecutor(apart.forStage(name)) : this;
	}

	@Override
	public void execute(Runnable task) {
		EventContext.hiding(() -> this.executor.execute(() -> EventContext.restoring(task)));
	}

}
