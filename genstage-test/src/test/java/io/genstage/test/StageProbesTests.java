package io.genstage.test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.stream.Stream;

import io.genstage.AsyncConsumerStage;
import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.StageOptions;
import io.genstage.StageSystem;
import io.genstage.Subscription;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.delivery.Outcome;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.Retries;
import io.genstage.flow.Flows;
import io.genstage.intake.InFlight;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.RestartPolicy;
import io.genstage.pipeline.StageDefinition;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import io.genstage.source.DeliveryFailedException;
import io.genstage.source.EventQueue;
import io.genstage.task.TaskOptions;
import io.genstage.task.Tasks;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Stages of running pipelines that are tapped.
 */
class StageProbesTests {

	private final StageProbes probes = new StageProbes();

	private final EventQueue<String> letters = new EventQueue<>(10);

	private final ProducerConsumerStage<String, String> upper = (events,
			from) -> events.stream().map(String::toUpperCase).toList();

	private final ConsumerStage<String> reader = (events, from) -> {
		if (events.contains("X")) {
			throw new IllegalStateException("no X");
		}
	};

	private Pipeline start(StageSystem system, ProducerStage<String> producer) {
		Pipeline pipeline = new Pipeline(PipelineGraph.of(Stream
			.of(StageDefinition.of("letters", producer), StageDefinition.of("upper", this.upper).subscribeTo("letters"),
					StageDefinition.of("reader", this.reader).subscribeTo("upper").withRestarts(RestartPolicy.never()))
			.map(this.probes::tap)
			.toList()), system);
		pipeline.start();
		return pipeline;
	}

	@Test
	void seeWhatEachStageEmitsOrHandles() {
		try (TestSystem system = new TestSystem()) {
			start(system.stages(), this.letters);
			this.letters.offer("a");
			this.letters.offer("b");
			system.run();
			assertThat(this.probes.events("letters")).containsExactly("a", "b");
			assertThat(this.probes.events("upper")).containsExactly("A", "B");
			assertThat(this.probes.events("reader")).containsExactly("A", "B");
		}
	}

	@Test
	void emitEventsInTheNameOfAStage() {
		try (TestSystem system = new TestSystem()) {
			start(system.stages(), this.letters);
			system.run();
			this.probes.emit("letters", "a");
			this.probes.emit("upper", "as it is");
			system.run();
			assertThat(this.probes.events("reader")).containsExactlyInAnyOrder("A", "as it is");
		}
	}

	@Test
	void beginAnewForTheNextTest() {
		try (TestSystem system = new TestSystem()) {
			start(system.stages(), this.letters);
			this.probes.emit("letters", "a");
			system.run();
			this.probes.failNext("reader", 1, new IllegalStateException("no light"));
			this.probes.reset();
			assertThat(this.probes.events("reader")).isEmpty();
			this.probes.emit("letters", "b");
			system.run();
			assertThat(this.probes.events("reader")).containsExactly("B");
		}
	}

	@Test
	void emitEventsWhileAnyInstanceRuns() {
		try (TestSystem system = new TestSystem()) {
			Pipeline pipeline = start(system.stages(), this.letters);
			pipeline.concurrency("upper", 2);
			system.run();
			pipeline.concurrency("upper", 1);
			system.run();
			this.probes.emit("upper", "a");
			system.run();
			assertThat(this.probes.events("reader")).containsExactly("a");
		}
	}

	@Test
	void leaveTheStageItself() {
		StageDefinition definition = StageDefinition.of("upper", this.upper);
		StageDefinition tapped = this.probes.tap(definition);
		assertThat(tapped.stages().get()).isSameAs(this.upper);
		assertThat(tapped.withOptions(definition.options())).isEqualTo(definition);
	}

	@Test
	void leaveTheEndOfAPipelineAsItIs() {
		try (TestSystem system = new TestSystem()) {
			Pipeline pipeline = start(system.stages(), this.letters);
			this.letters.close();
			system.run();
			assertThat(pipeline.status().state()).isEqualTo(PipelineState.COMPLETED);
			assertThatIllegalStateException().isThrownBy(() -> this.probes.emit("letters", "a"))
				.withMessage("stage 'letters' doesn't run");
		}
	}

