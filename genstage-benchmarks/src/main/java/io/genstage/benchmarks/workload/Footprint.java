package io.genstage.benchmarks.workload;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What idle stages take, which JMH reports as secondary results.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class Footprint {

	/** Bytes of heap per stage. */
	public double heap;

	/** Threads that have come with the stages. */
	public double threads;

	/** Microseconds of processor time while the stages were idle. */
	public double cpu;

	/** The same before there were any. */
	public double cpuBefore;

	/** Sets what some stages take. */
	public void set(Resources before, Resources after, int stages) {
		this.heap = (double) (after.heap() - before.heap()) / stages;
		this.threads = after.threads() - before.threads();
		this.cpu = after.cpuMicros();
		this.cpuBefore = before.cpuMicros();
	}

}
