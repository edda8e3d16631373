package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.StageOptions;
import io.genstage.StageStartException;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.dispatch.Dispatchers;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.EventQueue;
import io.genstage.source.Sources;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

@Timeout(60)
class PipelineTests {

	private static final SubscribeOptions FEW = SubscribeOptions.defaults().withMaxDemand(4).withMinDemand(2);

	private static final Duration SECOND = Duration.ofSeconds(1);

	private final SeededExecutor executor = new SeededExecutor(1);

	private final StageSystem system = StageSystem.builder().executor(this.executor).scheduler(this.executor).build();

	private final List<Object> a = new ArrayList<>();

	private final List<Object> b = new ArrayList<>();

	private final List<String> ends = new ArrayList<>();

	@Nested
	class Starts {

		@Test
		void holdsDemandUntilAllStagesAreConnected() {
			Pipeline pipeline = pipeline(
					numbers(10).withOptions(StageOptions.defaults().withDispatcher(Dispatchers.broadcast())),
					collector("a", PipelineTests.this.a).subscribeTo("numbers", FEW),
					collector("b", PipelineTests.this.b).subscribeTo("numbers", FEW));
			CompletableFuture<Void> started = pipeline.start().toCompletableFuture();
			assertThat(started).isNotDone();
			run();
			assertThat(started).isCompleted();
			assertThat(PipelineTests.this.a).isEqualTo(numbersUpTo(10));
			assertThat(PipelineTests.this.b).isEqualTo(numbersUpTo(10));
		}

		@Test
		void startsOnlyOnce() {
			Pipeline pipeline = pipeline(numbers(1), collector("a", PipelineTests.this.a).subscribeTo("numbers"));
			assertThat(pipeline.state()).isEqualTo(PipelineState.CREATED);
			pipeline.start();
			assertThat(pipeline.state()).isEqualTo(PipelineState.RUNNING);
			assertThatIllegalStateException().isThrownBy(pipeline::start)
				.withMessage("pipeline 'numbers' has been started already");
		}

		@Test
		void leavesNothingRunningWhenAStageCannotStart() {
			Pipeline pipeline = pipeline(numbers(1), StageDefinition.of("a", new Unstartable()).subscribeTo("numbers"));
			assertThatExceptionOfType(StageStartException.class).isThrownBy(pipeline::start);
			run();
			assertThat(PipelineTests.this.system.stages()).isEmpty();
			assertThat(state(pipeline, "numbers")).isEqualTo(StageState.STOPPED);
			assertThat(pipeline.whenEnded().toCompletableFuture()).isCompletedWithValue(PipelineState.STOPPED);
		}

		@Test
		void leavesOutStagesThatAreNotToStartWithIt() {
			Pipeline pipeline = pipeline(endless(), collector("a", PipelineTests.this.a).subscribeTo("numbers", FEW),
					collector("b", PipelineTests.this.b).subscribeTo("numbers", FEW).withAutoStartup(false));
			pipeline.start();
			runSome();
			assertThat(state(pipeline, "b")).isEqualTo(StageState.CREATED);
			assertThat(PipelineTests.this.b).isEmpty();
			CompletableFuture<Void> started = pipeline.start("b").toCompletableFuture();
			runSome();
			assertThat(started).isCompleted();
			assertThat(PipelineTests.this.b).isNotEmpty();
			assertThatIllegalStateException().isThrownBy(() -> pipeline.start("b"))
				.withMessage("stage 'b' can't be started: it is RUNNING, the pipeline is RUNNING");
		}

		@Test
		void completesAStageThatIsStartedAfterItsProducersHaveCompleted() {
			Pipeline pipeline = pipeline(numbers(3), collector("a", PipelineTests.this.a).subscribeTo("numbers", FEW),
					collector("b", PipelineTests.this.b).subscribeTo("numbers", FEW).withAutoStartup(false));
			pipeline.start();
			run();
			pipeline.start("b");
			run();
			assertThat(state(pipeline, "b")).isEqualTo(StageState.COMPLETED);
		}

	}

