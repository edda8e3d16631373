package io.genstage.benchmarks.report;

import java.util.SortedMap;

/**
 * How evenly something costs.
 */
final class Costs {

	private Costs() {
	}

	/** Returns the dearest of at least one cost in relation to the cheapest. */
	static double range(SortedMap<Integer, Double> costs) {
		double dearest = costs.values().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
		double cheapest = costs.values().stream().mapToDouble(Double::doubleValue).min().orElseThrow();
		return dearest / cheapest;
	}

	/** Returns the dearest of at least one cost in relation to the first. */
	static double growth(SortedMap<Integer, Double> costs) {
		double dearest = costs.values().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
		return dearest / costs.values().iterator().next();
	}

}
