package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.StageOptions;
import io.genstage.StageStatus;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.PartitionOptions;
import io.genstage.dispatch.PartitionRouter;
import io.genstage.dispatch.Unserved;
import io.genstage.source.Sources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Partitions of a pipeline that nobody serves: what waits for them holds up the others no
 * earlier than it has to, and a drain doesn't wait for it.
 */
class UnservedPartitionTests extends PipelineFixture {

	private static final int EVENTS = 1000;

	private static final StageOptions PARITY = StageOptions.defaults()
		.withDispatcher(Dispatchers.partition(PartitionOptions.<Integer>ofCount(2)
			.withRouter((event) -> new PartitionRouter.Routed<>(event % 2, event))));

	private static final RestartPolicy ONE_SECOND_LATER = RestartPolicy.defaults()
		.withBackOff(Duration.ofSeconds(1), 1, Duration.ofSeconds(1));

	private static final Duration LONG = Duration.ofHours(1);

	private final List<Integer> even = new ArrayList<>();

	private final List<Integer> odd = new ArrayList<>();

	private boolean broken = true;

	@ParameterizedTest
	@EnumSource
	void doNotHoldUpTheOthers(Kind kind) {
		Pipeline pipeline = start(kind, PARITY, odd().withRestarts(RestartPolicy.never()));
		assertThat(stage(pipeline, "odd").state()).isEqualTo(StageState.FAILED);
		assertThat(this.even).hasSize(EVENTS / 2).isSorted();
		StageStatus numbers = numbers(pipeline, "numbers");
		assertThat(numbers.discarded()).isZero();
		assertThat(numbers.unserved()).isPositive().isEqualTo(numbers.buffered());
		assertBalanced(pipeline);
	}

	@ParameterizedTest
	@EnumSource
	void doNotHoldUpTheOthersIfTheirConsumerWasNeverStarted(Kind kind) {
		Pipeline pipeline = start(kind, PARITY, odd().withAutoStartup(false));
		assertThat(this.even).hasSize(EVENTS / 2);
		assertThat(numbers(pipeline, "numbers").unserved()).isEqualTo(EVENTS / 2);
		assertBalanced(pipeline);
	}

	@ParameterizedTest
	@EnumSource
	void holdUpTheOthersOnceTheBufferIsFull(Kind kind) {
		Pipeline pipeline = start(kind, PARITY.withBufferSize(100), odd().withRestarts(RestartPolicy.never()));
		assertThat(this.even).hasSizeBetween(100, 200);
		assertThat(numbers(pipeline, "numbers").unserved()).isBetween(100L, 110L);
		assertThat(numbers(pipeline, "numbers").discarded()).isZero();
		assertBalanced(pipeline);
	}

	@ParameterizedTest
	@EnumSource
	void loseTheirOldestEventsBeyondTheBufferIfThatIsWanted(Kind kind) {
		Pipeline pipeline = start(kind, PARITY.withBufferSize(100).withUnserved(Unserved.DISCARD),
				odd().withAutoStartup(false));
		assertThat(this.even).hasSize(EVENTS / 2);
		assertThat(numbers(pipeline, "numbers").unserved()).isEqualTo(100);
		assertThat(numbers(pipeline, "numbers").discarded()).isEqualTo(EVENTS / 2 - 100);
		assertBalanced(pipeline);
		this.broken = false;
		pipeline.start("odd");
		run();
		assertThat(pipeline.state()).isEqualTo(PipelineState.COMPLETED);
		assertThat(this.odd).hasSize(100).isSorted().startsWith(EVENTS - 199).endsWith(EVENTS - 1);
	}

	@ParameterizedTest
	@EnumSource
	void loseEachEventIfThereIsNoBuffer(Kind kind) {
		Pipeline pipeline = start(kind, PARITY.withBufferSize(0).withUnserved(Unserved.DISCARD),
				odd().withAutoStartup(false));
		assertThat(this.even).hasSize(EVENTS / 2);
		assertThat(numbers(pipeline, "numbers").discarded()).isEqualTo(EVENTS / 2);
		assertBalanced(pipeline);
	}

	@ParameterizedTest
	@EnumSource
	void keepTheirEventsForWhoeverComes(Kind kind) {
		Pipeline pipeline = start(kind, PARITY, odd().withRestarts(RestartPolicy.never()));
		long lost = numbers(pipeline, "odd").discarded();
		this.broken = false;
		pipeline.start("odd");
		run();
		assertThat(pipeline.state()).isEqualTo(PipelineState.COMPLETED);
		assertThat(this.even).hasSize(EVENTS / 2);
		assertThat(this.odd).hasSize(EVENTS / 2 - (int) lost).isSorted();
		assertThat(numbers(pipeline, "numbers").unserved()).isZero();
		assertBalanced(pipeline);
	}

	@ParameterizedTest
	@EnumSource
	void goOnWithinTheAsksOfTheirConsumersAfterwards(Kind kind) {
		Pipeline pipeline = start(kind, PARITY.withBufferSize(50), odd().withAutoStartup(false));
		this.broken = false;
		pipeline.start("odd");
		run();
		assertThat(pipeline.state()).isEqualTo(PipelineState.COMPLETED);
		assertThat(this.even).hasSize(EVENTS / 2);
		assertThat(this.odd).hasSize(EVENTS / 2).isSorted();
	}

