package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

import io.genstage.ConsumerStage;
import io.genstage.StageContext;
import io.genstage.StageOptions;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.EventQueue;
import io.genstage.source.QueueClosedException;
import io.genstage.task.TaskOptions;
import io.genstage.task.Tasks;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Pipelines that hand events over to each other by queues, on one thread.
 */
@Timeout(60)
class DrainTogetherTests extends PipelineFixture {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final List<Integer> handled = new ArrayList<>();

	private final EventQueue<Integer> first = new EventQueue<>(1000);

	private final EventQueue<Integer> second = new EventQueue<>(1000);

	private final EventQueue<Integer> third = new EventQueue<>(1000);

	private Pipeline pipeline(EventQueue<Integer> queue, String name, ConsumerStage<Integer> consumer) {
		return pipeline(queue, name, consumer, StageOptions.defaults());
	}

	private Pipeline pipeline(EventQueue<Integer> queue, String name, ConsumerStage<Integer> consumer,
			StageOptions options) {
		return pipeline(StageDefinition.of(name + " queue", queue),
				StageDefinition.of(name, consumer).withOptions(options).subscribeTo(name + " queue", FEW));
	}

	private static StageOptions oneASecond() {
		return StageOptions.defaults().withRate(new RateAccount(RateLimit.of(1, Duration.ofSeconds(1))));
	}

	private static ConsumerStage<Integer> handingOver(EventQueue<Integer> next) {
		return (events, from) -> {
			for (int event : events) {
				next.put(event);
			}
		};
	}

	private void start(Pipeline... pipelines) {
		for (Pipeline pipeline : pipelines) {
			pipeline.start();
		}
		run();
	}

	private void offer(EventQueue<Integer> queue, int events) {
		numbersUpTo(events).forEach((event) -> assertThat(queue.offer(event)).isTrue());
	}

	private List<DrainReport> drained(Pipeline... pipelines) {
		CompletableFuture<List<DrainReport>> reports = Pipeline.drainAll(List.of(pipelines), TIMEOUT)
			.toCompletableFuture();
		run();
		assertThat(reports).as("drained without waiting for any time").isCompleted();
		return reports.join();
	}

	private static void assertNothingIsLeft(List<DrainReport> reports) {
		assertThat(reports).allSatisfy((report) -> assertThat(report.remainders()).isEmpty());
	}

	@Nested
	class Graphs {

		@ParameterizedTest
		@ValueSource(ints = { 0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144 })
		void twoInARowInAnyOrder(int steps) {
			Pipeline feeding = pipeline(first(), "feeding", handingOver(second()));
			Pipeline fed = pipeline(second(), "fed", collecting(handled()));
			start(fed, feeding);
			offer(first(), 100);
			runSome(steps);
			assertNothingIsLeft(drained(fed, feeding));
			assertThat(handled()).containsExactlyElementsOf(numbersUpTo(100));
		}

		@ParameterizedTest
		@ValueSource(ints = { 0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144 })
		void threeInADiamond(int steps) {
			Pipeline fed = pipeline(third(), "fed", collecting(handled()));
			Pipeline left = pipeline(second(), "left", handingOver(third()));
			Pipeline top = pipeline(first(), "top", (events, from) -> {
				for (int event : events) {
					((event % 2 == 0) ? second() : third()).put(event);
				}
			});
			start(fed, left, top);
			offer(first(), 100);
			runSome(steps);
			assertNothingIsLeft(drained(left, fed, top));
			assertThat(handled()).containsExactlyInAnyOrderElementsOf(numbersUpTo(100));
		}

		@ParameterizedTest
		@ValueSource(ints = { 0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144 })
		void aCircle(int steps) {
			Pipeline there = pipeline(first(), "there", handingOver(second()));
			Pipeline back = pipeline(second(), "back", (events, from) -> {
				for (int event : events) {
					handled().add(event);
					if (event > 0) {
						first().put(event - 1);
					}
				}
			});
			start(there, back);
			offer(first(), 20);
			runSome(steps);
			assertNothingIsLeft(drained(there, back));
			assertThat(handled()).hasSize(20 * 21 / 2);
		}

		@Test
		void oneThatFeedsItself() {
			Pipeline self = pipeline(first(), "self", (events, from) -> {
				for (int event : events) {
					handled().add(event);
					if (event > 0) {
						first().put(event - 1);
					}
				}
			});
			start(self);
			offer(first(), 20);
			assertNothingIsLeft(drained(self));
			assertThat(handled()).hasSize(20 * 21 / 2);
		}

	}

	@Nested
	class Stages {

		@Test
		void whoseBatchIsNotFullInACircle() {
			BatchOptions patient = BatchOptions.defaults().withSize(3).withTimeout(Duration.ofHours(1));
			Pipeline self = pipeline(first(), "self", (events, from) -> {
				for (int event : events) {
					handled().add(event);
					if (event > 0) {
						first().put(event - 1);
					}
				}
			}, StageOptions.defaults().withBatching(Batching.of(patient)));
			start(self);
			offer(first(), 20);
			assertNothingIsLeft(drained(self));
			assertThat(handled()).hasSize(20 * 21 / 2);
		}

