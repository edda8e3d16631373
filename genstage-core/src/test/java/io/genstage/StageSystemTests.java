package io.genstage;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import io.genstage.simulation.SeededExecutor;
import io.genstage.source.Sources;
import io.genstage.thread.StageExecutor;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * The few tests with threads of their own.
 */
@Timeout(60)
class StageSystemTests {

	@Nested
	class AStageWithAnExecutorOfItsOwn {

		private final ManualExecutor own = new ManualExecutor();

		private final StageOptions options = StageOptions.defaults().withExecutor(this.own);

		@Test
		void runsThereAndTheOthersDoNot() {
			try (StageSystem system = StageSystem.builder().executor(Runnable::run).build()) {
				StageRef slow = system.start("slow", new Ignorer(), this.options);
				StageRef other = system.start("other", new Ignorer());
				slow.stop(ExitReason.NORMAL);
				other.stop(ExitReason.NORMAL);
				assertThat(other.status().isRunning()).isFalse();
				assertThat(slow.status().isRunning()).isTrue();
				this.own.runAll();
				assertThat(slow.status().isRunning()).isFalse();
			}
		}

		@Test
		void handsItToItsWork() {
			try (StageSystem system = StageSystem.builder().executor(Runnable::run).build()) {
				TestConsumer stage = new TestConsumer(new Dialogue());
				system.start("worker", stage, this.options);
				stage.context.executor().execute(() -> {
				});
				assertThat(this.own.waiting()).isEqualTo(1);
				system.find("worker").orElseThrow().stop(ExitReason.NORMAL);
				this.own.runAll();
			}
		}

		@Test
		void isOfferedAgainWhenItIsRejected() {
			List<Runnable> timers = new ArrayList<>();
			Executor closed = (task) -> {
				throw new RejectedExecutionException("full");
			};
			try (StageSystem system = StageSystem.builder().executor(Runnable::run).scheduler((delay, task) -> {
				timers.add(task);
				return () -> timers.remove(task);
			}).closeTimeout(Duration.ZERO).build()) {
				system.start("rejected", new Ignorer(), StageOptions.defaults().withExecutor(closed)).tell("hello");
				assertThat(timers).hasSize(1);
			}
		}

	}

	@Nested
	class AnExecutorThatTreatsStagesApart {

		private final List<String> ran = new ArrayList<>();

		private final StageExecutor apart = new StageExecutor() {

			@Override
			public Executor forStage(String name) {
				return (task) -> run(name, task);
			}

			@Override
			public void execute(Runnable task) {
				run("no stage", task);
			}

			private void run(String what, Runnable task) {
				AnExecutorThatTreatsStagesApart.this.ran.add(what);
				task.run();
			}

		};

		@Test
		void knowsTheStagesOfItsSystem() {
			try (StageSystem system = StageSystem.builder().executor(this.apart).build()) {
				system.start("first", new Ignorer()).tell("hello");
				system.start("second", new Ignorer()).tell("hello");
				system.executor().execute(() -> {
				});
				assertThat(this.ran).containsExactly("first", "second", "no stage");
			}
		}

		@Test
		void knowsTheStageThatItIsGivenTo() {
			try (StageSystem system = StageSystem.builder().executor(Runnable::run).build()) {
				system.start("own", new Ignorer(), StageOptions.defaults().withExecutor(this.apart)).tell("hello");
				system.start("other", new Ignorer()).tell("hello");
				assertThat(this.ran).containsExactly("own");
			}
		}

	}

	@Nested
	class StartsAndStops {

		@Test
		void findsAStageUntilItHasStopped() {
			try (StageSystem system = StageSystem.create()) {
				StageRef stage = system.start("reader", new Ignorer());
				assertThat(system.find("reader")).containsSame(stage);
				assertThat(system.stages()).containsExactly(stage);
				assertThat(join(stage.stop(ExitReason.NORMAL))).isEqualTo(ExitReason.NORMAL);
				assertThat(system.find("reader")).isEmpty();
				assertThat(stage.status().exit()).isEqualTo(ExitReason.NORMAL);
			}
		}

		@Test
		void refusesANameThatIsTaken() {
			try (StageSystem system = StageSystem.create()) {
				StageRef stage = system.start("reader", new Ignorer());
				assertThatIllegalArgumentException().isThrownBy(() -> system.start("reader", new Ignorer()))
					.withMessage("stage 'reader' is already started: stop it first, or choose another name");
				assertThat(system.find("reader")).containsSame(stage);
			}
		}

		@Test
		void givesANameAgainWhenItsStageHasStopped() {
			try (StageSystem system = StageSystem.create()) {
				join(system.start("reader", new Ignorer()).stop(ExitReason.NORMAL));
				assertThat(system.start("reader", new Ignorer()).status().isRunning()).isTrue();
			}
		}

