package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.AsyncConsumerStage;
import io.genstage.CancelMode;
import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.LogCapture;
import io.genstage.ManualSource;
import io.genstage.PerEventConsumerStage;
import io.genstage.PerEventProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.batch.Batch;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.delivery.Acknowledger;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.Settlement;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.PartitionOptions;
import io.genstage.dispatch.PartitionRouter;
import io.genstage.intake.InFlight;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.EventQueue;
import io.genstage.source.Sources;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Promises and faults of {@code docs/reliability.md} that no other test looks after.
 */
@Timeout(60)
class ReliabilityTests extends PipelineFixture {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final List<Object> accepted = new ArrayList<>();

	private final List<Object> failed = new ArrayList<>();

	private final Acknowledger<String> acknowledger = (group, accepted, failed) -> {
		accepted.stream().map(Settlement::event).forEach(this.accepted::add);
		failed.stream().map(Settlement::event).forEach(this.failed::add);
	};

	private final List<Object> handled = new ArrayList<>();

	private Delivery<Object> delivery(Object event) {
		return Delivery.of(event, this.acknowledger, "g");
	}

	private StageRef ref(String stage) {
		return this.system.find(stage).orElseThrow();
	}

	private void push(Object... events) {
		ref("source").tell(Stream.of(events).map(this::delivery).toList());
		run();
	}

	private static Object[] upTo(int last) {
		return IntStream.rangeClosed(1, last).boxed().toArray();
	}

	private Pipeline start(StageDefinition... stages) {
		Pipeline pipeline = pipeline(stages);
		pipeline.start();
		run();
		return pipeline;
	}

	private static StageDefinition source(StageOptions options) {
		return StageDefinition.of("source", new DrainingSource()).withOptions(options);
	}

	private StageDefinition each(String name) {
		PerEventConsumerStage<Object> stage = (event, from) -> this.handled.add(event);
		return StageDefinition.of(name, stage);
	}

	private static StageDefinition broken(String name) {
		PerEventConsumerStage<Object> stage = (event, from) -> {
			throw new IllegalStateException("broken");
		};
		return StageDefinition.of(name, stage).withRestarts(RestartPolicy.never());
	}

	@Nested
	class Losses {

		@Test
		void ofAProducersBufferAreFailedToTheirSource() {
			Pipeline pipeline = start(source(StageOptions.defaults()).withRestarts(RestartPolicy.never()),
					each("each").subscribeTo("source", FEW).withAutoStartup(false));
			push(1, 2, 3);
			assertThat(numbers(pipeline, "source").buffered()).isEqualTo(3);
			ref("source").tell("no list, so that it fails");
			run();
			assertThat(stage(pipeline, "source").state()).isEqualTo(StageState.FAILED);
			assertThat(failed).containsExactly(1, 2, 3);
			assertThat(numbers(pipeline, "source").discarded()).isEqualTo(3);
		}

		@Test
		void ofAConsumerThatFailsForGoodAreFailedToTheirSourceAndNobodyElseLosesAnything() {
			Pipeline pipeline = start(source(StageOptions.defaults()), broken("broken").subscribeTo("source", FEW),
					each("other").subscribeTo("source", FEW));
			push(upTo(8));
			assertThat(stage(pipeline, "broken").state()).isEqualTo(StageState.FAILED);
			assertThat(failed).hasSize((int) numbers(pipeline, "broken").discarded()).hasSizeBetween(1, 4);
			assertThat(accepted).containsExactlyElementsOf(handled).hasSize(8 - failed.size());
			assertThat(pipeline.status().demand("broken", "source")).isZero();
		}

		@Test
		void areOnlyWhatWasSentWhenAConsumerCancelsInItsHandler() {
			ConsumerStage<Object> stage = (events, from) -> {
				handled.addAll(events);
				from.cancel(ExitReason.NORMAL);
			};
			Pipeline pipeline = start(source(StageOptions.defaults()),
					StageDefinition.of("s", stage).subscribeTo("source", FEW.withCancel(CancelMode.TEMPORARY)));
			push(upTo(8));
			assertThat(handled).startsWith(1, 2);
			assertThat(accepted).containsExactlyElementsOf(handled);
			assertThat(handled.size() + failed.size() + numbers(pipeline, "source").buffered()).isEqualTo(8);
			assertThat(numbers(pipeline, "s").held()).isZero();
		}