		@Test
		void whoseBatchIsNotFullInARow() {
			BatchOptions patient = BatchOptions.defaults().withSize(3).withTimeout(Duration.ofHours(1));
			Pipeline feeding = pipeline(first(), "feeding", (events, from) -> {
				for (int event : events) {
					second().put(event);
				}
			}, StageOptions.defaults().withBatching(Batching.of(patient)));
			Pipeline fed = pipeline(second(), "fed", collecting(handled()));
			start(feeding, fed);
			offer(first(), 20);
			assertNothingIsLeft(drained(feeding, fed));
			assertThat(handled()).containsExactlyElementsOf(numbersUpTo(20));
		}

		@Test
		void thatRunATaskForEachEvent() {
			Pipeline feeding = pipeline(first(), "feeding", handingOver(second()),
					StageOptions.defaults().withTasks(Tasks.of(TaskOptions.defaults())));
			Pipeline fed = pipeline(second(), "fed", collecting(handled()));
			start(feeding, fed);
			offer(first(), 20);
			assertNothingIsLeft(drained(feeding, fed));
			assertThat(handled()).containsExactlyInAnyOrderElementsOf(numbersUpTo(20));
		}

		@Test
		void whoseRateHoldsEventsBack() {
			Pipeline feeding = pipeline(first(), "feeding", handingOver(second()), oneASecond());
			Pipeline fed = pipeline(second(), "fed", collecting(handled()));
			start(feeding, fed);
			offer(first(), 10);
			CompletableFuture<List<DrainReport>> reports = Pipeline.drainAll(List.of(fed, feeding), TIMEOUT)
				.toCompletableFuture();
			executor().advance(Duration.ofSeconds(15));
			assertThat(reports).isCompleted();
			assertNothingIsLeft(reports.join());
			assertThat(handled()).containsExactlyElementsOf(numbersUpTo(10));
		}

		@Test
		void thatCollectUntilTheyAreDrained() {
			Pipeline feeding = pipeline(first(), "feeding", new Hoarding(second()));
			Pipeline fed = pipeline(second(), "fed", collecting(handled()));
			start(feeding, fed);
			offer(first(), 20);
			assertNothingIsLeft(drained(feeding, fed));
			assertThat(handled()).containsExactlyElementsOf(numbersUpTo(20));
		}

		@Test
		void thatArePausedHoldNobodyElseUp() {
			Pipeline paused = pipeline(third(), "paused", collecting(new ArrayList<>()));
			Pipeline feeding = pipeline(first(), "feeding", handingOver(second()));
			Pipeline fed = pipeline(second(), "fed", collecting(handled()));
			start(paused, fed, feeding);
			paused.pause("paused");
			run();
			offer(third(), 20);
			offer(first(), 20);
			CompletableFuture<List<DrainReport>> reports = Pipeline.drainAll(List.of(paused, fed, feeding), TIMEOUT)
				.toCompletableFuture();
			run();
			assertThat(feeding.state()).isEqualTo(PipelineState.COMPLETED);
			assertThat(fed.state()).isEqualTo(PipelineState.COMPLETED);
			assertThat(handled()).hasSize(20);
			executor().advance(TIMEOUT);
			assertThat(reports.join().get(0).remainders()).extracting(DrainReport.Outcome::stage)
				.containsExactly("paused queue", "paused");
			assertThat(reports.join().get(0).remainders().get(0).left()).isEqualTo(16);
		}

		@Test
		void thatAreBeingRestartedAreWaitedFor() {
			int[] failures = { 1 };
			Pipeline feeding = pipeline(first(), "feeding", (events, from) -> {
				if (failures[0]-- > 0) {
					throw new IllegalStateException("fails once");
				}
				handingOver(second()).handleEvents(events, from);
			});
			Pipeline fed = pipeline(second(), "fed", collecting(handled()));
			start(feeding, fed);
			offer(first(), 20);
			CompletableFuture<List<DrainReport>> reports = Pipeline.drainAll(List.of(fed, feeding), TIMEOUT)
				.toCompletableFuture();
			executor().advance(Duration.ofSeconds(5));
			assertThat(reports).isCompleted();
			long lost = reports.join()
				.stream()
				.flatMap((report) -> report.stages().stream())
				.mapToLong(DrainReport.Outcome::lost)
				.sum();
			assertThat(handled()).hasSize(20 - (int) lost).hasSizeGreaterThan(10);
		}

	}

	@Nested
	class Outside {

		@Test
		void isRefusedFromTheBeginning() {
			Pipeline feeding = pipeline(first(), "feeding", handingOver(second()));
			Pipeline fed = pipeline(second(), "fed", collecting(handled()));
			start(feeding, fed);
			feeding.pause("feeding");
			run();
			offer(first(), 1);
			Pipeline.drainAll(List.of(feeding, fed), TIMEOUT);
			runSome(30);
			assertThat(first().offer(1)).isFalse();
			assertThat(second().offer(1)).isFalse();
			assertThatExceptionOfType(QueueClosedException.class).isThrownBy(() -> second().put(1));
			assertThat(second().send(1).toCompletableFuture()).isCompletedExceptionally();
		}

