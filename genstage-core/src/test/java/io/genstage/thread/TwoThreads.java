package io.genstage.thread;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Two threads that begin at once, in each of many rounds.
 */
public final class TwoThreads implements AfterEachCallback {

	private static final int ROUNDS = 500;

	private final ExecutorService threads = Executors.newFixedThreadPool(2);

	/** Runs both, each by a thread that waits for the other to be ready. */
	public void atOnce(Runnable one, Runnable other) throws Exception {
		CountDownLatch ready = new CountDownLatch(2);
		Future<?> first = this.threads.submit(() -> meetAndRun(ready, one));
		Future<?> second = this.threads.submit(() -> meetAndRun(ready, other));
		first.get();
		second.get();
	}

	private static Object meetAndRun(CountDownLatch ready, Runnable task) throws InterruptedException {
		ready.countDown();
		ready.await();
		task.run();
		return task;
	}

	public static void inManyRounds(Round round) throws Exception {
		for (int number = 0; number < ROUNDS; number++) {
			round.run();
		}
	}

	@Override
	public void afterEach(ExtensionContext context) {
		this.threads.shutdownNow();
	}

	/**
	 * One meeting of the two threads.
	 */
	@FunctionalInterface
	public interface Round {

		void run() throws Exception;

	}

}
