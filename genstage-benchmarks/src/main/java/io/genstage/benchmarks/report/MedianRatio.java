package io.genstage.benchmarks.report;

import java.util.List;
import java.util.Locale;

/**
 * How much faster one thing is than another one, by the medians of JVMs of each.
 *
 * @param ratio the ratio of the medians
 * @param low the lower end of the interval that has the true ratio in 95 of 100 cases
 * @param high its upper end
 */
public record MedianRatio(double ratio, double low, double high) {

	/**
	 * Compares medians by the bootstrap: as many values as there are of each are drawn
	 * from them again and again.
	 * @param ones the rates of one thing, at least one
	 * @param others the rates of the other, at least one, each above 0
	 * @return the ratio
	 */
	public static MedianRatio of(List<Double> ones, List<Double> others) {
		if (ones.isEmpty() || others.isEmpty()) {
			throw new IllegalArgumentException("expected at least one rate of each");
		}
		double[] one = ones.stream().mapToDouble(Double::doubleValue).toArray();
		double[] other = others.stream().mapToDouble(Double::doubleValue).toArray();
		Bootstrap interval = Bootstrap
			.of((random) -> Bootstrap.drawnMedian(one, random) / Bootstrap.drawnMedian(other, random));
		return new MedianRatio(Bootstrap.median(one) / Bootstrap.median(other), interval.low(), interval.high());
	}

	@Override
	public String toString() {
		return String.format(Locale.ROOT, "%.3f [%.3f to %.3f]", this.ratio, this.low, this.high);
	}

}