		@Test
		void areNoneWhenAStageHasToWaitForItsExecutor() {
			boolean[] late = { false };
			Executor executorOfLate = (task) -> {
				if (late[0]) {
					executor.schedule(Duration.ofSeconds(5), task);
				}
				else {
					executor.execute(task);
				}
			};
			EventQueue<Object> queue = new EventQueue<>(10);
			start(source(StageOptions.defaults()),
					each("late").withOptions(StageOptions.defaults().withExecutor(executorOfLate))
						.subscribeTo("source", FEW),
					StageDefinition.of("queue", queue), each("quick").subscribeTo("queue", FEW));
			late[0] = true;
			push(upTo(6));
			queue.offer("a");
			queue.offer("b");
			run();
			assertThat(handled).containsExactly("a", "b");
			executor.runToRest(10_000);
			assertThat(handled).containsExactly("a", "b", 1, 2, 3, 4, 5, 6);
			assertThat(accepted).containsExactly(upTo(6));
			assertThat(executor.now()).isEqualTo(Duration.ofSeconds(10));
		}

	}

	@Nested
	class Broadcasts {

		private final StageOptions broadcast = StageOptions.defaults().withDispatcher(Dispatchers.broadcast());

		@Test
		void areSettledByThoseThatAreLeftWhenOneHasFailedForGood() {
			Pipeline pipeline = start(source(this.broadcast), broken("broken").subscribeTo("source", FEW),
					each("other").subscribeTo("source", FEW));
			push(1);
			assertThat(stage(pipeline, "broken").state()).isEqualTo(StageState.FAILED);
			assertThat(failed).containsExactly(1);
			push(2, 3);
			assertThat(accepted).containsExactly(2, 3);
			assertThat(numbers(pipeline, "broken").discarded()).isEqualTo(3);
		}

		@Test
		void goOnWhenASelectorTakesNothing() {
			Predicate<Object> none = (event) -> false;
			int many = 10 * FEW.maxDemand() + 1;
			Pipeline pipeline = start(
					StageDefinition.of("numbers", Sources.iterable(numbersUpTo(many))).withOptions(this.broadcast),
					each("none").subscribeTo("numbers", FEW.withSelector(none)));
			assertThat(numbers(pipeline, "numbers").out()).isEqualTo(many);
			assertThat(handled).isEmpty();
			assertThat(pipeline.state()).isEqualTo(PipelineState.COMPLETED);
		}

	}

	@Test
	void oneKeyForAllEventsLeavesTheLimitToItsPartition() {
		List<CompletableFuture<Void>> open = new ArrayList<>();
		AsyncConsumerStage<Object> slow = (event, from) -> {
			open.add(new CompletableFuture<>());
			return open.get(open.size() - 1);
		};
		Pipeline pipeline = start(
				StageDefinition.of("numbers", counting())
					.withOptions(StageOptions.defaults()
						.withDispatcher(Dispatchers.partition(
								PartitionOptions.<Integer>ofCount(2).withRouter(PartitionRouter.to((event) -> 0))))),
				StageDefinition.of("slow", slow)
					.withOptions(StageOptions.defaults().withInFlight(InFlight.of(4)))
					.subscribeTo("numbers", FEW.withPartition(0)),
				each("idle").subscribeTo("numbers", FEW.withPartition(1)));
		long emitted = numbers(pipeline, "numbers").out();
		// What both have asked for, and no more.
		assertThat(emitted).isLessThanOrEqualTo(2L * FEW.maxDemand());
		assertThat(open).hasSize(4);
		open.forEach((future) -> future.complete(null));
		run();
		assertThat(open).hasSize(8);
		assertThat(numbers(pipeline, "numbers").out()).isEqualTo(emitted + 4);
		assertThat(handled).isEmpty();
	}

	@Test
	void tenThousandSubscriptionsLeaveNothingBehind() {
		StageRef producer = this.system.start("numbers", counting());
		StageRef consumer = this.system.start("each", (PerEventConsumerStage<Object>) (event, from) -> {
		});
		SubscribeOptions options = FEW.withManualDemand().withCancel(CancelMode.TEMPORARY);
		for (int time = 0; time < 10_000; time++) {
			CompletableFuture<Subscription> subscription = consumer.subscribeTo(producer, options)
				.toCompletableFuture();
			run();
			subscription.join().cancel(ExitReason.NORMAL);
			run();
		}
		assertThat(producer.status().consumers()).isEmpty();
		assertThat(consumer.status().producers()).isEmpty();
		assertThat(producer.status().demand()).isZero();
		assertThat(this.executor.timers()).isZero();
	}

	@Test
	void messagesKeepTheirOrderBesideAFullBuffer() {
		List<Object> heard = new ArrayList<>();
		StageRef source = this.system.start("source", new ProducerStage<Object>() {

			@Override
			public List<Object> handleDemand(long demand) {
				return List.of();
			}

			@Override
			public List<Object> onInfo(Object message) {
				heard.add(message);
				return List.of(message);
			}

		}, StageOptions.defaults().withBufferSize(10));
		for (Object message : upTo(10_000)) {
			source.tell(message);
		}
		run();
		assertThat(heard).containsExactly(upTo(10_000));
		assertThat(source.status().buffered()).isEqualTo(10);
		assertThat(source.status().discarded()).isEqualTo(9990);
	}