	@Nested
	class Completes {

		@Test
		void handsOnTheEndWhenEverythingIsHandled() {
			Pipeline pipeline = pipeline(numbers(100), doubler().subscribeTo("numbers", FEW),
					collector("a", PipelineTests.this.a).subscribeTo("doubler", FEW));
			pipeline.start();
			run();
			assertThat(PipelineTests.this.a).hasSize(200);
			assertThat(PipelineTests.this.ends).containsExactly("numbers: normal", "doubler: normal", "a: normal");
			assertThat(pipeline.status().state()).isEqualTo(PipelineState.COMPLETED);
			assertThat(pipeline.whenEnded().toCompletableFuture()).isCompletedWithValue(PipelineState.COMPLETED);
		}

		@Test
		void waitsForAllProducersOfAStage() {
			EventQueue<Object> queue = new EventQueue<>(10);
			Pipeline pipeline = pipeline(numbers(3), StageDefinition.of("queue", queue),
					collector("a", PipelineTests.this.a).subscribeTo("numbers", FEW).subscribeTo("queue", FEW));
			pipeline.start();
			run();
			assertThat(state(pipeline, "numbers")).isEqualTo(StageState.COMPLETED);
			assertThat(state(pipeline, "a")).isEqualTo(StageState.RUNNING);
			queue.offer("last");
			queue.close();
			run();
			assertThat(PipelineTests.this.a).containsExactlyInAnyOrder(0, 1, 2, "last");
			assertThat(pipeline.status().state()).isEqualTo(PipelineState.COMPLETED);
		}

		@Test
		void keepsItsStatusReadable() {
			Pipeline pipeline = pipeline(numbers(10), collector("a", PipelineTests.this.a).subscribeTo("numbers", FEW));
			pipeline.start();
			run();
			assertThat(pipeline.status().edges()).singleElement()
				.returns(10L, EdgeStatus::sent)
				.returns(10L, EdgeStatus::settled);
			assertThat(pipeline.status().stage("a").orElseThrow().numbers().in()).isEqualTo(10);
		}

	}

	@Nested
	class Fails {

		@Test
		void goesOnWithTheOtherStages() {
			Pipeline pipeline = pipeline(numbers(100), failing("broken").subscribeTo("numbers", FEW),
					collector("a", PipelineTests.this.a).subscribeTo("numbers", FEW));
			pipeline.start();
			run();
			assertThat(state(pipeline, "broken")).isEqualTo(StageState.FAILED);
			assertThat(pipeline.status().state()).isEqualTo(PipelineState.FAILED);
			assertThat(state(pipeline, "a")).isEqualTo(StageState.COMPLETED);
			assertThat(
					PipelineTests.this.a.size() + pipeline.status().stage("broken").orElseThrow().numbers().discarded())
				.isEqualTo(100);
		}

	}

	@Nested
	class Drains {

		@Test
		void finishesWhatIsUnderWay() {
			Pipeline pipeline = pipeline(endless(), doubler().subscribeTo("numbers", FEW),
					collector("a", PipelineTests.this.a).subscribeTo("doubler", FEW));
			pipeline.start();
			runSome();
			CompletableFuture<DrainReport> report = drain(pipeline, SECOND);
			PipelineTests.this.executor.runReady();
			assertThat(report.join().isComplete()).isTrue();
			assertThat(report.join().toString())
				.startsWith("pipeline 'numbers' has been drained, nothing is left (numbers: ");
			assertThat(pipeline.drainReport()).containsSame(report.join());
			assertThat(PipelineTests.this.executor.timers()).isZero();
			assertThat(PipelineTests.this.ends).containsExactly("numbers: normal", "doubler: normal", "a: normal");
			long emitted = pipeline.status().stage("numbers").orElseThrow().numbers().out();
			assertThat(PipelineTests.this.a).hasSize((int) (2 * emitted));
		}

