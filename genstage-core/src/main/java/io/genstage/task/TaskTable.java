package io.genstage.task;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

import org.jspecify.annotations.Nullable;

/**
 * The unfinished tasks of one run of a stage. Only the stage changes them; any thread may
 * read their status.
 *
 * @param <E> the type of the events
 */
final class TaskTable<E> {

	private final Map<Long, SupervisedTask<E>> tasks = new ConcurrentSkipListMap<>();

	void add(SupervisedTask<E> task) {
		this.tasks.put(task.id(), task);
	}

	void remove(SupervisedTask<E> task) {
		this.tasks.remove(task.id());
	}

	void clear() {
		this.tasks.clear();
	}

	@Nullable SupervisedTask<E> find(long id) {
		return this.tasks.get(id);
	}

	boolean contains(SupervisedTask<E> task) {
		return this.tasks.containsKey(task.id());
	}

	boolean isEmpty() {
		return this.tasks.isEmpty();
	}

	/** Returns the tasks in the order of their start. */
	Collection<SupervisedTask<E>> all() {
		return this.tasks.values();
	}

	/** Returns the attempts that the executor has. */
	List<Attempt> attempts() {
		List<Attempt> attempts = new ArrayList<>();
		for (SupervisedTask<E> task : all()) {
			Attempt attempt = task.attempt();
			if (attempt != null) {
				attempts.add(attempt);
			}
		}
		return attempts;
	}

	int count() {
		return this.tasks.size();
	}

	List<TaskStatus.Task<E>> status() {
		return this.tasks.values().stream().map(SupervisedTask::status).toList();
	}

}
