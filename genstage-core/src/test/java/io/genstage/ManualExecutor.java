package io.genstage;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * Keeps tasks until a test lets them run, on the test's thread and in order.
 */
final class ManualExecutor implements Executor {

	private final Queue<Runnable> tasks = new ArrayDeque<>();

	@Override
	public void execute(Runnable task) {
		this.tasks.add(task);
	}

	int waiting() {
		return this.tasks.size();
	}

	/** Runs the next task. */
	void runNext() {
		this.tasks.remove().run();
	}

	/** Runs so many tasks, or fewer if there are no more. */
	void run(int count) {
		for (int i = 0; i < count && !this.tasks.isEmpty(); i++) {
			runNext();
		}
	}

	void runAll() {
		run(Integer.MAX_VALUE);
	}

}