		@Test
		void handsOnWhatAQueueHolds() {
			EventQueue<Object> queue = new EventQueue<>(100);
			IntStream.range(0, 50).forEach(queue::offer);
			Pipeline pipeline = pipeline(StageDefinition.of("queue", queue),
					collector("a", PipelineTests.this.a).subscribeTo("queue", FEW));
			pipeline.start();
			CompletableFuture<DrainReport> report = drain(pipeline, SECOND);
			run();
			assertThat(report.join().isComplete()).isTrue();
			assertThat(PipelineTests.this.a).isEqualTo(numbersUpTo(50));
		}

		@Test
		void givesTheSameReportTwice() {
			Pipeline pipeline = pipeline(endless(), collector("a", PipelineTests.this.a).subscribeTo("numbers", FEW));
			pipeline.start();
			runSome();
			CompletableFuture<DrainReport> first = drain(pipeline, SECOND);
			CompletableFuture<DrainReport> second = drain(pipeline, SECOND);
			run();
			assertThat(second.join()).isSameAs(first.join()).isSameAs(drain(pipeline, SECOND).join());
		}

		@Test
		void endsAPipelineThatWasNeverStarted() {
			Pipeline pipeline = pipeline(numbers(1), collector("a", PipelineTests.this.a).subscribeTo("numbers"));
			assertThat(drain(pipeline, SECOND).join().isComplete()).isTrue();
			assertThat(pipeline.whenEnded().toCompletableFuture()).isCompletedWithValue(PipelineState.STOPPED);
			assertThatIllegalStateException().isThrownBy(pipeline::start);
		}

		@Test
		void drainsWhileItStarts() {
			Pipeline pipeline = pipeline(endless(), collector("a", PipelineTests.this.a).subscribeTo("numbers", FEW));
			pipeline.start();
			CompletableFuture<DrainReport> report = drain(pipeline, SECOND);
			run();
			assertThat(report.join().isComplete()).isTrue();
			assertThat(PipelineTests.this.system.stages()).isEmpty();
		}

		@Test
		void doesNotWaitForStagesWhoseConsumersHaveFailed() {
			Pipeline pipeline = pipeline(endless(), doubler().subscribeTo("numbers", FEW),
					failing("broken").subscribeTo("doubler", FEW));
			pipeline.start();
			runSome();
			assertThat(state(pipeline, "broken")).isEqualTo(StageState.FAILED);
			CompletableFuture<DrainReport> report = drain(pipeline, SECOND);
			PipelineTests.this.executor.runReady();
			assertThat(report).isCompleted();
			assertThat(report.join().remainders()).extracting(DrainReport.Outcome::stage).containsExactly("doubler");
			assertThat(PipelineTests.this.system.stages()).isEmpty();
		}

		@Test
		void tellsWhatIsLeftWhenTheTimeIsOver() {
			Pipeline pipeline = pipeline(StageDefinition.of("stubborn", new Stubborn()),
					collector("a", PipelineTests.this.a).subscribeTo("stubborn", FEW));
			pipeline.start();
			CompletableFuture<DrainReport> report = drain(pipeline, SECOND);
			PipelineTests.this.executor.advance(Duration.ofMillis(999));
			assertThat(report).isNotDone();
			PipelineTests.this.executor.advance(Duration.ofMillis(1));
			assertThat(report.join()).hasToString("pipeline 'stubborn' has not been drained: "
					+ "stage 'stubborn' was still running with 3 events left and 0 lost; "
					+ "stage 'a' was still running with 0 events left and 0 lost "
					+ "(stubborn: 0 finished in 1000 ms, a: 0 finished in 1000 ms)");
			assertThat(PipelineTests.this.system.stages()).isEmpty();
			assertThat(pipeline.status().state()).isEqualTo(PipelineState.STOPPED);
		}

