package io.genstage.task;

import java.util.concurrent.atomic.AtomicInteger;

import io.genstage.LincheckOrders;
import org.junit.jupiter.api.Test;

/**
 * What the thread of an attempt and those that interrupt it may do to each other, in the
 * orders that Lincheck tries.
 */
class AttemptLincheckTests {

	private static final int INVOCATIONS = 300;

	@Test
	void endsOnceAndLeavesNoInterruptBehind() {
		LincheckOrders.check(INVOCATIONS, () -> {
			Story story = new Story();
			Attempt attempt = new Attempt(story::body, (ended) -> story.ends.incrementAndGet());
			Thread other = new Thread(attempt::interrupt);
			other.start();
			attempt.run();
			boolean leftBehind = Thread.currentThread().isInterrupted();
			join(other);
			story.check(attempt, leftBehind || Thread.interrupted());
		});
	}

	@Test
	void endsOnceWhenTwoThreadsInterruptIt() {
		LincheckOrders.check(INVOCATIONS, () -> {
			Story story = new Story();
			Attempt attempt = new Attempt(story::body, (ended) -> story.ends.incrementAndGet());
			Thread runner = new Thread(attempt);
			Thread other = new Thread(attempt::interrupt);
			runner.start();
			other.start();
			attempt.interrupt();
			join(runner);
			join(other);
			story.check(attempt, false);
		});
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException("an interrupt met another thread than the body's", ex);
		}
	}

	/**
	 * What has happened to one attempt.
	 */
	private static final class Story {

		private final AtomicInteger runs = new AtomicInteger();

		private final AtomicInteger ends = new AtomicInteger();

		void body() {
			this.runs.incrementAndGet();
		}

		void check(Attempt attempt, boolean leftBehind) {
			if (leftBehind) {
				throw new IllegalStateException("an interrupt is left behind");
			}
			if (this.ends.get() != 1 || !attempt.hasEnded()) {
				throw new IllegalStateException("ended %d times".formatted(this.ends.get()));
			}
			boolean ran = attempt.failure() == null;
			if (this.runs.get() != (ran ? 1 : 0)) {
				throw new IllegalStateException(
						"ran %d times and ended with %s".formatted(this.runs.get(), attempt.failure()));
			}
		}

	}

}