		@Test
		void refusesToStartWhenItIsClosed() {
			StageSystem system = StageSystem.create();
			system.close();
			assertThatIllegalStateException().isThrownBy(() -> system.start("reader", new Ignorer()))
				.withMessage("stage 'reader' can't be started: the stage system is closed");
			assertThat(system.stages()).isEmpty();
		}

		@Test
		void forgetsAStageThatCannotStart() {
			try (StageSystem system = StageSystem.create()) {
				IllegalStateException cause = new IllegalStateException("no file");
				assertThatExceptionOfType(StageStartException.class)
					.isThrownBy(() -> system.start("reader", failingToStart(cause)))
					.withCause(cause);
				assertThat(system.find("reader")).isEmpty();
			}
		}

		@Test
		void tellsASubscriberThatItsStageHasStopped() {
			try (StageSystem system = StageSystem.create()) {
				StageRef consumer = system.start("consumer", new Ignorer());
				StageRef producer = system.start("producer", new Numbers());
				join(consumer.stop(ExitReason.NORMAL));
				assertThatExceptionOfType(CompletionException.class)
					.isThrownBy(() -> join(consumer.subscribeTo(producer, SubscribeOptions.defaults())))
					.withCauseInstanceOf(StageNotRunningException.class);
			}
		}

		@Test
		void stopsAllStagesWhenItCloses() {
			StageSystem system = StageSystem.create();
			List<StageRef> stages = IntStream.range(0, 10)
				.mapToObj((number) -> system.start("stage" + number, new Ignorer()))
				.toList();
			system.close();
			assertThat(stages).allSatisfy((stage) -> assertThat(stage.status().exit()).isEqualTo(ExitReason.SHUTDOWN));
		}

		private static Stage failingToStart(Exception cause) {
			return new ConsumerStage<>() {
				@Override
				public void onStart(StageContext context) throws Exception {
					throw cause;
				}

				@Override
				public void handleEvents(List<Object> events, Subscription from) {
				}
			};
		}

	}

	@Nested
	class RunsOnThreads {

		@Test
		void handlesAMillionEventsOnceAndInOrder() {
			try (StageSystem system = StageSystem.create()) {
				int count = 1_000_000;
				StageRef numbers = system.start("numbers", Sources.stream(IntStream.range(0, count)));
				StageRef next = system.start("next", (ProducerConsumerStage<Integer, Integer>) (events,
						from) -> events.stream().map((number) -> number + 1).toList());
				InOrder inOrder = new InOrder();
				StageRef last = system.start("last", inOrder);
				last.subscribeTo(next, SubscribeOptions.defaults());
				next.subscribeTo(numbers, SubscribeOptions.defaults());
				assertThat(join(last.whenStopped())).isEqualTo(ExitReason.NORMAL);
				assertThat(inOrder.handled).isEqualTo(count);
				assertThat(last.status().in()).isEqualTo(count);
				assertThat(next.status().discarded() + last.status().discarded()).isZero();
			}
		}

		@Test
		void doesNotLetABlockedStageHoldUpOthers() throws InterruptedException {
			try (StageSystem system = StageSystem.create()) {
				CountDownLatch release = new CountDownLatch(1);
				CountDownLatch handled = new CountDownLatch(100);
				StageRef producer = system.start("producer", new Numbers());
				subscribe(system.start("blocked", (ConsumerStage<Long>) (events, from) -> release.await()), producer);
				subscribe(system.start("quick", (ConsumerStage<Long>) (events, from) -> handled.countDown()), producer);
				assertThat(handled.await(30, TimeUnit.SECONDS)).isTrue();
				assertThat(release.getCount()).isEqualTo(1);
				release.countDown();
			}
		}

		@Test
		void interruptsAStuckCallbackWhenTheTimeToCloseIsOver() throws InterruptedException {
			StageSystem system = StageSystem.builder().closeTimeout(Duration.ofMillis(50)).build();
			CountDownLatch entered = new CountDownLatch(1);
			CountDownLatch interrupted = new CountDownLatch(1);
			StageRef stuck = system.start("stuck", new Informed((message) -> {
				entered.countDown();
				try {
					new CountDownLatch(1).await();
				}
				catch (InterruptedException ex) {
					interrupted.countDown();
				}
			}));
			stuck.tell("go");
			entered.await();
			system.close();
			assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
		}

		@Test
		@EnabledForJreRange(min = JRE.JAVA_21)
		void usesVirtualThreadsWhereThereAreAny() throws Exception {
			assertThat(Thread.class.getMethod("isVirtual").invoke(threadOfAStage())).isEqualTo(true);
		}

		@Test
		@EnabledForJreRange(max = JRE.JAVA_20)
		void usesDaemonThreadsWhereThereAreNoVirtualOnes() {
			assertThat(threadOfAStage().isDaemon()).isTrue();
		}

