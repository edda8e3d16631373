package io.genstage.benchmarks;

import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.genstage.benchmarks.ours.Fan;
import io.genstage.benchmarks.workload.Delivered;
import io.genstage.benchmarks.workload.DispatcherKind;
import io.genstage.benchmarks.workload.Numbers;
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
 * W10: deliveries per microsecond by the number of consumers, for each dispatcher. The
 * secondary result is the one that counts.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgs = { "-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch" })
public class GrowthBenchmark {

	static final int MAX_DEMAND = 1000;

	private static final int DELIVERIES = 1_000_000;

	/** Some batches for every consumer, however many get each event. */
	private static final int LEAST_EVENTS = 20_000;

	/** Demand, broadcast and partition. */
	@Param
	public @Nullable DispatcherKind dispatcher;

	/** How many consumers one producer has. */
	@Param({ "1", "2", "4", "8", "16", "32", "64", "128", "256", "512", "1024" })
	public int consumers;

	private long next;

	private @Nullable Fan fan;

	@Setup
	public void open() throws Exception {
		this.fan = new Fan(Objects.requireNonNull(this.dispatcher), this.consumers, MAX_DEMAND, () -> this.next++,
				(event) -> {
				});
	}

	@Benchmark
	public long deliveries(Delivered delivered) throws Exception {
		boolean all = this.dispatcher == DispatcherKind.BROADCAST;
		int events = all ? Math.max(DELIVERIES / this.consumers, LEAST_EVENTS) : DELIVERIES;
		long first = this.next;
		long sum = Objects.requireNonNull(this.fan).sum(events);
		long each = events * first + Numbers.sum(events);
		long expected = all ? each * this.consumers : each;
		if (sum != expected) {
			throw new IllegalStateException("the sum must be %d, was %d".formatted(expected, sum));
		}
		delivered.events += all ? (long) events * this.consumers : events;
		return sum;
	}

	@TearDown
	public void close() {
		Objects.requireNonNull(this.fan).close();
	}

}