		@Test
		void isLetInUntilThoseThatFeedAQueueByTheirOwnThreadsRest() {
			List<Integer> handedAway = new ArrayList<>();
			Pipeline feeding = pipeline(first(), "feeding", collecting(handedAway), oneASecond());
			Pipeline fed = pipeline(second(), "fed", collecting(handled()));
			start(feeding, fed);
			offer(first(), 10);
			Pipeline.drainAll(List.of(feeding, fed), TIMEOUT, Map.of("fed queue", Set.of("feeding")));
			executor().advance(Duration.ofSeconds(5));
			assertThat(first().offer(1)).isFalse();
			assertThat(second().offer(1)).isTrue();
			executor().advance(Duration.ofSeconds(10));
			assertThat(second().offer(1)).isFalse();
			assertThat(handedAway).hasSize(10);
			assertThat(handled()).containsExactly(1);
			assertThat(fed.state()).isEqualTo(PipelineState.COMPLETED);
		}

		@Test
		void isNotAStageThatWaitedForRoomWhenTheDrainBegan() throws InterruptedException {
			// Needs a thread that waits, and so threads of its own.
			try (StageSystem threads = StageSystem.create()) {
				EventQueue<Integer> small = new EventQueue<>(1);
				CountDownLatch go = new CountDownLatch(1);
				Set<Integer> numbers = ConcurrentHashMap.newKeySet();
				Pipeline feeding = new Pipeline(PipelineGraph.of(List.of(StageDefinition.of("first", first()),
						StageDefinition.of("feeding", handingOver(small)).subscribeTo("first", FEW))), threads);
				Pipeline fed = new Pipeline(PipelineGraph.of(List.of(StageDefinition.of("small", small),
						StageDefinition.of("fed", (ConsumerStage<Integer>) (events, from) -> {
							go.await();
							numbers.addAll(events);
						}).subscribeTo("small", SubscribeOptions.defaults().withMaxDemand(1)))), threads);
				feeding.start();
				fed.start();
				offer(first(), 20);
				// One is handled, one waits, and a third one can't be put in.
				Awaitility.await()
					.until(() -> small.size() == 1 && numbers(feeding, "feeding").in() <= 2
							&& numbers(fed, "fed").producers().get(0).inFlight() == 1);
				CompletionStage<List<DrainReport>> reports = Pipeline.drainAll(List.of(feeding, fed), TIMEOUT);
				Awaitility.await().until(() -> !small.offer(99));
				go.countDown();
				assertNothingIsLeft(join(reports));
				assertThat(numbers).containsExactlyInAnyOrderElementsOf(numbersUpTo(20));
			}
		}

		@Test
		void isAlsoAStageThatDoesNotDrain() {
			List<Boolean> answers = new ArrayList<>();
			Pipeline other = pipeline(first(), "other",
					(events, from) -> events.forEach((event) -> answers.add(second().offer(event))));
			Pipeline drained = pipeline(second(), "drained", collecting(handled()));
			start(other, drained);
			Pipeline.drainAll(List.of(drained), TIMEOUT);
			run();
			offer(first(), 1);
			run();
			assertThat(answers).containsExactly(false);
		}

		@Test
		void theDeadlineOfARepeatedDrainCanOnlyComeForward() {
			Pipeline paused = pipeline(first(), "paused", collecting(handled()));
			start(paused);
			paused.pause("paused");
			run();
			offer(first(), 20);
			CompletableFuture<DrainReport> report = paused.drain(TIMEOUT).toCompletableFuture();
			paused.drain(Duration.ofHours(1));
			paused.drain(Duration.ofSeconds(2));
			executor().advance(Duration.ofSeconds(1));
			assertThat(report).isNotDone();
			executor().advance(Duration.ofSeconds(1));
			assertThat(report).isCompleted();
			assertThat(report.join().remainders().get(0).left()).isEqualTo(16);
		}

	}

	private SeededExecutor executor() {
		return this.executor;
	}

	private List<Integer> handled() {
		return this.handled;
	}

	private EventQueue<Integer> first() {
		return this.first;
	}

	private EventQueue<Integer> second() {
		return this.second;
	}

	private EventQueue<Integer> third() {
		return this.third;
	}

	/**
	 * A consumer of a user who knows of drains only.
	 */
	private static final class Hoarding implements ConsumerStage<Integer> {

		private final EventQueue<Integer> next;

		private final List<Integer> hoard = new ArrayList<>();

		Hoarding(EventQueue<Integer> next) {
			this.next = next;
		}

		@Override
		public void handleEvents(List<Integer> events, Subscription from) {
			this.hoard.addAll(events);
		}

		@Override
		public long backlog() {
			return this.hoard.size();
		}

		@Override
		public void onDrain(StageContext context) throws Exception {
			for (int event : this.hoard) {
				this.next.put(event);
			}
			this.hoard.clear();
			context.complete();
		}

	}

}
