package io.genstage.benchmarks.workload;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class DurationsTests {

	@Test
	void ranksThem() {
		Durations durations = new Durations(new long[] { 40, 10, 30, 20 });
		assertThat(durations.percentile(25)).isEqualTo(10);
		assertThat(durations.percentile(50)).isEqualTo(20);
		assertThat(durations.percentile(51)).isEqualTo(30);
		assertThat(durations.percentile(100)).isEqualTo(40);
	}

	@Test
	void refusesNone() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Durations(new long[0]));
	}

}