		@Test
		void tellsHowLongEachStageTook() {
			Pipeline pipeline = pipeline(StageDefinition.of("queue", new EventQueue<>(1)),
					collector("a", PipelineTests.this.a).subscribeTo("queue", FEW),
					StageDefinition.of("slow", new Slow()).subscribeTo("queue", FEW));
			pipeline.start();
			PipelineTests.this.executor.runReady();
			CompletableFuture<DrainReport> report = drain(pipeline, SECOND);
			assertThat(pipeline.drainReport()).isEmpty();
			PipelineTests.this.executor.advance(Duration.ofMillis(300));
			assertThat(report.join().stages()).extracting(DrainReport.Outcome::stage, DrainReport.Outcome::time)
				.containsExactly(tuple("queue", Duration.ZERO), tuple("a", Duration.ZERO),
						tuple("slow", Duration.ofMillis(300)));
		}

		@Test
		void doesNotRestartWhatFailsWhenItIsGivenUp() throws InterruptedException {
			CountDownLatch entered = new CountDownLatch(1);
			CountDownLatch release = new CountDownLatch(1);
			try (StageSystem threads = StageSystem.create()) {
				Pipeline pipeline = new Pipeline(PipelineGraph
					.of(List.of(endless(), StageDefinition.of("stuck", (ConsumerStage<Object>) (events, from) -> {
						entered.countDown();
						release.await();
						throw new IllegalStateException("interrupted");
					}).subscribeTo("numbers", FEW))), threads);
				pipeline.start();
				entered.await();
				join(drain(pipeline, Duration.ZERO));
				release.countDown();
				assertThat(join(pipeline.whenEnded())).isEqualTo(PipelineState.STOPPED);
				assertThat(pipeline.stage("stuck").orElseThrow().restarts()).isZero();
			}
		}

		@Test
		void countsWhatWaitsBehindTheEndOfAProducer() {
			// Nobody asks the doubler, so it keeps what the completed producer has sent.
			Pipeline pipeline = pipeline(numbers(3), doubler().subscribeTo("numbers", FEW),
					collector("a", PipelineTests.this.a).subscribeTo("doubler", FEW).withAutoStartup(false));
			pipeline.start();
			run();
			assertThat(state(pipeline, "numbers")).isEqualTo(StageState.COMPLETED);
			assertThat(pipeline.status().stage("doubler").orElseThrow().numbers().held()).isEqualTo(3);
		}

		@Test
		void comesBackInTimeThoughACallbackDoesNot() throws InterruptedException {
			CountDownLatch entered = new CountDownLatch(1);
			CountDownLatch release = new CountDownLatch(1);
			try (StageSystem threads = StageSystem.create()) {
				Pipeline pipeline = new Pipeline(PipelineGraph
					.of(List.of(endless(), StageDefinition.of("stuck", (ConsumerStage<Object>) (events, from) -> {
						entered.countDown();
						release.await();
					}).subscribeTo("numbers", FEW))), threads);
				pipeline.start();
				entered.await();
				DrainReport report = drain(pipeline, Duration.ofMillis(50)).orTimeout(30, TimeUnit.SECONDS).join();
				assertThat(report.remainders()).singleElement()
					.returns("stuck", DrainReport.Outcome::stage)
					.returns(true, DrainReport.Outcome::running);
				assertThat(report.toString())
					.startsWith("pipeline 'numbers' has not been drained: stage 'stuck' was still running with ");
				release.countDown();
				join(pipeline.whenEnded());
				assertThat(threads.stages()).isEmpty();
			}
		}

	}

	private Pipeline pipeline(StageDefinition... stages) {
		return new Pipeline(PipelineGraph.of(List.of(stages)), this.system);
	}

	private void run() {
		this.executor.runToRest(10_000);
	}

	private void runSome() {
		for (int task = 0; task < 200; task++) {
			this.executor.runOne();
		}
	}

