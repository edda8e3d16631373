package io.genstage.thread;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tasks that somebody waits for, each of which runs exactly once, also where an executor
 * drops what it has taken because it is shut down. Of the engine.
 */
public final class LastingTasks {

	private final Set<Task> waiting = ConcurrentHashMap.newKeySet();

	private volatile boolean closed;

	/**
	 * Returns an executor whose tasks last.
	 * @param executor runs them, until {@link #close}
	 * @return takes tasks from any thread; it runs them at once, on that thread, when the
	 * given executor rejects them or this is closed
	 */
	public Executor on(Executor executor) {
		return (task) -> execute(executor, task);
	}

	private void execute(Executor executor, Runnable work) {
		Task task = new Task(work);
		// Looked at after the task is known, so that close() either runs it or is seen.
		this.waiting.add(task);
		if (this.closed) {
			task.run();
			return;
		}
		try {
			executor.execute(task);
		}
		catch (RejectedExecutionException ex) {
			task.run();
		}
	}

	/**
	 * Runs all tasks that have not begun, on this thread. Tasks that come later run on
	 * the thread that they come from.
	 */
	public void close() {
		this.closed = true;
		this.waiting.forEach(Task::run);
	}

	/**
	 * Runs once, whoever is first.
	 */
	private final class Task implements Runnable {

		private final AtomicBoolean begun = new AtomicBoolean();

		private final Runnable work;

		Task(Runnable work) {
			this.work = work;
		}

		@Override
		public void run() {
			if (this.begun.compareAndSet(false, true)) {
				LastingTasks.this.waiting.remove(this);
				this.work.run();
			}
		}

	}

}
