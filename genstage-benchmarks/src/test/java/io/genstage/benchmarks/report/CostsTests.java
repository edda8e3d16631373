package io.genstage.benchmarks.report;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CostsTests {

	private final SortedMap<Integer, Double> costs = new TreeMap<>(Map.of(1, 6.0, 2, 2.0, 3, 8.0));

	@Test
	void rangesFromTheCheapestToTheDearest() {
		assertThat(Costs.range(this.costs)).isEqualTo(4);
	}

	@Test
	void growsFromTheFirst() {
		assertThat(Costs.growth(this.costs.headMap(3))).isEqualTo(1);
		assertThat(Costs.growth(this.costs)).isEqualTo(8 / 6.0);
	}

}