	@Test
	void leaveTheFailureOfAStageAsItIs() {
		try (TestSystem system = new TestSystem()) {
			Pipeline pipeline = start(system.stages(), this.letters);
			this.letters.offer("x");
			system.run();
			assertThat(pipeline.status().state()).isEqualTo(PipelineState.FAILED);
			assertThat(this.probes.events("upper")).containsExactly("X");
			assertThat(this.probes.events("reader")).isEmpty();
		}
	}

	@Test
	void waitForEventsOfRealThreads() {
		try (StageSystem system = StageSystem.create()) {
			start(system, this.letters);
			this.letters.offer("a");
			assertThat(this.probes.await("reader", 1, Duration.ofMinutes(1))).isEqualTo(List.of("A"));
			assertThatExceptionOfType(AssertionError.class)
				.isThrownBy(() -> this.probes.await("reader", 2, Duration.ofMillis(1)))
				.withMessage("expected 2 events of stage 'reader' within PT0.001S, but there are 1: [A]");
		}
	}

	@Test
	void waitUntilATaskIsDone() {
		try (TestSystem system = new TestSystem()) {
			List<Runnable> begun = new ArrayList<>();
			Tasks<String> tasks = Tasks.of(TaskOptions.defaults().withExecutor(begun::add));
			startReader(system,
					StageDefinition.of("reader", this.reader).withOptions(StageOptions.defaults().withTasks(tasks)));
			this.letters.offer("a");
			system.run();
			assertThat(this.probes.events("reader")).isEmpty();
			assertThatExceptionOfType(AssertionError.class)
				.isThrownBy(() -> this.probes.await("reader", 1, Duration.ofMillis(1)))
				.withMessage("expected 1 events of stage 'reader' within PT0.001S, but there are 0: []");
			begun.forEach(Runnable::run);
			system.run();
			assertThat(this.probes.await("reader", 1, Duration.ofMinutes(1))).isEqualTo(List.of("a"));
		}
	}

	@Test
	void seeABatchWhenItIsHandledAndLetItBeChanged() {
		try (TestSystem system = new TestSystem()) {
			Batching<String> pairs = Batching.of(BatchOptions.defaults().withSize(2));
			Pipeline pipeline = startReader(system,
					StageDefinition.of("reader", this.reader).withOptions(StageOptions.defaults().withBatching(pairs)));
			this.letters.offer("a");
			system.run();
			assertThat(this.probes.events("reader")).isEmpty();
			this.letters.offer("b");
			system.run();
			assertThat(this.probes.await("reader", 2, Duration.ofMinutes(1))).isEqualTo(List.of("a", "b"));
			pipeline.batch("reader", BatchOptions.defaults().withSize(1));
			this.letters.offer("c");
			system.run();
			assertThat(this.probes.events("reader")).containsExactly("a", "b", "c");
		}
	}

	@Test
	void letARateBeChanged() {
		try (TestSystem system = new TestSystem()) {
			Pipeline pipeline = startReader(system, StageDefinition.of("reader", this.reader)
				.withOptions(StageOptions.defaults().withRate(new RateAccount(RateLimit.of(1, Duration.ofDays(1))))));
			List.of("a", "b", "c").forEach(this.letters::offer);
			system.run();
			assertThat(this.probes.events("reader")).containsExactly("a");
			pipeline.rate("reader", RateLimit.of(2, Duration.ofSeconds(1)));
			system.advance(Duration.ofSeconds(1));
			assertThat(this.probes.events("reader")).containsExactly("a", "b", "c");
		}
	}

	private Pipeline startReader(TestSystem system, StageDefinition reader) {
		Pipeline pipeline = new Pipeline(
				PipelineGraph.of(Stream.of(StageDefinition.of("letters", this.letters), reader.subscribeTo("letters"))
					.map(this.probes::tap)
					.toList()),
				system.stages());
		pipeline.start();
		return pipeline;
	}

	@Test
	void seeWhatWasHandledBeforeAFailure() {
		try (TestSystem system = new TestSystem()) {
			startReader(system, StageDefinition.of("reader", new FailingReader(1)).withRestarts(RestartPolicy.never()));
			this.letters.offer("a");
			this.letters.offer("b");
			system.run();
			assertThat(this.probes.events("reader")).containsExactly("a");
		}
	}

