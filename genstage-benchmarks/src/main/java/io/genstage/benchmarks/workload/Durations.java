package io.genstage.benchmarks.workload;

import java.util.Arrays;

/**
 * How long something took each time.
 */
public final class Durations {

	private final long[] nanos;

	/**
	 * Creates durations.
	 * @param nanos at least one, in any order; sorted by this constructor
	 */
	public Durations(long[] nanos) {
		if (nanos.length == 0) {
			throw new IllegalArgumentException("expected at least one duration");
		}
		Arrays.sort(nanos);
		this.nanos = nanos;
	}

	/**
	 * Returns the duration that so many of a hundred don't exceed, in nanoseconds.
	 * @param percent above 0, up to 100
	 */
	public double percentile(double percent) {
		return this.nanos[(int) Math.ceil(percent / 100 * this.nanos.length) - 1];
	}

}
