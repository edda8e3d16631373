package io.genstage;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.stream.Stream;

import io.genstage.flow.Flows;
import io.genstage.pipeline.InvalidGraphException;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.StageDefinition;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.EventQueue;
import io.genstage.source.Sources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * One object as the stage of several runs.
 */
class SharedStageTests {

	private final SeededExecutor executor = new SeededExecutor(1);

	private final StageSystem system = StageSystem.builder().executor(this.executor).scheduler(this.executor).build();

	static Stream<Stage> thatKeepARun() {
		return Stream.of(new EventQueue<Integer>(5), Sources.iterable(List.of(1)), Sources.stream(Stream.of(1)),
				Sources.polling((limit) -> List.of()), Flows.producer(new SubmissionPublisher<Integer>(), 10),
				Flows.consumer(new Subscriber()), new KeepsItsContext());
	}

	static Stream<Stage> thatCanBeStartedAgain() {
		// A subscriber can be served once.
		return thatKeepARun().filter(Stage::isRestartable)
			.filter((stage) -> !stage.getClass().getPackageName().equals("io.genstage.flow"));
	}

	@ParameterizedTest
	@MethodSource
	void thatKeepARun(Stage stage) {
		StageRef first = this.system.start("first", stage);
		assertThatIllegalArgumentException().isThrownBy(() -> this.system.start("second", stage))
			.withMessage("stage 'second' can't be started: its %s runs as stage 'first' already, "
					+ "and keeps what belongs to one run. Make another one for it", stage.getClass().getName());
		assertThat(this.system.find("second")).isEmpty();
		assertThat(first.status().isRunning()).isTrue();
	}

	@ParameterizedTest
	@MethodSource("thatCanBeStartedAgain")
	void mayRunOneAfterTheOther(Stage stage) {
		for (int run = 0; run < 3; run++) {
			StageRef started = this.system.start("run", stage);
			started.stop(ExitReason.SHUTDOWN);
			this.executor.runReady();
			assertThat(started.status().isRunning()).isFalse();
		}
	}

	@Test
	void mayBeStartedAfterAStartThatFailed() {
		boolean[] broken = { true };
		ConsumerStage<Integer> stage = new ConsumerStage<>() {

			@Override
			public void onStart(StageContext context) {
				if (broken[0]) {
					throw new IllegalStateException("broken");
				}
			}

			@Override
			public void handleEvents(List<Integer> events, Subscription from) {
			}

		};
		assertThatExceptionOfType(StageStartException.class).isThrownBy(() -> this.system.start("first", stage));
		broken[0] = false;
		assertThat(this.system.start("second", stage).status().isRunning()).isTrue();
	}

	@Test
	void mayBeSharedIfItKeepsNothing() {
		ConsumerStage<Integer> lambda = (events, from) -> {
		};
		assertThat(lambda.isShareable()).isTrue();
		this.system.start("first", lambda);
		this.system.start("second", lambda);
		Stage says = new SaysItMayBeShared();
		this.system.start("third", says);
		this.system.start("fourth", says);
		assertThat(this.system.stages()).hasSize(4);
	}

	@Test
	void isRefusedForSeveralInstancesOfADefinition() {
		StageDefinition shared = StageDefinition.of("shared", new KeepsItsContext())
			.subscribeTo("numbers")
			.withConcurrency(3);
		assertThatExceptionOfType(InvalidGraphException.class).isThrownBy(
				() -> PipelineGraph.of(List.of(StageDefinition.of("numbers", Sources.iterable(List.of(1))), shared)))
			.withMessageContaining("can't run as 3 instances: they would share one KeepsItsContext, "
					+ "which keeps what belongs to one run; define it by what makes a stage for each");
	}

	@Test
	void isRefusedForTwoDefinitions() {
		Stage one = new KeepsItsContext();
		assertThatExceptionOfType(InvalidGraphException.class)
			.isThrownBy(() -> PipelineGraph.of(List.of(StageDefinition.of("numbers", Sources.iterable(List.of(1))),
					StageDefinition.of("first", one).subscribeTo("numbers"),
					StageDefinition.of("second", one).subscribeTo("numbers"))))
			.withMessageContaining("has the same KeepsItsContext as 'first'");
	}

	@Test
	void isRefusedWhenAPipelineIsToRunMoreInstances() {
		Pipeline pipeline = new Pipeline(PipelineGraph.of(List.of(StageDefinition.of("queue", new EventQueue<>(5)),
				StageDefinition.of("alone", new KeepsItsContext()).subscribeTo("queue"))), this.system);
		pipeline.start();
		this.executor.runReady();
		assertThatIllegalArgumentException().isThrownBy(() -> pipeline.concurrency("alone", 2))
			.withMessageContaining("can't run as 2 instances");
		assertThatIllegalArgumentException().isThrownBy(() -> pipeline.concurrency("queue", 2))
			.withMessageContaining("EventQueue");
		CompletionStage<Void> unchanged = pipeline.concurrency("alone", 1);
		this.executor.runReady();
		assertThat(unchanged.toCompletableFuture()).isCompleted();
		assertThat(pipeline.drain(Duration.ofSeconds(1)).toCompletableFuture()).satisfies((drained) -> {
			this.executor.runReady();
			assertThat(drained).isCompleted();
		});
	}

	/**
	 * A stage as users write them.
	 */
	private static final class KeepsItsContext implements ConsumerStage<Integer> {

		private StageContext context;

		@Override
		public void onStart(StageContext context) {
			this.context = context;
		}

		@Override
		public void handleEvents(List<Integer> events, Subscription from) {
			this.context.complete();
		}

	}

	/**
	 * A stage that only counts its runs, say.
	 */
	private static final class SaysItMayBeShared implements ConsumerStage<Integer> {

		@Override
		public void onStart(StageContext context) {
		}

		@Override
		public boolean isShareable() {
			return true;
		}

		@Override
		public void handleEvents(List<Integer> events, Subscription from) {
		}

	}

	/**
	 * A subscriber of somebody else's.
	 */
	private static final class Subscriber implements Flow.Subscriber<Integer> {

		@Override
		public void onSubscribe(Flow.Subscription subscription) {
		}

		@Override
		public void onNext(Integer item) {
		}

		@Override
		public void onError(Throwable throwable) {
		}

		@Override
		public void onComplete() {
		}

	}

}
