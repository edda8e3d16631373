package io.genstage.benchmarks;

import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.genstage.benchmarks.workload.Workload;
import io.genstage.benchmarks.workload.WorkloadRun;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Events per microsecond of every contender in every workload.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@OperationsPerInvocation(ThroughputBenchmark.EVENTS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(value = 3, jvmArgs = { "-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch" })
public class ThroughputBenchmark {

	static final int EVENTS = 1_000_000;

	/** All of them, unless some are selected. */
	@Param
	public @Nullable Workload workload;

	/** All of them, unless some are selected. */
	@Param
	public @Nullable Contender contender;

	private @Nullable WorkloadRun run;

	@Setup
	public void open() {
		this.run = Objects.requireNonNull(this.contender).open(Objects.requireNonNull(this.workload));
	}

	@Benchmark
	public long events() throws Exception {
		long sum = Objects.requireNonNull(this.run).sum(EVENTS);
		long expected = Objects.requireNonNull(this.workload).expectedSum(EVENTS);
		if (sum != expected) {
			throw new IllegalStateException("the sum must be %d, was %d".formatted(expected, sum));
		}
		return sum;
	}

	@TearDown
	public void close() {
		Objects.requireNonNull(this.run).close();
	}

}
