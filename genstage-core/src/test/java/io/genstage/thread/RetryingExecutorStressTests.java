package io.genstage.thread;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

import io.genstage.LogCapture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What two threads may do to an executor that rejects tasks.
 */
class RetryingExecutorStressTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	@RegisterExtension
	final TwoThreads threads = new TwoThreads();

	@Test
	void runsEachTaskOnceThoughTheExecutorRejectsSome() throws Exception {
		TwoThreads.inManyRounds(() -> {
			AtomicInteger offers = new AtomicInteger();
			AtomicInteger runs = new AtomicInteger();
			RetryingExecutor executor = new RetryingExecutor((task) -> {
				if (offers.getAndIncrement() == 0) {
					throw new RejectedExecutionException("busy");
				}
				task.run();
			}, (delay, task) -> {
				task.run();
				return () -> {
				};
			}, () -> false);
			this.threads.atOnce(() -> executor.execute(runs::incrementAndGet),
					() -> executor.execute(runs::incrementAndGet));
			assertThat(runs).hasValue(2);
		});
	}

}
