package io.genstage.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;

import com.sun.management.OperatingSystemMXBean;
import io.genstage.benchmarks.workload.Workload;
import io.genstage.benchmarks.workload.WorkloadRun;

/**
 * What one of two JVMs does that are measured at the same time. It warms up, writes a
 * line, waits for one, and then writes for each slice of time how many events it has
 * handled in a microsecond of processor time. Everything else on the same processor makes
 * the slices longer, and not the events more expensive.
 */
final class PinnedFork {

	/** Written when the JVM is warm. */
	static final String WARM = "warm";

	private final OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

	private final WorkloadRun run;

	private PinnedFork(WorkloadRun run) {
		this.run = run;
	}

	/**
	 * Runs one workload.
	 * @param arguments the contender, the workload, how much processor time to spend
	 * before it is warm, how many slices to measure and how long each of them is; times
	 * are in milliseconds
	 * @throws Exception what the workload throws
	 */
	public static void main(String[] arguments) throws Exception {
		try (WorkloadRun run = Contender.valueOf(arguments[0]).open(Workload.valueOf(arguments[1]))) {
			PinnedFork fork = new PinnedFork(run);
			fork.warmUp(millis(arguments[2]));
			// Read by the JVM that has started this one, as are the rates.
			System.out.println(WARM);
			awaitLine();
			for (int slice = 0; slice < Integer.parseInt(arguments[3]); slice++) {
				// One line for each slice.
				System.out.println(String.format(Locale.ROOT, "%.6f", fork.rate(millis(arguments[4]))));
			}
		}
	}

	private static Duration millis(String millis) {
		return Duration.ofMillis(Long.parseLong(millis));
	}

	private static void awaitLine() throws IOException {
		int read;
		do {
			read = System.in.read();
		}
		while (read >= 0 && read != '\n');
	}

	/** On a busy machine that takes longer, as it does for the compiler. */
	private void warmUp(Duration spent) throws Exception {
		do {
			this.run.sum(ThroughputBenchmark.EVENTS);
		}
		while (this.process.getProcessCpuTime() < spent.toNanos());
	}

	private double rate(Duration slice) throws Exception {
		long cpu = this.process.getProcessCpuTime();
		long end = System.nanoTime() + slice.toNanos();
		long events = 0;
		long spent;
		do {
			this.run.sum(ThroughputBenchmark.EVENTS);
			events += ThroughputBenchmark.EVENTS;
			spent = this.process.getProcessCpuTime() - cpu;
		}
		// Processor time goes on in steps of some milliseconds.
		while (System.nanoTime() - end < 0 || spent == 0);
		return events * 1000.0 / spent;
	}

}
