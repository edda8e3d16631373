package io.genstage.thread;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LastingTasks}.
 */
class LastingTasksTests {

	private final LastingTasks tasks = new LastingTasks();

	private final List<Runnable> taken = new ArrayList<>();

	private final List<String> done = new ArrayList<>();

	private final Executor executor = this.tasks.on(this.taken::add);

	@Test
	void areRunByTheExecutor() {
		this.executor.execute(() -> this.done.add("a"));
		assertThat(this.done).isEmpty();
		this.taken.forEach(Runnable::run);
		assertThat(this.done).containsExactly("a");
		this.tasks.close();
		assertThat(this.done).containsExactly("a");
	}

	@Test
	void runWhenTheExecutorDropsThem() {
		this.executor.execute(() -> this.done.add("a"));
		this.tasks.close();
		assertThat(this.done).containsExactly("a");
		this.taken.forEach(Runnable::run);
		assertThat(this.done).containsExactly("a");
	}

	@Test
	void runAtOnceAfterTheClose() {
		this.tasks.close();
		this.executor.execute(() -> this.done.add("a"));
		assertThat(this.done).containsExactly("a");
		assertThat(this.taken).isEmpty();
	}

	@Test
	void runAtOnceWhenTheExecutorRejectsThem() {
		this.tasks.on((task) -> {
			throw new RejectedExecutionException();
		}).execute(() -> this.done.add("a"));
		assertThat(this.done).containsExactly("a");
	}

	@Test
	void mayBringOthersWhileTheyAreRunByTheClose() {
		this.executor.execute(() -> this.executor.execute(() -> this.done.add("a")));
		this.tasks.close();
		assertThat(this.done).containsExactly("a");
	}

}