	@ParameterizedTest
	@EnumSource
	void areNotWaitedForByADrain(Kind kind) {
		Pipeline pipeline = start(kind, PARITY.withBufferSize(100), odd().withRestarts(RestartPolicy.never()));
		long waiting = numbers(pipeline, "numbers").unserved();
		CompletableFuture<DrainReport> report = pipeline.drain(LONG).toCompletableFuture();
		run();
		assertThat(report).isCompleted();
		assertThat(lost(report.join(), "numbers")).isGreaterThanOrEqualTo(waiting);
		assertThat(numbers(pipeline, "numbers").held()).isZero();
		assertThat(this.even).isSorted();
		assertBalanced(pipeline);
	}

	@ParameterizedTest
	@EnumSource
	void areNotWaitedForByADrainIfTheirConsumerWasNeverStarted(Kind kind) {
		Pipeline pipeline = start(kind, PARITY.withBufferSize(100), odd().withAutoStartup(false));
		CompletableFuture<DrainReport> report = pipeline.drain(LONG).toCompletableFuture();
		run();
		assertThat(report).isCompleted();
		assertThat(lost(report.join(), "numbers")).isPositive();
		assertBalanced(pipeline);
	}

	@ParameterizedTest
	@EnumSource
	void areWaitedForByADrainWhileTheirConsumerIsRestarted(Kind kind) {
		Pipeline pipeline = start(kind, PARITY, odd().withRestarts(ONE_SECOND_LATER));
		assertThat(stage(pipeline, "odd").state()).isEqualTo(StageState.RESTARTING);
		long lost = numbers(pipeline, "odd").discarded();
		CompletableFuture<DrainReport> report = pipeline.drain(LONG).toCompletableFuture();
		run();
		assertThat(report).isNotDone();
		this.broken = false;
		this.executor.advance(Duration.ofSeconds(1));
		assertThat(report).isCompleted();
		assertThat(numbers(pipeline, "numbers").discarded()).isZero();
		assertThat(this.odd).hasSize(EVENTS / 2 - (int) lost).isSorted();
		assertBalanced(pipeline);
	}

	@Test
	void areThoseOfAnInstanceThatHasFailedForGood() {
		ConsumerStage<Integer> failingForOdd = (events, from) -> {
			if (this.broken && events.get(0) % 2 == 1) {
				throw new IllegalStateException("broken");
			}
			this.even.addAll(events);
		};
		Pipeline pipeline = pipeline(
				StageDefinition.of("numbers", Sources.iterable(numbersUpTo(EVENTS))).withOptions(PARITY),
				StageDefinition.of("both", failingForOdd)
					.withConcurrency(2)
					.withRestarts(RestartPolicy.never())
					.subscribeTo("numbers", FEW));
		pipeline.start();
		run();
		assertThat(this.even).hasSize(EVENTS / 2);
		CompletableFuture<DrainReport> report = pipeline.drain(LONG).toCompletableFuture();
		run();
		assertThat(report).isCompleted();
		assertBalanced(pipeline);
	}

	private Pipeline start(Kind kind, StageOptions options, StageDefinition odd) {
		List<StageDefinition> stages = new ArrayList<>(kind.numbers(options));
		stages.add(StageDefinition.of("even", collecting(this.even)).subscribeTo("numbers", FEW.withPartition(0)));
		stages.add(odd.subscribeTo("numbers", FEW.withPartition(1)));
		Pipeline pipeline = pipeline(stages.toArray(StageDefinition[]::new));
		pipeline.start();
		run();
		return pipeline;
	}

	private StageDefinition odd() {
		return StageDefinition.of("odd", (ConsumerStage<Integer>) (events, from) -> {
			if (this.broken) {
				throw new IllegalStateException("broken");
			}
			this.odd.addAll(events);
		});
	}

	private static long lost(DrainReport report, String stage) {
		return report.stages()
			.stream()
			.filter((outcome) -> outcome.stage().equals(stage))
			.mapToLong(DrainReport.Outcome::lost)
			.sum();
	}

	/** What was emitted was handled or discarded, or is still there. */
	private static void assertBalanced(Pipeline pipeline) {
		StageStatus numbers = numbers(pipeline, "numbers");
		long sent = pipeline.status()
			.edges()
			.stream()
			.filter((edge) -> edge.producer().equals("numbers"))
			.mapToLong(EdgeStatus::sent)
			.sum();
		assertThat(numbers.out()).isEqualTo(sent + numbers.buffered() + numbers.discarded());
	}

	/**
	 * What divides its events.
	 */
	enum Kind {

		PRODUCER {

			@Override
			List<StageDefinition> numbers(StageOptions options) {
				return List
					.of(StageDefinition.of("numbers", Sources.iterable(numbersUpTo(EVENTS))).withOptions(options));
			}

		},

		PRODUCER_CONSUMER {

			@Override
			List<StageDefinition> numbers(StageOptions options) {
				return List.of(StageDefinition.of("source", Sources.iterable(numbersUpTo(EVENTS))),
						StageDefinition
							.of("numbers", (ProducerConsumerStage<Integer, Integer>) (events, from) -> events)
							.withOptions(options)
							.subscribeTo("source", FEW));
			}

		};

		abstract List<StageDefinition> numbers(StageOptions options);

	}

}
