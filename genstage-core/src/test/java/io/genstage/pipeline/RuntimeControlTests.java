package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.StageOptions;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.PartitionOptions;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class RuntimeControlTests extends PipelineFixture {

	private final EventQueue<Integer> queue = new EventQueue<>(1000);

	private final List<Integer> handled = new ArrayList<>();

	private final Pipeline pipeline = pipeline(StageDefinition.of("queue", this.queue),
			StageDefinition.of("both", (ProducerConsumerStage<Integer, Integer>) (events, from) -> events)
				.subscribeTo("queue", FEW),
			StageDefinition.of("print", collecting(this.handled)).subscribeTo("both", FEW));

	private int next;

	@BeforeEach
	void start() {
		this.pipeline.start();
		run();
	}

	private void offer(int count) {
		for (int i = 0; i < count; i++) {
			this.queue.offer(this.next++);
		}
		run();
	}

	private StageState state(String stage) {
		return stage(this.pipeline, stage).state();
	}

	private void assertNothingLost() {
		assertThat(this.handled).isEqualTo(numbersUpTo(this.next));
		this.pipeline.status()
			.stages()
			.forEach((stage) -> assertThat(stage.started().orElseThrow().discarded()).isZero());
	}

	@Nested
	class Pausing {

		@Test
		void letsAConsumerHandleWhatItHasAskedForAndNoMore() {
			CompletableFuture<?> paused = future(RuntimeControlTests.this.pipeline.pause("print"));
			assertThat(state("print")).isEqualTo(StageState.PAUSING);
			run();
			assertThat(paused).isCompleted();
			assertThat(state("print")).isEqualTo(StageState.PAUSED);
			offer(100);
			assertThat(RuntimeControlTests.this.handled).isEqualTo(numbersUpTo(4));
			CompletableFuture<?> resumed = future(RuntimeControlTests.this.pipeline.resume("print"));
			run();
			assertThat(resumed).isCompleted();
			assertThat(state("print")).isEqualTo(StageState.RUNNING);
			assertNothingLost();
		}

		@Test
		void letsAProducerKeepDemand() {
			RuntimeControlTests.this.pipeline.pause("queue");
			run();
			offer(10);
			assertThat(state("queue")).isEqualTo(StageState.PAUSED);
			assertThat(RuntimeControlTests.this.handled).isEmpty();
			RuntimeControlTests.this.pipeline.resume("queue");
			run();
			assertNothingLost();
		}

		@Test
		void outlastsAnyRestart() {
			RuntimeControlTests.this.pipeline.pause("print");
			run();
			CompletableFuture<?> restarted = future(RuntimeControlTests.this.pipeline.restart("print"));
			run();
			assertThat(restarted).isCompleted();
			offer(100);
			assertThat(state("print")).isEqualTo(StageState.PAUSED);
			assertThat(stage(RuntimeControlTests.this.pipeline, "print").pauseWanted()).isTrue();
			assertThat(RuntimeControlTests.this.handled).isEmpty();
			RuntimeControlTests.this.pipeline.resume("print");
			run();
			assertNothingLost();
		}

		@Test
		void canBeWantedBeforeTheStart() {
			Pipeline other = pipeline(StageDefinition.of("numbers", counting()),
					StageDefinition.of("a", collecting(RuntimeControlTests.this.handled)).subscribeTo("numbers", FEW));
			assertThat(future(other.pause("a"))).isCompleted();
			other.start();
			run();
			assertThat(stage(other, "a").state()).isEqualTo(StageState.PAUSED);
			assertThat(RuntimeControlTests.this.handled).isEmpty();
		}

		@Test
		void isNotEndedByADrain() {
			RuntimeControlTests.this.pipeline.pause("print");
			offer(20);
			CompletableFuture<DrainReport> report = RuntimeControlTests.this.pipeline.drain(Duration.ofSeconds(1))
				.toCompletableFuture();
			run();
			assertThat(report).isNotDone();
			RuntimeControlTests.this.executor.advance(Duration.ofSeconds(1));
			assertThat(report.join().isComplete()).isFalse();
		}

	}

	@Nested
	class Stopping {

		@Test
		void finishesWhatTheStageHasAndCanBeUndone() {
			offer(3);
			CompletableFuture<?> stopped = future(RuntimeControlTests.this.pipeline.stop("both"));
			assertThat(state("both")).isEqualTo(StageState.STOPPING);
			run();
			assertThat(stopped).isCompleted();
			assertThat(state("both")).isEqualTo(StageState.STOPPED);
			assertThat(state("print")).isEqualTo(StageState.RUNNING);
			offer(50);
			assertThat(RuntimeControlTests.this.handled).hasSize(3);
			CompletableFuture<?> started = future(RuntimeControlTests.this.pipeline.start("both"));
			run();
			assertThat(started).isCompleted();
			assertNothingLost();
			assertThat(RuntimeControlTests.this.pipeline.status().state()).isEqualTo(PipelineState.RUNNING);
		}

		@Test
		void restartsEachStageWithoutLoss() {
			for (String stage : List.of("queue", "both", "print")) {
				RuntimeControlTests.this.queue.offer(RuntimeControlTests.this.next++);
				CompletableFuture<?> restarted = future(RuntimeControlTests.this.pipeline.restart(stage));
				runSome(2);
				run();
				assertThat(restarted).isCompleted();
				offer(20);
				assertThat(state(stage)).isEqualTo(StageState.RUNNING);
			}
			assertNothingLost();
			assertThat(RuntimeControlTests.this.pipeline.whenEnded().toCompletableFuture()).isNotDone();
		}

		@Test
		void refusesAStageThatIsUnknown() {
			assertThatIllegalArgumentException().isThrownBy(() -> RuntimeControlTests.this.pipeline.stop("prnt"))
				.withMessageContaining("did you mean 'print'?");
		}

	}

	@Nested
	class Demand {

		@Test
		void changesOnOpenSubscriptionsAndIsKeptOverRestarts() {
			CompletableFuture<?> changed = future(RuntimeControlTests.this.pipeline.demand("print", 20, 10));
			run();
			assertThat(changed).isCompleted();
			assertThat(RuntimeControlTests.this.pipeline.status().demand("print", "both")).isEqualTo(20);
			RuntimeControlTests.this.pipeline.restart("print");
			run();
			assertThat(RuntimeControlTests.this.pipeline.status().demand("print", "both")).isEqualTo(20);
			RuntimeControlTests.this.pipeline.reset("print");
			offer(100);
			assertThat(RuntimeControlTests.this.pipeline.status().demand("print", "both")).isBetween(3L, 4L);
			assertNothingLost();
		}

		@Test
		void refusesWhatIsImpossible() {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> RuntimeControlTests.this.pipeline.demand("print", 5, 5));
			assertThatIllegalArgumentException()
				.isThrownBy(() -> RuntimeControlTests.this.pipeline.demand("queue", 5, 4))
				.withMessage("stage 'queue' is a producer, which asks for nothing");
		}

	}

	@Nested
	class Concurrency {

		@Test
		void growsAndShrinksWithoutLoss() {
			offer(10);
			CompletableFuture<?> grown = future(RuntimeControlTests.this.pipeline.concurrency("both", 3));
			run();
			assertThat(grown).isCompleted();
			assertThat(instances("both")).containsExactly("both", "both#1", "both#2");
			assertThat(RuntimeControlTests.this.pipeline.status().demand("both", "queue")).isEqualTo(12);
			for (int i = 0; i < 100; i++) {
				RuntimeControlTests.this.queue.offer(RuntimeControlTests.this.next++);
			}
			runSome(20);
			CompletableFuture<?> shrunk = future(RuntimeControlTests.this.pipeline.concurrency("both", 1));
			run();
			assertThat(shrunk).isCompleted();
			offer(50);
			assertThat(instances("both")).containsExactly("both");
			assertThat(RuntimeControlTests.this.handled)
				.containsExactlyInAnyOrderElementsOf(numbersUpTo(RuntimeControlTests.this.next));
			assertThat(numbers(RuntimeControlTests.this.pipeline, "both").in())
				.isEqualTo(RuntimeControlTests.this.next);
			assertThat(numbers(RuntimeControlTests.this.pipeline, "both").discarded()).isZero();
		}

		@Test
		void movesPartitionsInOrder() {
			Map<Integer, List<Integer>> byKey = new TreeMap<>();
			EventQueue<Integer> source = new EventQueue<>(10_000);
			Pipeline keyed = pipeline(
					StageDefinition.of("source", source)
						.withOptions(StageOptions.defaults()
							.withDispatcher(Dispatchers
								.partition(PartitionOptions.<Integer>ofNames(numbersUpTo(6), (number) -> number % 6)))),
					StageDefinition
						.of("keyed", (ConsumerStage<Integer>) (events, from) -> events.forEach(
								(event) -> byKey.computeIfAbsent(event % 6, (key) -> new ArrayList<>()).add(event)))
						.subscribeTo("source", FEW));
			keyed.start();
			int offered = 0;
			for (int concurrency : new int[] { 3, 6, 2, 4, 1 }) {
				for (int i = 0; i < 120; i++) {
					source.offer(offered++);
				}
				runSome(30);
				keyed.concurrency("keyed", concurrency);
			}
			run();
			assertThat(byKey.values().stream().mapToInt(List::size).sum()).isEqualTo(offered);
			byKey.values().forEach((events) -> assertThat(events).isSorted());
			assertThat(stage(keyed, "keyed").instances()).hasSize(1);
		}

		@Test
		void changesTheDemandThatDependsOnIt() {
			Pipeline other = pipeline(StageDefinition.of("numbers", new EventQueue<Integer>(1)),
					StageDefinition.of("a", collecting(RuntimeControlTests.this.handled)).subscribeTo("numbers"));
			other.start();
			run();
			other.concurrency("a", 2);
			run();
			assertThat(other.status().edge("a", "numbers").orElseThrow().options().maxDemand()).isEqualTo(10);
			assertThat(other.status().edge("a", "numbers").orElseThrow().subscriptions())
				.allMatch((subscription) -> subscription.options().maxDemand() == 10);
		}

		@Test
		void isRefusedWhileThePipelineDrains() {
			RuntimeControlTests.this.pipeline.drain(Duration.ofSeconds(1));
			assertThatIllegalStateException().isThrownBy(() -> RuntimeControlTests.this.pipeline.concurrency("both", 2))
				.withMessage("the concurrency of stage 'both' can't be changed: the pipeline drains");
		}

		private List<String> instances(String stage) {
			return stage(RuntimeControlTests.this.pipeline, stage).instances()
				.stream()
				.map(InstanceStatus::name)
				.toList();
		}

	}

}
