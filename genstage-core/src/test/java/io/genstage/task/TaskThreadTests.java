package io.genstage.task;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.genstage.CancelMode;
import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.ProducerStage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.source.Sources;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tasks on threads of their own.
 */
@Timeout(60)
class TaskThreadTests {

	private static final Duration LONG = Duration.ofSeconds(50);

	private final StageSystem system = StageSystem.create();

	private final CountDownLatch release = new CountDownLatch(1);

	private final Map<Integer, String> ends = new ConcurrentHashMap<>();

	private final Set<Integer> begun = ConcurrentHashMap.newKeySet();

	@AfterEach
	void close() {
		this.release.countDown();
		this.system.close();
	}

	static List<Duration> patience() {
		return List.of(TaskOptions.UNLIMITED, Duration.ofSeconds(50));
	}

	@ParameterizedTest
	@MethodSource("patience")
	@DisplayName("S23 S24 S25 a stop interrupts the tasks and waits for the way they end")
	void aStopInterruptsTheTasksAndWaits(Duration patience) {
		StageRef stage = sleepers(patience, (event) -> {
			try {
				sleep(event);
			}
			catch (InterruptedException ex) {
				this.ends.put(event, "interrupted");
				throw (event == 1) ? new IllegalStateException("oops") : ex;
			}
		});
		assertThat(stop(stage)).isEqualTo(ExitReason.SHUTDOWN);
		assertThat(this.ends).containsOnlyKeys(1, 2, 3).containsValue("interrupted");
		assertThat(stage.status().discarded()).isEqualTo(3);
		assertThat(stage.status().backlog()).isZero();
	}

	@Test
	void aTaskThatReturnsInTimeIsNotLost() {
		StageRef stage = sleepers(LONG, (event) -> {
			try {
				sleep(event);
			}
			catch (InterruptedException ex) {
				this.ends.put(event, "finished in haste");
			}
		});
		stop(stage);
		assertThat(this.ends).hasSize(3);
		assertThat(stage.status().discarded()).isZero();
	}

	@Test
	@DisplayName("S22 a stop without patience interrupts the tasks and waits for none")
	void aStopWithoutPatienceWaitsForNone() {
		StageRef stage = sleepers(Duration.ZERO, (event) -> {
			sleepDeeply(event);
			this.ends.put(event, "interrupted " + Thread.currentThread().isInterrupted());
		});
		stop(stage);
		assertThat(this.ends).isEmpty();
		assertThat(stage.status().discarded()).isEqualTo(3);
		this.release.countDown();
		await().untilAsserted(() -> assertThat(this.ends).hasSize(3));
		assertThat(this.ends.values()).containsOnly("interrupted true");
	}

	@Test
	@DisplayName("S27 a stop gives up the task that outlasts the patience, and only that one")
	void aStopGivesUpTheTaskThatOutlastsThePatience() {
		StageRef stage = sleepers(Duration.ofSeconds(1), (event) -> {
			if (event == 2) {
				sleepDeeply(event);
			}
			else {
				finishWhenInterrupted(event);
			}
		});
		stop(stage);
		assertThat(this.ends).containsOnlyKeys(1, 3);
		assertThat(stage.status().discarded()).isEqualTo(1);
	}

	@Test
	@DisplayName("S29 a terminated task is interrupted, and its end awaited")
	void aTerminatedTaskIsInterrupted() {
		Tasks<Integer> tasks = Tasks.of(TaskOptions.defaults().withPatience(LONG));
		StageRef stage = start(this::finishWhenInterrupted, tasks, Sources.iterable(List.of(1, 2, 3, 4)), 3, 0);
		await().untilAsserted(() -> assertThat(this.begun).containsOnly(1, 2, 3));
		assertThat(tasks.terminateTask(2, LONG).toCompletableFuture().join()).isTrue();
		assertThat(this.ends).containsOnlyKeys(2);
		assertThat(tasks.terminateTask(2, LONG).toCompletableFuture().join()).isFalse();
		await().untilAsserted(() -> assertThat(this.begun).containsOnly(1, 2, 3, 4));
		assertThat(stage.status().backlog()).isEqualTo(3);
		assertThat(stage.status().discarded()).isZero();
	}

