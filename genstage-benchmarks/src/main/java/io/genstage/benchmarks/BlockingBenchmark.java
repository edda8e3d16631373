package io.genstage.benchmarks;

import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.genstage.benchmarks.workload.Delivered;
import io.genstage.benchmarks.workload.Sleepers;
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
 * W9: events per second when each handler blocks for a millisecond. The secondary result
 * is the one that counts.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 2, jvmArgs = { "-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch" })
public class BlockingBenchmark {

	/** All of them, unless some are selected. */
	@Param
	public @Nullable BlockingContender contender;

	/** How many handlers block at once. */
	@Param({ "1", "2", "4", "8", "16", "32", "64" })
	public int concurrency;

	/**
	 * How many events there are for each handler: so many that the end of a run, where
	 * some are idle, hardly counts.
	 */
	@Param("1000")
	public int share;

	private @Nullable Sleepers sleepers;

	@Setup
	public void open() {
		this.sleepers = Objects.requireNonNull(this.contender).open(this.concurrency);
	}

	@Benchmark
	public void events(Delivered delivered) throws Exception {
		int events = this.share * this.concurrency;
		long calls = Objects.requireNonNull(this.sleepers).handle(events);
		if (calls != events) {
			throw new IllegalStateException("%d events must be handled, were %d".formatted(events, calls));
		}
		delivered.events += calls;
	}

	@TearDown
	public void close() {
		Objects.requireNonNull(this.sleepers).close();
	}

}
