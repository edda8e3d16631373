package io.genstage.benchmarks;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;

import io.genstage.benchmarks.workload.Workload;
import io.genstage.benchmarks.workload.WorkloadRun;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every contender has to do in every workload, however fast.
 */
class ContenderTests {

	private static final Set<Contender> OWN = EnumSet.of(Contender.STAGES, Contender.STAGES_POOL, Contender.PIPELINE,
			Contender.ANNOTATED);

	@ParameterizedTest(name = "{0} in {1}")
	@MethodSource("everyContenderInEveryWorkload")
	@Timeout(60)
	void handlesEveryEvent(Contender contender, Workload workload) throws Exception {
		try (WorkloadRun run = contender.open(workload)) {
			assertThat(run.sum(4)).isEqualTo(workload.expectedSum(4));
			assertThat(run.sum(10_001)).as("a second run, with a last batch of one")
				.isEqualTo(workload.expectedSum(10_001));
		}
	}

	/**
	 * Each run starts stages of the same names, so that the last run's have to be gone.
	 */
	@ParameterizedTest(name = "{0} in {1}")
	@MethodSource("ownContendersInEveryWorkload")
	@Timeout(60)
	void canRunAgainAtOnce(Contender contender, Workload workload) throws Exception {
		try (WorkloadRun run = contender.open(workload)) {
			for (int count = 0; count < 300; count++) {
				assertThat(run.sum(100)).isEqualTo(workload.expectedSum(100));
			}
		}
	}

	static Stream<Arguments> ownContendersInEveryWorkload() {
		return everyContenderInEveryWorkload().filter((arguments) -> OWN.contains(arguments.get()[0]));
	}

	static Stream<Arguments> everyContenderInEveryWorkload() {
		return Arrays.stream(Contender.values())
			.flatMap((contender) -> Arrays.stream(Workload.values())
				.filter(contender::supports)
				.map((workload) -> Arguments.of(contender, workload)));
	}

}
