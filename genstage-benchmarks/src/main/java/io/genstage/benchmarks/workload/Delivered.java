package io.genstage.benchmarks.workload;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Deliveries, which JMH divides by the time of the iteration.
 */
@AuxCounters
@State(Scope.Thread)
public class Delivered {

	/**
	 * How many events were handled; one that several consumers handle counts for each.
	 */
	public long events;

}
