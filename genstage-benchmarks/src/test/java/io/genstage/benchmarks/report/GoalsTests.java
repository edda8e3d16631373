package io.genstage.benchmarks.report;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class GoalsTests {

	@Test
	void saysWhichAreMet() {
		String text = new Goals().atMost("fast", 1.25, 1.25)
			.atMost("slow", 1.3, 1.25)
			.atLeast("many", 0.95, 0.95)
			.atLeast("few", 0.9, 0.95)
			.text();
		assertThat(text).contains("| fast | 1.25 | ≤ 1.25 | yes |", "| slow | 1.30 | ≤ 1.25 | **no** |",
				"| many | 0.95 | ≥ 0.95 | yes |", "| few | 0.90 | ≥ 0.95 | **no** |");
	}

	@Test
	void meetsNoneThatWasNotMeasured() {
		assertThat(new Goals().atMost("unknown", Double.NaN, 1).text())
			.contains("| unknown | – | ≤ 1.00 | not measured |");
	}

}