	private static CompletableFuture<DrainReport> drain(Pipeline pipeline, Duration timeout) {
		return pipeline.drain(timeout).toCompletableFuture();
	}

	private static StageState state(Pipeline pipeline, String stage) {
		return pipeline.status().stage(stage).orElseThrow().state();
	}

	private static <T> T join(CompletionStage<T> stage) {
		return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
	}

	private static List<Integer> numbersUpTo(int end) {
		return IntStream.range(0, end).boxed().toList();
	}

	private StageDefinition numbers(int count) {
		return ending("numbers", Sources.iterable(numbersUpTo(count)));
	}

	private StageDefinition endless() {
		return ending("numbers", (ProducerStage<Object>) (
				demand) -> LongStream.range(0, demand).<Object>mapToObj((number) -> number).toList());
	}

	private StageDefinition ending(String name, ProducerStage<?> stage) {
		return StageDefinition.of(name, new EndNoting<>(name, stage, this.ends));
	}

	private StageDefinition doubler() {
		return StageDefinition.of("doubler", new ProducerConsumerStage<Object, Object>() {
			@Override
			public List<Object> handleEvents(List<Object> events, Subscription from) {
				return events.stream().flatMap((event) -> List.of(event, event).stream()).toList();
			}

			@Override
			public void onStop(ExitReason reason) {
				PipelineTests.this.ends.add("doubler: " + reason);
			}
		});
	}

	private StageDefinition collector(String name, List<Object> collected) {
		return StageDefinition.of(name, new ConsumerStage<>() {
			@Override
			public void handleEvents(List<Object> events, Subscription from) {
				collected.addAll(events);
			}

			@Override
			public void onStop(ExitReason reason) {
				PipelineTests.this.ends.add(name + ": " + reason);
			}
		});
	}

	private static StageDefinition failing(String name) {
		return StageDefinition.of(name, (ConsumerStage<Object>) (events, from) -> {
			throw new IllegalStateException("broken");
		}).withRestarts(RestartPolicy.never());
	}

	/**
	 * A producer that another one plays, and whose end is noted.
	 */
	private record EndNoting<E>(String name, ProducerStage<E> stage, List<String> ends) implements ProducerStage<E> {

		@Override
		public void onStart(StageContext context) throws Exception {
			this.stage.onStart(context);
		}

		@Override
		public List<E> handleDemand(long demand) throws Exception {
			return this.stage.handleDemand(demand);
		}

		@Override
		public List<E> onInfo(Object message) throws Exception {
			return this.stage.onInfo(message);
		}

		@Override
		public void onStop(ExitReason reason) throws Exception {
			this.ends.add(this.name + ": " + reason);
			this.stage.onStop(reason);
		}

	}

	/**
	 * Keeps three events to itself and does not complete when it is told to drain.
	 */
	private static final class Stubborn implements ProducerStage<Object> {

		@Override
		public List<Object> handleDemand(long demand) {
			return List.of();
		}

		@Override
		public void onDrain(StageContext context) {
		}

		@Override
		public long backlog() {
			return 3;
		}

	}

	/**
	 * Takes 300 ms to finish when it is told to drain.
	 */
	private static final class Slow implements ConsumerStage<Object> {

		private @Nullable StageContext draining;

		@Override
		public void handleEvents(List<Object> events, Subscription from) {
		}

		@Override
		public void onDrain(StageContext context) {
			this.draining = context;
			context.tellLater(Duration.ofMillis(300), "done");
		}

		@Override
		public void onInfo(Object message) {
			Objects.requireNonNull(this.draining).complete();
		}

	}

	/**
	 * Can't be started.
	 */
	private static final class Unstartable implements ConsumerStage<Object> {

		@Override
		public void onStart(StageContext context) {
			throw new IllegalStateException("no printer");
		}

		@Override
		public void handleEvents(List<Object> events, Subscription from) {
		}

	}

}
