package io.genstage.benchmarks.report;

import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

class MedianRatioTests {

	@Test
	void isThatOfTheMedians() {
		MedianRatio ratio = MedianRatio.of(List.of(1.0, 6.0, 100.0), List.of(2.0, 4.0));
		assertThat(ratio.ratio()).isEqualTo(2);
		assertThat(ratio.low()).isEqualTo(0.25);
		assertThat(ratio.high()).isEqualTo(50);
	}

	@Test
	void hasAnIntervalThatShrinksWithTheNumberOfForks() {
		MedianRatio few = MedianRatio.of(rates(10, 1), rates(10, 2));
		MedianRatio many = MedianRatio.of(rates(1000, 3), rates(1000, 4));
		assertThat(many.high() - many.low()).isLessThan((few.high() - few.low()) / 2);
		assertThat(many.ratio()).isCloseTo(1, within(0.05));
		assertThat(many.low()).isLessThan(1);
		assertThat(many.high()).isGreaterThan(1);
	}

	private static List<Double> rates(int count, long seed) {
		return new Random(seed).doubles(count, 0.5, 1.5).boxed().toList();
	}

	@Test
	void needsRatesOfBoth() {
		assertThatIllegalArgumentException().isThrownBy(() -> MedianRatio.of(List.of(), List.of(1.0)));
		assertThatIllegalArgumentException().isThrownBy(() -> MedianRatio.of(List.of(1.0), List.of()));
	}

	@Test
	void isPrintedWithItsInterval() {
		assertThat(MedianRatio.of(List.of(3.0), List.of(2.0))).hasToString("1.500 [1.500 to 1.500]");
	}

}
