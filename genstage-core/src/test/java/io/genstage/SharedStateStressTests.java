package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What two threads may do to the larger things that they share: many rounds, in each of
 * which both begin at once. Lincheck finds every schedule of a few steps, but these take
 * too many.
 */
class SharedStateStressTests {

	private static final StageScheduler.Timer NO_TIMER = () -> {
	};

	private static final int ROUNDS = 500;

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final ExecutorService threads = Executors.newFixedThreadPool(2);

	@AfterEach
	void endThreads() {
		this.threads.shutdownNow();
	}

	@Test
	void addsUpAndTellsTheAsksOfTwoThreads() throws Exception {
		inManyRounds(() -> {
			Queue<Message> heard = new ConcurrentLinkedQueue<>();
			Link link = new Link(1, stage("p", heard), stage("c", heard),
					SubscribeOptions.defaults().withManualDemand());
			atOnce(() -> link.ask(2), () -> link.ask(3));
			assertThat(link.status().asked()).isEqualTo(5);
			assertThat(heard).map((message) -> ((Message.Ask) message).demand()).containsExactlyInAnyOrder(2L, 3L);
		});
	}

	@Test
	void runsEachTaskOnceThoughTheExecutorRejectsSome() throws Exception {
		inManyRounds(() -> {
			AtomicInteger offers = new AtomicInteger();
			AtomicInteger runs = new AtomicInteger();
			RetryingExecutor executor = new RetryingExecutor((task) -> {
				if (offers.getAndIncrement() == 0) {
					throw new RejectedExecutionException("busy");
				}
				task.run();
			}, (delay, task) -> {
				task.run();
				return NO_TIMER;
			}, () -> false);
			atOnce(() -> executor.execute(runs::incrementAndGet), () -> executor.execute(runs::incrementAndGet));
			assertThat(runs).hasValue(2);
		});
	}

	@Test
	void startsNoStageThatClosingDoesNotStop() throws Exception {
		inManyRounds(() -> {
			StageSystem system = system();
			List<StageRef> started = new ArrayList<>();
			atOnce(() -> {
				try {
					started.add(system.start("c", consumer()));
				}
				catch (IllegalStateException ex) {
					assertThat(ex).hasMessageContaining("closed");
				}
			}, system::close);
			assertThat(started).noneMatch((stage) -> stage.status().isRunning());
			assertThat(system.stages()).isEmpty();
		});
	}

	@Test
	void givesANameToOneOfTwoStages() throws Exception {
		inManyRounds(() -> {
			StageSystem system = system();
			Queue<Throwable> refused = new ConcurrentLinkedQueue<>();
			Runnable start = () -> {
				try {
					system.start("c", consumer());
				}
				catch (IllegalArgumentException ex) {
					refused.add(ex);
				}
			};
			atOnce(start, start);
			assertThat(refused).hasSize(1);
			assertThat(system.stages()).hasSize(1);
			system.close();
		});
	}

	@Test
	void tellsBothWhoStopAStageTheSameReason() throws Exception {
		inManyRounds(() -> {
			StageSystem system = system();
			StageRef stage = system.start("c", consumer());
			Queue<ExitReason> heard = new ConcurrentLinkedQueue<>();
			atOnce(() -> stage.stop(ExitReason.NORMAL).thenAccept(heard::add),
					() -> stage.stop(ExitReason.SHUTDOWN).thenAccept(heard::add));
			assertThat(heard).hasSize(2);
			assertThat(heard.stream().distinct()).hasSize(1);
			system.close();
		});
	}

	private static void inManyRounds(Round round) throws Exception {
		for (int number = 0; number < ROUNDS; number++) {
			round.run();
		}
	}

	private static ConsumerStage<Object> consumer() {
		return (events, from) -> {
		};
	}

	private static StageSystem system() {
		return StageSystem.builder()
			.executor(Runnable::run)
			.scheduler((delay, task) -> NO_TIMER)
			.closeTimeout(Duration.ofSeconds(5))
			.build();
	}

	private static StageRef stage(String name, Queue<Message> heard) {
		StageRef stage = new StageRef(name, new Mailbox(Runnable::run, heard::add), () -> {
			throw new UnsupportedOperationException();
		}, (delay, task) -> NO_TIMER);
		stage.mailbox().open();
		return stage;
	}

	/** Runs both, each by a thread that waits for the other to be ready. */
	private void atOnce(Runnable one, Runnable other) throws Exception {
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

	/**
	 * One meeting of the two threads.
	 */
	@FunctionalInterface
	private interface Round {

		void run() throws Exception;

	}

}
