package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.source.Sources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * A finished pipeline that is run again.
 */
class SecondRunTests extends PipelineFixture {

	private final List<Integer> handled = new ArrayList<>();

	private final Pipeline pipeline = pipeline(StageDefinition.of("numbers", Sources.iterable(numbersUpTo(20))),
			StageDefinition.of("both", (ProducerConsumerStage<Integer, Integer>) (events, from) -> events)
				.subscribeTo("numbers", FEW),
			StageDefinition.of("print", collecting(this.handled)).subscribeTo("both", FEW));

	static Stream<List<String>> orders() {
		return Stream.of(List.of("numbers", "both", "print"), List.of("numbers", "print", "both"),
				List.of("both", "numbers", "print"), List.of("both", "print", "numbers"),
				List.of("print", "numbers", "both"), List.of("print", "both", "numbers"));
	}

	private void finishOnce() {
		this.pipeline.start();
		run();
		assertThat(this.pipeline.whenEnded().toCompletableFuture()).isCompletedWithValue(PipelineState.COMPLETED);
		assertThat(this.handled).hasSize(20);
	}

	@Test
	void handlesEverythingAgain() {
		finishOnce();
		CompletableFuture<PipelineState> first = this.pipeline.whenEnded().toCompletableFuture();
		CompletableFuture<?> started = future(this.pipeline.start());
		CompletableFuture<PipelineState> second = this.pipeline.whenEnded().toCompletableFuture();
		assertThat(first).isDone();
		assertThat(second).isNotDone();
		run();
		assertThat(started).isCompleted();
		assertThat(second).isCompletedWithValue(PipelineState.COMPLETED);
		assertThat(this.handled).hasSize(40);
		assertThat(numbers(this.pipeline, "print").in()).isEqualTo(40);
		assertThat(numbers(this.pipeline, "both").discarded()).isZero();
	}

	@ParameterizedTest
	@MethodSource("orders")
	void mayBeStartedStageByStageInAnyOrder(List<String> order) {
		finishOnce();
		for (String stage : order) {
			CompletableFuture<?> started = future(this.pipeline.start(stage));
			assertThat(this.pipeline.whenEnded().toCompletableFuture()).isNotDone();
			run();
			assertThat(started).isCompleted();
		}
		assertThat(this.pipeline.whenEnded().toCompletableFuture()).isCompletedWithValue(PipelineState.COMPLETED);
		assertThat(this.handled).hasSize(40);
	}

	@ParameterizedTest
	@MethodSource("orders")
	void mayBeRestartedStageByStageAtOnce(List<String> order) {
		finishOnce();
		order.forEach(this.pipeline::restart);
		assertThat(this.pipeline.whenEnded().toCompletableFuture()).isNotDone();
		run();
		assertThat(this.pipeline.whenEnded().toCompletableFuture()).isCompletedWithValue(PipelineState.COMPLETED);
		assertThat(this.handled).hasSize(40);
	}

	@Test
	void waitsForAProducerThatIsNotStartedYet() {
		finishOnce();
		this.pipeline.start("print");
		run();
		assertThat(stage(this.pipeline, "print").state()).isEqualTo(StageState.RUNNING);
		assertThat(stage(this.pipeline, "numbers").state()).isEqualTo(StageState.CREATED);
		assertThat(this.pipeline.state()).isEqualTo(PipelineState.RUNNING);
	}

	@Test
	void followsOneThatHasFailed() {
		List<Integer> seen = new ArrayList<>();
		Pipeline failing = pipeline(StageDefinition.of("numbers", Sources.iterable(numbersUpTo(20))),
				StageDefinition.of("fragile", (ConsumerStage<Integer>) (events, from) -> {
					seen.addAll(events);
					if (seen.size() == 2) {
						throw new IllegalStateException("broken");
					}
				}).subscribeTo("numbers", FEW).withRestarts(RestartPolicy.never()));
		failing.start();
		run();
		failing.stop("numbers");
		run();
		assertThat(failing.whenEnded().toCompletableFuture()).isCompletedWithValue(PipelineState.FAILED);
		failing.start();
		run();
		assertThat(failing.whenEnded().toCompletableFuture()).isCompletedWithValue(PipelineState.COMPLETED);
		assertThat(seen).endsWith(numbersUpTo(20).toArray(Integer[]::new));
	}

	@Test
	void isToldToListeners() {
		List<PipelineState> states = new ArrayList<>();
		Pipeline watched = new Pipeline(
				PipelineGraph.of(List.of(StageDefinition.of("numbers", Sources.iterable(numbersUpTo(20))),
						StageDefinition.of("print", collecting(this.handled)).subscribeTo("numbers", FEW))),
				this.system, List.of(new PipelineListener() {
					@Override
					public void onPipelineChange(PipelineChange change) {
						states.add(change.to());
					}
				}));
		for (int round = 0; round < 3; round++) {
			watched.start();
			run();
		}
		assertThat(states).containsExactly(PipelineState.RUNNING, PipelineState.COMPLETED, PipelineState.RUNNING,
				PipelineState.COMPLETED, PipelineState.RUNNING, PipelineState.COMPLETED);
	}

	@Test
	void isRefusedWhileTheFirstGoesOnAndAfterADrain() {
		this.pipeline.start();
		assertThatIllegalStateException().isThrownBy(this.pipeline::start)
			.withMessage("pipeline 'numbers' has been started already");
		run();
		this.pipeline.drain(Duration.ofSeconds(1));
		run();
		assertThatIllegalStateException().isThrownBy(this.pipeline::start);
	}

}