	@Test
	void runsNoMoreThanTheDemandAndLosesNothing() {
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		Set<Integer> failedOnce = ConcurrentHashMap.newKeySet();
		Work work = (event) -> {
			most.accumulateAndGet(running.incrementAndGet(), Math::max);
			try {
				if (event % 500 == 0 && failedOnce.add(event)) {
					throw new IllegalStateException("fails the first time");
				}
				this.ends.merge(event, "done", String::concat);
			}
			finally {
				running.decrementAndGet();
			}
		};
		Tasks<Integer> tasks = Tasks.of(TaskOptions.defaults().withRestart(TaskRestart.TRANSIENT).withMaxRestarts(4));
		List<Integer> events = IntStream.rangeClosed(1, 2_000).boxed().toList();
		StageRef stage = start(work, tasks, Sources.iterable(events), 8, 3);
		await().atMost(LONG).untilAsserted(() -> assertThat(this.ends).hasSize(2_000));
		await().untilAsserted(() -> assertThat(stage.status().backlog()).isZero());
		assertThat(this.ends.values()).containsOnly("done");
		assertThat(failedOnce).hasSize(4);
		assertThat(most).hasValueLessThanOrEqualTo(8);
		assertThat(stage.status().in()).isEqualTo(2_000);
		assertThat(stage.status().discarded()).isZero();
	}

	@Test
	void isReadAndManagedByOtherThreadsWhileItRuns() {
		Semaphore permits = new Semaphore(0);
		Tasks<Integer> tasks = Tasks.of(TaskOptions.defaults());
		StageRef stage = start((event) -> {
			permits.acquire();
			this.ends.put(event, "done");
		}, tasks, Sources.iterable(List.of(1, 2)), 2, 1);
		List<Long> ids = IntStream.rangeClosed(3, 200)
			.parallel()
			.mapToObj((event) -> tasks.startTask(event, LONG).toCompletableFuture().join())
			.toList();
		assertThat(ids).doesNotHaveDuplicates();
		await().untilAsserted(() -> assertThat(tasks.status().running()).isEqualTo(200));
		permits.release(200);
		await().untilAsserted(() -> assertThat(tasks.status().tasks()).isEmpty());
		assertThat(this.ends).hasSize(200);
		assertThat(stage.status().in()).isEqualTo(2);
	}

	private StageRef sleepers(Duration patience, Work work) {
		StageRef stage = start(work, Tasks.of(TaskOptions.defaults().withPatience(patience)),
				Sources.iterable(List.of(1, 2, 3)), 3, 0);
		await().untilAsserted(() -> assertThat(this.begun).containsOnly(1, 2, 3));
		return stage;
	}

	private StageRef start(Work work, Tasks<Integer> tasks, ProducerStage<Integer> source, int max, int min) {
		ConsumerStage<Integer> consumer = (events, from) -> {
			assertThat(events).hasSize(1);
			work.on(events.get(0));
		};
		StageRef stage = this.system.start("tasks", consumer, StageOptions.defaults().withTasks(tasks));
		stage.subscribeTo(this.system.start("source", source), new SubscribeOptions(max, min, CancelMode.TEMPORARY));
		return stage;
	}

	private static ExitReason stop(StageRef stage) {
		return stage.stop(ExitReason.SHUTDOWN).toCompletableFuture().join();
	}

	/**
	 * What is done for an event.
	 */
	@FunctionalInterface
	private interface Work {

		void on(int event) throws Exception;

	}

	/** Waits until it is interrupted, or the test is over. */
	private void sleep(int event) throws InterruptedException {
		this.begun.add(event);
		this.release.await();
	}

	private void finishWhenInterrupted(int event) {
		try {
			sleep(event);
		}
		catch (InterruptedException ex) {
			this.ends.put(event, "done");
		}
	}

	/** Ignores interrupts. */
	private void sleepDeeply(int event) {
		boolean interrupted = false;
		while (this.release.getCount() > 0) {
			try {
				sleep(event);
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

}