	@Test
	void seeWhatOfABatchOfSeveralSubscriptionsWasHandledBeforeAFailure() {
		try (TestSystem system = new TestSystem()) {
			EventQueue<String> digits = new EventQueue<>(10);
			Batching<String> fours = Batching.of(BatchOptions.defaults().withSize(4));
			new Pipeline(PipelineGraph
				.of(List.of(StageDefinition.of("letters", this.letters), StageDefinition.of("digits", digits),
						this.probes.tap(StageDefinition.of("reader", new FailingReader(3))
							.withOptions(StageOptions.defaults().withBatching(fours))
							.subscribeTo("letters")
							.subscribeTo("digits")
							.withRestarts(RestartPolicy.never())))),
					system.stages())
				.start();
			this.letters.offer("a");
			system.run();
			digits.offer("1");
			digits.offer("2");
			system.run();
			this.letters.offer("b");
			system.run();
			assertThat(this.probes.events("reader")).containsExactly("a", "1", "2");
		}
	}

	@Test
	void seeWhatAnAsynchronousStageHasFinished() {
		try (TestSystem system = new TestSystem()) {
			List<CompletableFuture<Void>> begun = new ArrayList<>();
			AsyncConsumerStage<String> reading = (letter, from) -> {
				begun.add(new CompletableFuture<>());
				return begun.get(begun.size() - 1);
			};
			startReader(system, StageDefinition.of("reader", reading)
				.withOptions(StageOptions.defaults().withInFlight(InFlight.of(2))));
			this.letters.offer("a");
			this.letters.offer("b");
			system.run();
			assertThat(this.probes.events("reader")).isEmpty();
			begun.get(0).complete(null);
			system.run();
			assertThat(this.probes.events("reader")).containsExactly("a");
		}
	}

	@Test
	void seeWhatASubscriberHasGot() {
		try (TestSystem system = new TestSystem()) {
			Flow.Subscription[] requests = new Flow.Subscription[1];
			startReader(system, StageDefinition.of("reader", Flows.consumer(new SilentSubscriber(requests))));
			this.letters.offer("a");
			this.letters.offer("b");
			system.run();
			requests[0].request(1);
			system.run();
			assertThat(this.probes.events("reader")).containsExactly("a");
		}
	}

	@Test
	void reportTheOutcomeOfAnEvent() {
		try (TestSystem system = new TestSystem()) {
			start(system.stages(), this.letters);
			system.run();
			CompletableFuture<Outcome> read = this.probes.deliver("letters", "a");
			assertThat(read).isNotDone();
			system.run();
			assertThat(read).isCompletedWithValue(Outcome.ACCEPTED);
			assertThat(this.probes.events("reader")).containsExactly("A");
		}
	}

	@Test
	void reportThatAnEventHasFailed() {
		try (TestSystem system = new TestSystem()) {
			start(system.stages(), this.letters);
			system.run();
			CompletableFuture<Outcome> read = this.probes.deliver("letters", "x");
			system.run();
			assertThat(read).failsWithin(Duration.ZERO)
				.withThrowableThat()
				.havingCause()
				.isInstanceOf(DeliveryFailedException.class)
				.havingCause()
				.withMessage("no X");
		}
	}

	@Test
	void letTheNextCallsOfAHandlerFail() {
		try (TestSystem system = new TestSystem()) {
			startReader(system,
					StageDefinition.of("reader", this.reader)
						.withOptions(StageOptions.defaults()
							.withFailure(FailurePolicy.defaults().withRetries(Retries.fixed(2, Duration.ofHours(1))))));
			this.probes.failNext("reader", 2, new IOException("no light"));
			CompletableFuture<Outcome> read = this.probes.deliver("letters", "a");
			system.run();
			system.advance(Duration.ofHours(1));
			assertThat(this.probes.events("reader")).isEmpty();
			assertThat(read).isNotDone();
			system.advance(Duration.ofHours(1));
			assertThat(this.probes.events("reader")).containsExactly("a");
			assertThat(read).isCompletedWithValue(Outcome.ACCEPTED);
		}
	}

