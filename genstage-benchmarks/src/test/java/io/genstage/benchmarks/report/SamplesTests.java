package io.genstage.benchmarks.report;

import java.util.List;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SamplesTests {

	@Test
	void readsTheIterationsOfEachFork() {
		Samples samples = Samples.of(JsonMapper.shared().readTree("{\"rawData\" : [[4, 1], [3]]}"));
		assertThat(samples.forks()).containsExactly(List.of(4.0, 1.0), List.of(3.0));
	}

	@Test
	void ranksTheIterationsOfAllForks() {
		Samples samples = new Samples(List.of(List.of(4.0, 1.0), List.of(3.0)));
		assertThat(samples.median()).isEqualTo(3);
		assertThat(samples.percentile(25)).isEqualTo(2);
	}

	@Test
	void knowsWhatColdJvmsDid() {
		Samples samples = new Samples(List.of(List.of(4.0, 1.0), List.of(3.0, 1.0)));
		assertThat(samples.first().median()).isEqualTo(3.5);
	}

	@Test
	void refusesNoIteration() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Samples(List.of(List.of())))
			.withMessage("expected at least one iteration");
	}

}
