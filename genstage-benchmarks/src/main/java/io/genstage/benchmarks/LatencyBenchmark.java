package io.genstage.benchmarks;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.genstage.benchmarks.workload.Lines;
import io.genstage.benchmarks.workload.Percentiles;
import io.genstage.benchmarks.workload.Trips;
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
 * W6: how long a hop takes one event at a time, through three stages. The secondary
 * results are the ones that count, in microseconds per hop; the time of an iteration
 * contains the idleness.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 8)
@Measurement(iterations = 8)
@Fork(value = 3, jvmArgs = { "-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch" })
public class LatencyBenchmark {

	/** The entrance counts as a hop, so there are as many hops as stages. */
	static final int STAGES = 3;

	static final int AFTER_IDLENESS = 1000;

	static final int AT_ONCE = 30_000;

	/** All of them, unless some are selected. */
	@Param
	public @Nullable LineContender contender;

	/** Microseconds of idleness in front of each event; 0 for none at all. */
	@Param({ "1000", "0" })
	public int idle;

	private @Nullable Lines lines;

	private @Nullable Trips trips;

	@Setup
	public void open() throws Exception {
		this.lines = Objects.requireNonNull(this.contender).open();
		this.trips = new Trips(this.lines, STAGES);
	}

	@Benchmark
	public void hop(Percentiles percentiles) throws Exception {
		Trips line = Objects.requireNonNull(this.trips);
		percentiles.set((this.idle == 0) ? line.atOnce(AT_ONCE)
				: line.afterIdleness(Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(this.idle)), AFTER_IDLENESS),
				STAGES);
	}

	@TearDown
	public void close() {
		Objects.requireNonNull(this.lines).close();
	}

}
