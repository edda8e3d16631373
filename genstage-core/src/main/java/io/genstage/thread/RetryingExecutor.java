package io.genstage.thread;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;

import io.genstage.log.StageLog;

/**
 * Offers a task again when the executor has rejected it, until the system is terminated.
 * A stage whose turn was dropped would never be heard of again.
 */
final class RetryingExecutor implements Executor {

	private static final System.Logger logger = StageLog.of(RetryingExecutor.class);

	static final Duration PAUSE = Duration.ofMillis(100);

	private final Executor executor;

	private final StageScheduler scheduler;

	private final BooleanSupplier terminated;

	RetryingExecutor(Executor executor, StageScheduler scheduler, BooleanSupplier terminated) {
		this.executor = executor;
		this.scheduler = scheduler;
		this.terminated = terminated;
	}

	@Override
	public void execute(Runnable task) {
		try {
			this.executor.execute(task);
		}
		catch (RejectedExecutionException ex) {
			if (this.terminated.getAsBoolean()) {
				return;
			}
			logger.log(Level.WARNING, () -> "the executor has rejected a stage, which waits %d ms to try again: %s"
				.formatted(PAUSE.toMillis(), StageLog.describe(ex)));
			this.scheduler.schedule(PAUSE, () -> execute(task));
		}
	}

}
