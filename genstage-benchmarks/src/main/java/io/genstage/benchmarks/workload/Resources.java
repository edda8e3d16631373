package io.genstage.benchmarks.workload;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import com.sun.management.OperatingSystemMXBean;

/**
 * What this process takes while nothing happens.
 *
 * @param heap the bytes that are in use after a collection
 * @param threads the threads of the operating system that run Java code
 * @param cpuMicros the processor time of the whole process while it was watched
 */
public record Resources(long heap, int threads, double cpuMicros) {

	private static final int COLLECTIONS = 3;

	/**
	 * Collects garbage and gives the compiler half of some time to finish what it has
	 * begun, then watches the process for all of it.
	 */
	public static Resources of(int millis) {
		for (int collection = 0; collection < COLLECTIONS; collection++) {
			System.gc();
		}
		long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
		OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
		rest(millis / 2);
		long cpu = system.getProcessCpuTime();
		rest(millis);
		double nanos = system.getProcessCpuTime() - cpu;
		return new Resources(heap, ManagementFactory.getThreadMXBean().getThreadCount(),
				nanos / TimeUnit.MICROSECONDS.toNanos(1));
	}

	private static void rest(int millis) {
		long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
		for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
			LockSupport.parkNanos(left);
		}
	}

}
