package io.genstage.benchmarks.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * How much faster one thing is than another one, from pairs that were measured one right
 * after the other: what a machine does beside that changes both of a pair alike.
 *
 * @param median the median of the pairs' ratios
 * @param low the lower end of the interval that has the true median in 95 of 100 cases
 * @param high its upper end
 */
public record PairedRatio(double median, double low, double high) {

	private static final int RESAMPLES = 10_000;

	/** Each run of the same numbers gives the same interval. */
	private static final long SEED = 1;

	/**
	 * Compares pairs by the bootstrap: pairs are drawn from them again and again, as many
	 * as there are, with their logarithms, so that a half and a double weigh the same.
	 * @param pairs the ratios of the pairs, at least one, each above 0
	 * @return the ratio
	 */
	public static PairedRatio of(List<Double> pairs) {
		if (pairs.isEmpty()) {
			throw new IllegalArgumentException("expected at least one pair");
		}
		double[] logs = pairs.stream().mapToDouble(Math::log).toArray();
		Random random = new Random(SEED);
		double[] medians = new double[RESAMPLES];
		for (int resample = 0; resample < RESAMPLES; resample++) {
			medians[resample] = median(
					random.ints(logs.length, 0, logs.length).mapToDouble((pair) -> logs[pair]).toArray());
		}
		Arrays.sort(medians);
		return new PairedRatio(Math.exp(median(logs)), Math.exp(medians[(int) (RESAMPLES * 0.025)]),
				Math.exp(medians[(int) (RESAMPLES * 0.975) - 1]));
	}

	private static double median(double[] values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		int middle = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

	@Override
	public String toString() {
		return String.format(Locale.ROOT, "%.3f [%.3f to %.3f]", this.median, this.low, this.high);
	}

}
