package io.genstage.boot.autoconfigure;

import io.genstage.thread.StagePool;

import org.springframework.core.task.AsyncTaskExecutor;

/**
 * A pool of platform threads without a limit, since handlers may block; a stage holds a
 * thread only while it has something to do.
 * <p>
 * It has no part in the lifecycle of the context, unlike Spring's own pools, which pause
 * in a phase of their own: stages go on until they are drained, and one that is stuck
 * must not hold up that phase.
 */
final class StageThreadPool implements AsyncTaskExecutor, AutoCloseable {

	private final StagePool threads;

	StageThreadPool(StagePool threads) {
		this.threads = threads;
	}

	@Override
	public void execute(Runnable task) {
		this.threads.execute(task);
	}

	/** Interrupts handlers that were not done when the pipelines were drained. */
	@Override
	public void close() {
		this.threads.close();
	}

}
