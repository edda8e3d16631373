package io.genstage.task;

import java.util.List;

/**
 * The unfinished {@link Tasks} of a stage, read while it goes on.
 * <p>
 * Source: {@code ConsumerSupervisor.which_children/1} and {@code count_children/1}.
 *
 * @param tasks the tasks in the order of their ids
 * @param <E> the type of the events
 */
public record TaskStatus<E>(List<Task<E>> tasks) {

	public TaskStatus {
		tasks = List.copyOf(tasks);
	}

	/**
	 * Returns how many tasks run or wait for a thread.
	 * @return the tasks that the executor has
	 */
	public long running() {
		return this.tasks.size() - restarting();
	}

	/**
	 * Returns how many tasks wait for an attempt.
	 * @return the tasks that the executor has rejected, or that wait for a retry of their
	 * own or, by the order of a policy, of another event
	 */
	public long restarting() {
		return this.tasks.stream().filter(Task::restarting).count();
	}

	/**
	 * One unfinished task.
	 *
	 * @param id its number, unique among all tasks of the same {@link Tasks}
	 * @param event what it works on
	 * @param attempts how often it was handed to the executor
	 * @param restarting whether it waits for an attempt that does not begin yet
	 * @param <E> the type of the event
	 */
	public record Task<E>(long id, E event, int attempts, boolean restarting) {
	}

}
