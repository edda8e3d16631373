package io.genstage.benchmarks;

import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.genstage.benchmarks.ours.StageRun;
import io.genstage.benchmarks.workload.Delivered;
import io.genstage.benchmarks.workload.Workload;
import io.genstage.benchmarks.workload.WorkloadRun;
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
 * W13: what it costs a chain (W2) to keep accounts of what each of its stages spends its
 * time on. The secondary result is the one that counts.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 10, jvmArgs = { "-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch" })
public class AccountsBenchmark {

	@Param({ "false", "true" })
	public boolean accounts;

	/** The most events that may be outstanding. */
	@Param({ "1", "1000" })
	public int maxDemand;

	/**
	 * How many events one run has for each that may be outstanding, of which ten are
	 * counted at least.
	 */
	@Param("2000")
	public int share;

	private @Nullable WorkloadRun chain;

	@Setup
	public void open() {
		this.chain = StageRun.accounted(Workload.CHAIN, this.maxDemand, this.accounts);
	}

	@Benchmark
	public void events(Delivered delivered) throws Exception {
		int events = this.share * Math.max(this.maxDemand, 10);
		long sum = Objects.requireNonNull(this.chain).sum(events);
		if (sum != Workload.CHAIN.expectedSum(events)) {
			throw new IllegalStateException("the sum of %d events is wrong: %d".formatted(events, sum));
		}
		delivered.events += events;
	}

	@TearDown
	public void close() {
		Objects.requireNonNull(this.chain).close();
	}

}
