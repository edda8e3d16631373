package io.genstage.benchmarks;

import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.genstage.benchmarks.ours.Fan;
import io.genstage.benchmarks.workload.Delivered;
import io.genstage.benchmarks.workload.DispatcherKind;
import io.genstage.benchmarks.workload.Durations;
import io.genstage.benchmarks.workload.Percentiles;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * W10: what the maximum demand of one consumer does to throughput and to latency, with
 * handlers that compute for a while.
 */
@Fork(value = 2, jvmArgs = { "-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch" })
public class DemandBenchmark {

	/** Events per second, as the secondary result; the producer never runs dry. */
	@Benchmark
	@BenchmarkMode(Mode.Throughput)
	@OutputTimeUnit(TimeUnit.SECONDS)
	@Warmup(iterations = 3, time = 1)
	@Measurement(iterations = 5, time = 1)
	public void throughput(Working pipe, Delivered delivered) throws Exception {
		int events = pipe.events();
		pipe.fan().sum(events);
		delivered.events += events;
	}

	/**
	 * Microseconds from when an event is made until it is handled, behind a producer that
	 * answers all demand at once.
	 */
	@Benchmark
	@BenchmarkMode(Mode.SingleShotTime)
	@OutputTimeUnit(TimeUnit.MILLISECONDS)
	@Warmup(iterations = 3)
	@Measurement(iterations = 5)
	public void latency(Timed pipe, Percentiles percentiles) throws Exception {
		percentiles.set(pipe.measure(), 1);
	}

	private static void work(long nanos) {
		if (nanos > 0) {
			long end = System.nanoTime() + nanos;
			while (System.nanoTime() < end) {
				Thread.onSpinWait();
			}
		}
	}

	/**
	 * A pipe whose consumer works.
	 */
	@State(Scope.Benchmark)
	public static class Working {

		private static final int FREE_EVENTS = 1_000_000;

		private static final long NANOS_PER_RUN = TimeUnit.MILLISECONDS.toNanos(200);

		/** The most events that may be outstanding. */
		@Param({ "1", "10", "100", "1000", "10000", "100000" })
		public int maxDemand;

		/** Nanoseconds of work per event. */
		@Param({ "0", "1000", "100000" })
		public int work;

		private long next;

		private @Nullable Fan fan;

		@Setup
		public void open() throws Exception {
			this.fan = new Fan(DispatcherKind.DEMAND, 1, this.maxDemand, () -> this.next++, (event) -> work(this.work));
		}

		int events() {
			return (this.work == 0) ? FREE_EVENTS : (int) (NANOS_PER_RUN / this.work);
		}

		Fan fan() {
			return Objects.requireNonNull(this.fan);
		}

		@TearDown
		public void close() {
			fan().close();
		}

	}

	/**
	 * A pipe whose events are the times at which they were made.
	 */
	@State(Scope.Benchmark)
	public static class Timed {

		private static final int LEAST_EVENTS = 20_000;

		private static final int FULL = 4;

		private static final long WORK_NANOS = 1000;

		/** The most events that may be outstanding. */
		@Param({ "1", "10", "100", "1000", "10000", "100000" })
		public int maxDemand;

		private long[] nanos = {};

		private int handled;

		private @Nullable Fan fan;

		@Setup
		public void open() throws Exception {
			this.fan = new Fan(DispatcherKind.DEMAND, 1, this.maxDemand, System::nanoTime, this::handle);
		}

		private void handle(Long made) {
			work(WORK_NANOS);
			this.nanos[this.handled++] = System.nanoTime() - made;
		}

		/** The consumer sees the new array, since it is handed the events behind it. */
		Durations measure() throws Exception {
			int events = Math.max(FULL * this.maxDemand, LEAST_EVENTS);
			this.nanos = new long[events];
			this.handled = 0;
			Objects.requireNonNull(this.fan).sum(events);
			return new Durations(this.nanos);
		}

		@TearDown
		public void close() {
			Objects.requireNonNull(this.fan).close();
		}

	}

}