	@Test
	void aBatchThatIsFullAtTheMomentOfItsTimerIsHandledOnce() {
		for (long seed = 0; seed < 200; seed++) {
			SeededExecutor seeded = new SeededExecutor(seed);
			StageSystem own = StageSystem.builder().executor(seeded).scheduler(seeded).build();
			List<String> batches = new ArrayList<>();
			ConsumerStage<Object> stage = (events, from) -> batches
				.add(Batch.<Object, Object>of(events).closing() + " " + events);
			StageRef source = own.start("source", new DrainingSource());
			StageRef consumer = own.start("batch", stage, StageOptions.defaults()
				.withBatching(Batching.of(BatchOptions.defaults().withSize(2).withTimeout(Duration.ofSeconds(1)))));
			consumer.subscribeTo(source, FEW);
			seeded.runReady();
			source.tell(List.of(1));
			seeded.runReady();
			// Set later than the timer of the batch or together with its turn.
			seeded.schedule(Duration.ofSeconds(1), () -> source.tell(List.of(2)));
			seeded.schedule(Duration.ofSeconds(1), consumer::flush);
			seeded.advance(Duration.ofSeconds(3));
			assertThat(batches).as("seed %d", seed)
				.isIn(List.of("SIZE [1, 2]"), List.of("TIMEOUT [1]", "TIMEOUT [2]"), List.of("TIMEOUT [1]", "END [2]"),
						List.of("END [1]", "TIMEOUT [2]"));
			assertThat(consumer.status().in()).isEqualTo(2);
		}
	}

	@Nested
	class Drains {

		@Test
		void leaveNothingWithoutAnOutcomeAtTheirDeadline() {
			AsyncConsumerStage<Object> never = (event, from) -> new CompletableFuture<>();
			Pipeline pipeline = start(source(StageOptions.defaults()),
					StageDefinition.of("never", never).subscribeTo("source", FEW));
			push(upTo(6));
			CompletableFuture<DrainReport> report = pipeline.drain(Duration.ofSeconds(1)).toCompletableFuture();
			executor.advance(Duration.ofSeconds(2));
			assertThat(report).isCompleted();
			assertThat(report.join().isComplete()).isFalse();
			assertThat(report.join().toString()).contains("never").contains("and 6 of its events open");
			assertThat(report.join().remainders()).filteredOn((stage) -> stage.stage().equals("source"))
				.singleElement()
				.satisfies((source) -> assertThat(source.open()).isEqualTo(6));
			assertThat(accepted).isEmpty();
			assertThat(failed).containsExactlyInAnyOrder(upTo(6));
			assertThat(executor.now()).isEqualTo(Duration.ofSeconds(2));
		}

	}

	/**
	 * The process may be killed between any two steps: what the source was told by then
	 * was true.
	 */
	@Test
	void whateverIsAcceptedWasHandledBeforeAtAnyMoment() {
		int steps = 0;
		boolean rests = false;
		while (!rests) {
			rests = runSteps(steps++);
		}
		assertThat(steps).isGreaterThan(10);
	}

	/** Returns whether that was all there was to do. */
	private boolean runSteps(int steps) {
		List<Object> stored = new ArrayList<>();
		List<Object> known = new ArrayList<>();
		Acknowledger<String> source = (group, accepted, failed) -> accepted.forEach((one) -> known.add(one.event()));
		SeededExecutor seeded = new SeededExecutor(7);
		StageSystem own = StageSystem.builder().executor(seeded).scheduler(seeded).build();
		EventQueue<Object> queue = new EventQueue<>(10);
		for (Object event : upTo(6)) {
			queue.offer(Delivery.of(event, source, "g"));
		}
		PerEventProducerConsumerStage<Object, Object> twice = (event, from, results) -> {
			results.accept(event);
			results.accept(event);
		};
		PerEventConsumerStage<Object> store = (event, from) -> stored.add(event);
		Pipeline pipeline = new Pipeline(PipelineGraph.of(List.of(StageDefinition.of("queue", queue),
				StageDefinition.of("twice", twice).subscribeTo("queue", FEW),
				StageDefinition.of("store", store).subscribeTo("twice", FEW))), own);
		pipeline.start();
		seeded.runReady(steps);
		for (Object event : known) {
			assertThat(stored.stream().filter(event::equals).count()).as("event %s after %d steps", event, steps)
				.isEqualTo(2);
		}
		return known.size() == 6;
	}

	/**
	 * Has nothing more to emit when its pipeline drains.
	 */
	private static final class DrainingSource extends ManualSource {

		@Override
		public void onDrain(StageContext context) {
			context.complete();
		}

	}

}
