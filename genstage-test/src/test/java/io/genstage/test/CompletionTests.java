package io.genstage.test;

import java.time.Duration;
import java.util.List;

import io.genstage.ConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageSystem;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.RestartPolicy;
import io.genstage.pipeline.StageDefinition;
import io.genstage.source.Sources;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is said of pipelines that complete, and of those that don't.
 */
class CompletionTests {

	private static final ConsumerStage<String> IGNORE = (events, from) -> {
	};

	private static Pipeline pipeline(StageSystem system, ProducerStage<String> producer,
			ConsumerStage<String> consumer) {
		return new Pipeline(PipelineGraph.of(List.of(StageDefinition.of("letters", producer),
				StageDefinition.of("reader", consumer).subscribeTo("letters").withRestarts(RestartPolicy.never()))),
				system);
	}

	@Test
	void returnsWhenThePipelineHasCompleted() {
		try (StageSystem system = StageSystem.create()) {
			Pipeline pipeline = pipeline(system, Sources.iterable(List.of("a", "b")), IGNORE);
			pipeline.start();
			Completion.await(pipeline, Duration.ofMinutes(1));
			assertThat(pipeline.status().state()).isEqualTo(PipelineState.COMPLETED);
		}
	}

	@Test
	void tellsWhereEachStageStandsWhenTimeIsUp() {
		try (TestSystem system = new TestSystem()) {
			Pipeline pipeline = pipeline(system.stages(), (demand) -> List.of(), IGNORE);
			pipeline.start();
			system.run();
			assertThatExceptionOfType(AssertionError.class)
				.isThrownBy(() -> Completion.await(pipeline, Duration.ofMillis(1)))
				.satisfies((error) -> assertThat(error.getMessage()).isEqualToNormalizingNewlines("""
						has not completed within PT0.001S: pipeline 'letters' is RUNNING
						  producer 'letters' is RUNNING: 0 in, 0 out, 0 held, 0 discarded
						  consumer 'reader' is RUNNING: 0 in, 0 out, 0 held, 0 discarded
						  letters > reader: 1000 wanted, 0 sent, 0 under way"""));
		}
	}

	@Test
	void tellsWhatAStageHasThrown() {
		try (StageSystem system = StageSystem.create()) {
			Pipeline pipeline = pipeline(system, Sources.iterable(List.of("a")), (events, from) -> {
				throw new IllegalStateException("the disk is full");
			});
			pipeline.start();
			assertThatExceptionOfType(AssertionError.class)
				.isThrownBy(() -> Completion.await(pipeline, Duration.ofMinutes(1)))
				.withMessageStartingWith("has ended without completing: pipeline 'letters' is FAILED")
				.withMessageContaining("consumer 'reader' is FAILED")
				.withMessageContaining("the disk is full");
		}
	}

	@Test
	void isNotNeededWhereTheTestRunsTheStages() {
		try (TestSystem system = new TestSystem()) {
			Pipeline pipeline = pipeline(system.stages(), Sources.iterable(List.of("a", "b")), IGNORE);
			pipeline.start();
			system.run();
			assertThat(pipeline.status().state()).isEqualTo(PipelineState.COMPLETED);
		}
	}

}
