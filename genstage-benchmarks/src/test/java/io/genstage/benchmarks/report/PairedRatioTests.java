package io.genstage.benchmarks.report;

import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

class PairedRatioTests {

	@Test
	void isTheMedianOfPairs() {
		assertThat(PairedRatio.of(List.of(0.5, 0.9, 10.0)).median()).isEqualTo(0.9, within(1e-9));
		assertThat(PairedRatio.of(List.of(0.5, 2.0)).median()).isEqualTo(1, within(1e-9));
	}

	@Test
	void isKnownWellIfAllPairsAgree() {
		assertThat(PairedRatio.of(Collections.nCopies(40, 0.96))).hasToString("0.960 [0.960 to 0.960]");
	}

	@Test
	void hasAnIntervalThatGetsNarrowerWithMorePairs() {
		Random random = new Random(3);
		PairedRatio few = PairedRatio.of(pairs(random, 10));
		PairedRatio many = PairedRatio.of(pairs(random, 1000));
		assertThat(few.low()).isLessThan(few.median());
		assertThat(few.high()).isGreaterThan(few.median());
		assertThat(many.high() - many.low()).isLessThan((few.high() - few.low()) / 2);
		assertThat(many.median()).isEqualTo(0.95, within(0.03));
		assertThat(many.low()).isLessThan(0.95);
		assertThat(many.high()).isGreaterThan(0.95);
	}

	private static List<Double> pairs(Random random, int count) {
		return random.doubles(count).mapToObj((spread) -> 0.95 * Math.exp(0.4 * (spread - 0.5))).toList();
	}

	@Test
	void refusesNoPair() {
		assertThatIllegalArgumentException().isThrownBy(() -> PairedRatio.of(List.of()))
			.withMessage("expected at least one pair");
	}

}