		@Test
		void forgetsACancelledTimer() {
			try (StageSystem system = StageSystem.create()) {
				List<String> run = new CopyOnWriteArrayList<>();
				CompletableFuture<Boolean> later = new CompletableFuture<>();
				system.scheduler().schedule(Duration.ofMillis(20), () -> run.add("cancelled")).cancel();
				system.scheduler().schedule(Duration.ofMillis(40), () -> later.complete(true));
				assertThat(join(later)).isTrue();
				assertThat(run).isEmpty();
			}
		}

		@Test
		void waitsAsLongAsItCanForATimeThatNeverComes() {
			try (StageSystem system = StageSystem.builder().closeTimeout(ChronoUnit.FOREVER.getDuration()).build()) {
				CompletableFuture<Boolean> never = new CompletableFuture<>();
				system.scheduler().schedule(ChronoUnit.FOREVER.getDuration(), () -> never.complete(true)).cancel();
				assertThat(never).isNotDone();
			}
		}

		@Test
		void leavesNoThreadBehind() {
			Thread used = threadOfAStage();
			await().until(() -> !used.isAlive());
			await().until(() -> Thread.getAllStackTraces()
				.keySet()
				.stream()
				.noneMatch((thread) -> thread.getName().startsWith("genstage-")));
		}

		private static Thread threadOfAStage() {
			try (StageSystem system = StageSystem.create()) {
				CompletableFuture<Thread> thread = new CompletableFuture<>();
				StageRef stage = system.start("stage",
						new Informed((message) -> thread.complete(Thread.currentThread())));
				// Makes the timer start its thread too.
				system.scheduler().schedule(Duration.ZERO, () -> stage.tell("go"));
				return StageSystemTests.join(thread);
			}
		}

	}

	@Nested
	class RunsOnAGivenExecutor {

		@Test
		void offersARejectedTurnAgain() {
			SeededExecutor threads = new SeededExecutor(1);
			AtomicInteger offers = new AtomicInteger();
			Executor rejecting = (task) -> {
				if (offers.getAndIncrement() % 3 != 2) {
					throw new RejectedExecutionException("full");
				}
				threads.execute(task);
			};
			StageSystem system = StageSystem.builder().executor(rejecting).scheduler(threads).build();
			InOrder inOrder = new InOrder();
			StageRef producer = system.start("producer",
					Sources.iterable(IntStream.rangeClosed(1, 500).boxed().toList()));
			StageRef consumer = system.start("consumer", inOrder);
			consumer.subscribeTo(producer, SubscribeOptions.defaults().withMaxDemand(10));
			threads.runToRest(10_000);
			assertThat(inOrder.handled).isEqualTo(500);
			assertThat(consumer.status().exit()).isEqualTo(ExitReason.NORMAL);
		}

		@Test
		void runsOnTheCallersThreadWithABoundedStack() {
			try (StageSystem system = StageSystem.builder().executor(Runnable::run).build()) {
				InOrder inOrder = new InOrder();
				StageRef producer = system.start("producer", Sources.stream(IntStream.rangeClosed(1, 200_000)));
				StageRef consumer = system.start("consumer", inOrder);
				consumer.subscribeTo(producer, SubscribeOptions.defaults().withMaxDemand(1));
				assertThat(inOrder.handled).isEqualTo(200_000);
				assertThat(inOrder.deepest).isLessThan(inOrder.first + 100);
			}
		}

	}

	private static <T> T join(CompletionStage<T> stage) {
		return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
	}

	private static void subscribe(StageRef consumer, StageRef producer) {
		consumer.subscribeTo(producer, SubscribeOptions.defaults().withMaxDemand(1));
	}

	/**
	 * Counts.
	 */
	private static final class Numbers implements ProducerStage<Long> {

		private long next;

		@Override
		public List<Long> handleDemand(long demand) {
			long first = this.next;
			this.next += demand;
			return LongStream.range(first, this.next).boxed().toList();
		}

	}

	/**
	 * Handles events and does nothing.
	 */
	private static final class Ignorer implements ConsumerStage<Object> {

		@Override
		public void handleEvents(List<Object> events, Subscription from) {
		}

	}

	/**
	 * Handles messages.
	 */
	private record Informed(Consumer<Object> callback) implements ConsumerStage<Object> {

		@Override
		public void handleEvents(List<Object> events, Subscription from) {
		}

		@Override
		public void onInfo(Object message) {
			this.callback.accept(message);
		}

	}

	/**
	 * Handles 1, 2, 3 and so on.
	 */
	private static final class InOrder implements ConsumerStage<Integer> {

		private int handled;

		private int first;

		private int deepest;

		@Override
		public void handleEvents(List<Integer> events, Subscription from) {
			for (int event : events) {
				assertThat(event).isEqualTo(++this.handled);
			}
			if (this.handled % 1000 == 1) {
				measureStack();
			}
		}

		private void measureStack() {
			int depth = (int) (long) StackWalker.getInstance().walk((frames) -> frames.count());
			this.first = (this.first == 0) ? depth : this.first;
			this.deepest = Math.max(this.deepest, depth);
		}

	}

}
