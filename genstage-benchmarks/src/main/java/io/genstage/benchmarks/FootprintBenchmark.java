package io.genstage.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.genstage.benchmarks.workload.Footprint;
import io.genstage.benchmarks.workload.Lines;
import io.genstage.benchmarks.workload.Percentiles;
import io.genstage.benchmarks.workload.Resources;
import io.genstage.benchmarks.workload.Trips;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
 * W7: what lines of a thousand stages cost: to start them, while they are idle, and to
 * cross one of them.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 5)
@Fork(value = 5, jvmArgs = { "-Xms2g", "-Xmx2g" })
public class FootprintBenchmark {

	public static final int STAGES = 1000;

	static final int EVENTS = 100;

	/** All of them, unless some are selected. */
	@Param
	public @Nullable LineContender contender;

	/** How many lines are started. */
	@Param("10")
	public int lines;

	/** How long idle stages are watched. */
	@Param("2000")
	public int idleMillis;

	private final List<Consumer<Long>> started = new ArrayList<>();

	private @Nullable Lines contenders;

	/** Threads and schedulers are there before the first stage is. */
	@Setup(Level.Iteration)
	public void open() throws Exception {
		this.contenders = Objects.requireNonNull(this.contender).open();
		new Trips(this.contenders, 2).atOnce(1);
	}

	/** Starts all stages. The first iteration of a fork is what a cold JVM does. */
	@Benchmark
	public int start() throws Exception {
		startAll();
		return this.started.size();
	}

	private void startAll() throws Exception {
		for (int line = 0; line < this.lines; line++) {
			this.started.add(Objects.requireNonNull(this.contenders).start(STAGES, (event) -> {
			}));
		}
	}

	/** Starts all stages and leaves them alone. */
	@Benchmark
	@Measurement(iterations = 3)
	@Fork(2)
	public int idle(Footprint footprint) throws Exception {
		Resources before = Resources.of(this.idleMillis);
		startAll();
		footprint.set(before, Resources.of(this.idleMillis), this.lines * STAGES);
		return this.started.size();
	}

	/** Sends one event at a time through a line. */
	@Benchmark
	@Warmup(iterations = 5)
	@Measurement(iterations = 5)
	@Fork(3)
	public void cross(Percentiles percentiles) throws Exception {
		percentiles.set(new Trips(Objects.requireNonNull(this.contenders), STAGES).atOnce(EVENTS), 1);
	}

	@TearDown(Level.Iteration)
	public void close() {
		this.started.clear();
		Objects.requireNonNull(this.contenders).close();
	}

}
