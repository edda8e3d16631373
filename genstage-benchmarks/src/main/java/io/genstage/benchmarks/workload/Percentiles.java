package io.genstage.benchmarks.workload;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * The percentiles of one iteration, which JMH reports as secondary results.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class Percentiles {

	/** Microseconds that half of all stay below. */
	public double p50;

	/** Microseconds that nine in ten stay below. */
	public double p90;

	/** Microseconds that 99 in a hundred stay below. */
	public double p99;

	/**
	 * Sets the percentiles of one iteration.
	 * @param parts into how many equal parts each duration is divided
	 */
	public void set(Durations durations, int parts) {
		this.p50 = micros(durations, 50) / parts;
		this.p90 = micros(durations, 90) / parts;
		this.p99 = micros(durations, 99) / parts;
	}

	private static double micros(Durations durations, double percent) {
		return durations.percentile(percent) / TimeUnit.MICROSECONDS.toNanos(1);
	}

}
