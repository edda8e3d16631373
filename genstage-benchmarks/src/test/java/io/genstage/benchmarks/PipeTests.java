package io.genstage.benchmarks;

import io.genstage.StageSystem;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every contender of {@link PipeBenchmark} has to do, however fast.
 */
class PipeTests {

	@Test
	void stagesHandEveryEventOver() throws Exception {
		assertThatEveryEventArrives(new StagePipe(StageSystem.create()));
	}

	@Test
	void stagesOnPoolHandEveryEventOver() throws Exception {
		assertThatEveryEventArrives(new PooledStagePipe());
	}

	@Test
	void submissionPublisherHandsEveryEventOver() throws Exception {
		assertThatEveryEventArrives(new SubmissionPublisherPipe());
	}

	@Test
	void batchQueueHandsEveryEventOver() throws Exception {
		assertThatEveryEventArrives(new BatchQueuePipe());
	}

	private void assertThatEveryEventArrives(Pipe pipe) throws Exception {
		try (pipe) {
			assertThat(pipe.sum(4)).isEqualTo(6);
			assertThat(pipe.sum(10_001)).as("a second run, with a last batch of one").isEqualTo(50_005_000);
		}
	}

}
