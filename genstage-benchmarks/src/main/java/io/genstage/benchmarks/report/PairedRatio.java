package io.genstage.benchmarks.report;

import java.util.List;
import java.util.Locale;

/**
 * How much faster one thing is than another one, from pairs that were measured one right
 * after the other: what a machine does beside that changes both of a pair alike.
 *
 * @param median the median of the pairs' ratios
 * @param low the lower end of the interval that has the true median in 95 of 100 cases
 * @param high its upper end
 */
public record PairedRatio(double median, double low, double high) {

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
		Bootstrap interval = Bootstrap.of((random) -> Bootstrap.drawnMedian(logs, random));
		return new PairedRatio(Math.exp(Bootstrap.median(logs)), Math.exp(interval.low()), Math.exp(interval.high()));
	}

	@Override
	public String toString() {
		return String.format(Locale.ROOT, "%.3f [%.3f to %.3f]", this.median, this.low, this.high);
	}

}
