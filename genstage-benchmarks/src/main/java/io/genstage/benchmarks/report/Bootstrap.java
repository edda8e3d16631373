package io.genstage.benchmarks.report;

import java.util.Arrays;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * The interval that has the true value in 95 of 100 cases, found by measuring again and
 * again what was drawn from the measurements that there are.
 *
 * @param low its lower end
 * @param high its upper end
 */
record Bootstrap(double low, double high) {

	private static final int RESAMPLES = 10_000;

	/** Each run of the same numbers gives the same interval. */
	private static final long SEED = 1;

	/**
	 * Finds the interval.
	 * @param value draws anew, and returns the value of what it has drawn
	 */
	static Bootstrap of(ToDoubleFunction<Random> value) {
		Random random = new Random(SEED);
		double[] values = new double[RESAMPLES];
		Arrays.setAll(values, (resample) -> value.applyAsDouble(random));
		Arrays.sort(values);
		return new Bootstrap(values[(int) (RESAMPLES * 0.025)], values[(int) (RESAMPLES * 0.975) - 1]);
	}

	/** Returns the median of as many values as there are, drawn from them. */
	static double drawnMedian(double[] values, Random random) {
		return median(random.ints(values.length, 0, values.length).mapToDouble((place) -> values[place]).toArray());
	}

	static double median(double[] values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		int middle = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

}
