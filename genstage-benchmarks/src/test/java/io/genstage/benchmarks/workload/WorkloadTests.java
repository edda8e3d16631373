package io.genstage.benchmarks.workload;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WorkloadTests {

	@Test
	void countsEachEventOnceUnlessItIsBroadcast() {
		assertThat(Workload.PIPE.expectedSum(4)).isEqualTo(6);
		assertThat(Workload.FANOUT.expectedSum(4)).isEqualTo(6);
		assertThat(Workload.PARTITION.expectedSum(4)).isEqualTo(6);
		assertThat(Workload.BROADCAST.expectedSum(4)).isEqualTo(24);
	}

	@Test
	void countsWhatTheMappersAdd() {
		assertThat(Workload.CHAIN.expectedSum(4)).isEqualTo(18);
	}

	@Test
	void givesEveryConsumerSomeKeys() {
		assertThat(new Numbers(8).take(8).stream().map(Workload.PARTITION::consumerOf)).containsExactly(0, 1, 2, 3, 0,
				1, 2, 3);
	}

}