	@Test
	void letNoCallFailAnyMoreIfThatIsSaid() {
		try (TestSystem system = new TestSystem()) {
			start(system.stages(), this.letters);
			this.probes.failNext("upper", 5, new IOException("no light"));
			this.probes.failNext("upper", 0, new IOException("no light"));
			this.letters.offer("a");
			system.run();
			assertThat(this.probes.events("reader")).containsExactly("A");
		}
	}

	@Test
	void closeOpenBatches() {
		try (TestSystem system = new TestSystem()) {
			startCollector(system.stages());
			this.letters.offer("a");
			this.letters.offer("b");
			system.run();
			assertThat(this.probes.events("reader")).isEmpty();
			this.probes.flush("reader");
			system.run();
			assertThat(this.probes.events("reader")).containsExactly("A", "B");
		}
	}

	@Test
	void closeBatchesBehindWhatWasEmittedBefore() {
		try (TestSystem system = new TestSystem()) {
			startCollector(system.stages());
			system.run();
			this.probes.emit("letters", "a");
			this.probes.emit("upper", "b");
			this.probes.flush("reader");
			system.run();
			assertThat(this.probes.events("reader")).containsExactlyInAnyOrder("A", "b");
		}
	}

	@Test
	void closeBatchesOfRealThreads() {
		try (StageSystem system = StageSystem.create()) {
			startCollector(system);
			this.probes.emit("letters", "a");
			this.probes.await("upper", 1, Duration.ofMinutes(1));
			for (int round = 2; round <= 100; round++) {
				this.probes.emit("letters", "a");
				this.probes.flush("reader");
				assertThat(this.probes.await("reader", round, Duration.ofMinutes(1))).hasSize(round);
			}
		}
	}

	private void startCollector(StageSystem system) {
		Batching<String> large = Batching.of(BatchOptions.defaults().withSize(500).withTimeout(Duration.ofDays(1)));
		new Pipeline(PipelineGraph.of(
				Stream
					.of(StageDefinition.of("letters", this.letters),
							StageDefinition.of("upper", this.upper).subscribeTo("letters"),
							StageDefinition.of("reader", this.reader)
								.withOptions(StageOptions.defaults().withBatching(large))
								.subscribeTo("upper"))
					.map(this.probes::tap)
					.toList()),
				system)
			.start();
	}

	@Test
	void refuseStagesThatTheyCanNotServe() {
		try (TestSystem system = new TestSystem()) {
			start(system.stages(), this.letters);
			system.run();
			assertThatIllegalArgumentException().isThrownBy(() -> this.probes.events("lower"))
				.withMessageStartingWith("stage 'lower' is not tapped, but ");
			assertThatIllegalArgumentException().isThrownBy(() -> this.probes.emit("reader", "a"))
				.withMessage("stage 'reader' is a consumer, which emits nothing");
			assertThatIllegalArgumentException().isThrownBy(() -> this.probes.deliver("reader", "a"))
				.withMessage("stage 'reader' is a consumer, which emits nothing");
			IOException fault = new IOException();
			assertThatIllegalArgumentException().isThrownBy(() -> this.probes.failNext("letters", 1, fault))
				.withMessage("stage 'letters' is a producer, which handles nothing");
			assertThatIllegalArgumentException().isThrownBy(() -> this.probes.failNext("reader", -1, fault))
				.withMessage("calls must be >= 0, was -1");
		}
	}

	/**
	 * Fails behind some of its events.
	 */
	private static final class FailingReader implements ConsumerStage<String> {

		private final int handled;

		private StageContext context;

		FailingReader(int handled) {
			this.handled = handled;
		}

		@Override
		public void onStart(StageContext context) {
			this.context = context;
		}

		@Override
		public void handleEvents(List<String> events, Subscription from) {
			this.context.handled(from, events.subList(0, this.handled));
			throw new IllegalStateException("the next one");
		}

	}

	/**
	 * Requests nothing by itself.
	 *
	 * @param requests gets its subscription
	 */
	private record SilentSubscriber(Flow.Subscription[] requests) implements Flow.Subscriber<String> {

		@Override
		public void onSubscribe(Flow.Subscription subscription) {
			this.requests[0] = subscription;
		}

		@Override
		public void onNext(String letter) {
		}

		@Override
		public void onError(Throwable failure) {
		}

		@Override
		public void onComplete() {
		}

	}

}
