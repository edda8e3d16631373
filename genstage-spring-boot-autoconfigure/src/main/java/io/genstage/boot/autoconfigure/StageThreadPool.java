package io.genstage.boot.autoconfigure;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;

/**
 * A pool of platform threads without a limit, since handlers may block; a stage holds a
 * thread only while it has something to do.
 * <p>
 * It has no part in the lifecycle of the context, unlike Spring's own pools, which pause
 * in a phase of their own: stages go on until they are drained, and one that is stuck
 * must not hold up that phase.
 */
final class StageThreadPool implements AsyncTaskExecutor, AutoCloseable {

	private final ExecutorService threads;

	private final TaskDecorator decorator;

	StageThreadPool(TaskDecorator decorator) {
		this.decorator = decorator;
		this.threads = Executors.newCachedThreadPool();
	}

	@Override
	public void execute(Runnable task) {
		this.threads.execute(this.decorator.decorate(task));
	}

	/** Interrupts handlers that were not done when the pipelines were drained. */
	@Override
	public void close() {
		this.threads.shutdownNow();
	}

}
