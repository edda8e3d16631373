package io.genstage.thread;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.genstage.ConsumerStage;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.source.Sources;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class StagePoolTests {

	private static final int PROCESSORS = 2;

	private static final Duration IDLE = Duration.ofMillis(200);

	private final StagePool pool = new StagePool("short-lived-", true, PROCESSORS, Duration.ofMillis(5), IDLE);

	private final CountDownLatch release = new CountDownLatch(1);

	@AfterEach
	void close() {
		this.release.countDown();
		this.pool.close();
	}

	/**
	 * The pool looks only when it is told to: how long a busy machine keeps a thread from
	 * going on must not count.
	 */
	@Test
	void keepsToAThreadForEachProcessorWhileEachLookMeetsAnotherTask() throws InterruptedException {
		try (StagePool lookedAfter = new StagePool("looked-after-", true, PROCESSORS, Duration.ofDays(1), IDLE)) {
			for (int round = 0; round < 250; round++) {
				AtomicBoolean ended = new AtomicBoolean();
				CountDownLatch begun = new CountDownLatch(PROCESSORS);
				for (int task = 0; task < 2 * PROCESSORS; task++) {
					lookedAfter.execute(() -> {
						begun.countDown();
						spinUntil(ended);
					});
				}
				assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
				lookedAfter.look();
				ended.set(true);
			}
			assertThat(lookedAfter.size()).isEqualTo(PROCESSORS);
			assertThat(threadsNamed("looked-after-")).contains("looked-after-1")
				.hasSizeLessThanOrEqualTo(PROCESSORS + 1);
		}
	}

	/**
	 * However long the pool looks on, and however little of a processor a machine has
	 * left for each.
	 */
	@Test
	void hasNoMoreThanTwiceAsManyThreadsForTasksThatOnlyCompute() {
		try (StagePool lookedAfter = new StagePool("computing-", true, PROCESSORS, Duration.ofDays(1), IDLE)) {
			AtomicBoolean ended = new AtomicBoolean();
			AtomicInteger computing = new AtomicInteger();
			for (int task = 0; task < 100; task++) {
				lookedAfter.execute(() -> {
					computing.incrementAndGet();
					spinUntil(ended);
				});
			}
			Awaitility.await().until(() -> lookedAfter.threads() == PROCESSORS);
			for (int look = 0; look < 200; look++) {
				// A thread that only begins may wait, such as for a class that is loaded.
				Awaitility.await().until(() -> computing.get() == lookedAfter.size());
				lookedAfter.look();
			}
			assertThat(lookedAfter.size()).isEqualTo(2 * PROCESSORS);
			ended.set(true);
		}
	}

	@Test
	void hasFewThreadsForAThousandStagesThatDoNotBlock() throws InterruptedException {
		Set<Thread> threads = ConcurrentHashMap.newKeySet();
		int pairs = 500;
		int events = 100;
		CountDownLatch done = new CountDownLatch(pairs * events);
		try (StagePool real = new StagePool("for-a-thousand-", true);
				StageSystem system = StageSystem.builder().executor(real).build()) {
			for (int pair = 0; pair < pairs; pair++) {
				StageRef producer = system.start("p" + pair, Sources.iterable(Collections.nCopies(events, "event")));
				StageRef consumer = system.start("c" + pair, (ConsumerStage<String>) (batch, from) -> {
					threads.add(Thread.currentThread());
					batch.forEach((event) -> {
						compute();
						done.countDown();
					});
				});
				consumer.subscribeTo(producer, SubscribeOptions.defaults().withMaxDemand(50));
			}
			assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
		}
		// Some more than processors: threads wait for each other now and then, and for
		// classes to be loaded, the more so on a busy machine.
		assertThat(threads.size()).isLessThan(16 * Runtime.getRuntime().availableProcessors() + 32);
	}

	private static void compute() {
		for (int step = 0; step < 5_000; step++) {
			Thread.onSpinWait();
		}
	}

	/** The JVM takes threads for running that wait for a socket. */
	@Test
	void hasAThreadForEachTaskThatWaitsForTheOutsideWorld() throws IOException {
		try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			for (int task = 0; task < 24; task++) {
				this.pool.execute(() -> accept(silent));
			}
			Awaitility.await().until(() -> this.pool.threads() >= 24);
		}
	}

	private static void accept(ServerSocket silent) {
		try (Socket unexpected = silent.accept()) {
			throw new IllegalStateException("nobody should connect: " + unexpected);
		}
		catch (IOException ex) {
			// The socket is closed at the end of the test.
		}
	}

	@Test
	void hasAThreadForEachTaskThatBlocks() {
		block(64);
		Awaitility.await().until(() -> this.pool.threads() >= 64);
	}

	@Test
	void runsATaskBehindOnesThatNeverEnd() throws InterruptedException {
		AtomicBoolean ended = new AtomicBoolean();
		for (int processor = 0; processor < PROCESSORS; processor++) {
			this.pool.execute(() -> spinUntil(ended));
		}
		CountDownLatch behind = new CountDownLatch(1);
		this.pool.execute(behind::countDown);
		assertThat(behind.await(60, TimeUnit.SECONDS)).isTrue();
		ended.set(true);
	}

	@Test
	void keepsUpWithShortTasksWhileOthersBlock() throws InterruptedException {
		block(5);
		CountDownLatch done = new CountDownLatch(1000);
		for (int task = 0; task < 1000; task++) {
			this.pool.execute(done::countDown);
		}
		assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void givesThreadsUpThatNothingBlocksAnyMore() {
		block(20);
		Awaitility.await().until(() -> this.pool.size() >= 20);
		this.release.countDown();
		Awaitility.await().until(() -> this.pool.size() == PROCESSORS);
		assertThat(this.pool.threads()).isLessThanOrEqualTo(20);
	}

	@Test
	void hasNoThreadWithoutTasks() {
		block(3);
		Awaitility.await().until(() -> this.pool.threads() >= 3);
		this.release.countDown();
		Awaitility.await().until(() -> threadsNamed("short-lived-").isEmpty());
	}

	@Test
	void survivesATaskThatThrows() throws InterruptedException {
		for (int task = 0; task < 10; task++) {
			this.pool.execute(() -> {
				Thread.currentThread().setUncaughtExceptionHandler((thread, ex) -> {
				});
				throw new IllegalStateException("expected");
			});
		}
		CountDownLatch behind = new CountDownLatch(1);
		this.pool.execute(behind::countDown);
		assertThat(behind.await(60, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void interruptsItsTasksAndTakesNoMoreWhenItIsClosed() throws InterruptedException {
		CountDownLatch interrupted = new CountDownLatch(1);
		CountDownLatch started = new CountDownLatch(1);
		this.pool.execute(() -> {
			try {
				started.countDown();
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				interrupted.countDown();
			}
		});
		assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
		this.pool.close();
		assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
		assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> this.pool.execute(() -> {
		}));
		Awaitility.await().until(() -> threadsNamed("short-lived-").isEmpty());
	}

	@Test
	void losesNoTaskWhileItGrowsAndShrinks() throws InterruptedException {
		int tasks = 600;
		CountDownLatch done = new CountDownLatch(tasks);
		// Each group blocks until all of it run, which takes more threads than
		// processors.
		for (int group = 0; group < tasks / 6; group++) {
			CountDownLatch together = new CountDownLatch(6);
			for (int task = 0; task < 6; task++) {
				this.pool.execute(() -> {
					together.countDown();
					await(together);
					done.countDown();
				});
			}
		}
		assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
	}

	private void block(int tasks) {
		for (int task = 0; task < tasks; task++) {
			this.pool.execute(() -> await(this.release));
		}
	}

	private static void spinUntil(AtomicBoolean ended) {
		while (!ended.get()) {
			Thread.onSpinWait();
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static List<String> threadsNamed(String prefix) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith(prefix))
			.toList();
	}

}
