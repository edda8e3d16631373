package io.genstage.boot.autoconfigure;

import java.util.concurrent.Executor;

import io.genstage.thread.StageExecutor;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;

/**
 * Runs stages on threads that bear their names, so that a log line and a thread dump show
 * whose handler it was.
 * <p>
 * A thread keeps its name until it runs something else. To take it back after each turn
 * would cost one more system call, for threads that are idle.
 * <p>
 * Tasks are decorated where they run: a decorator that passes on what it finds set finds
 * nothing of who woke the stage, which is one of many whose events the turn handles.
 */
final class StageTaskExecutor implements AsyncTaskExecutor, StageExecutor, AutoCloseable {

	private final String name;

	private final AsyncTaskExecutor threads;

	private final TaskDecorator decorator;

	private final Runnable release;

	/**
	 * Creates an executor.
	 * @param name the name of threads that run no stage, and what the name of a stage is
	 * appended to
	 * @param threads runs the tasks
	 * @param decorator decorates them, each on the thread that runs it
	 * @param release gives up the threads when this executor is closed
	 */
	StageTaskExecutor(String name, AsyncTaskExecutor threads, TaskDecorator decorator, Runnable release) {
		this.name = name;
		this.threads = threads;
		this.decorator = decorator;
		this.release = release;
	}

	@Override
	public Executor forStage(String stage) {
		String threadName = this.name + "-" + stage;
		return (task) -> execute(threadName, task);
	}

	@Override
	public void execute(Runnable task) {
		execute(this.name, task);
	}

	private void execute(String threadName, Runnable task) {
		this.threads.execute(() -> {
			Thread thread = Thread.currentThread();
			if (!thread.getName().equals(threadName)) {
				thread.setName(threadName);
			}
			HiddenContext.during(() -> this.decorator.decorate(task).run());
		});
	}

	@Override
	public void close() {
		this.release.run();
	}

}
