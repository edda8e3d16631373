package io.genstage.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.genstage.StageSystem;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Events per microsecond from one producer to one consumer.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@OperationsPerInvocation(PipeBenchmark.EVENTS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgs = { "-Xms2g", "-Xmx2g" })
public class PipeBenchmark {

	static final int EVENTS = 1_000_000;

	// Each fork uses one of them; the others have no thread then.

	private final Pipe stages = new StagePipe(StageSystem.create());

	private final Pipe stagesOnPool = new PooledStagePipe();

	private final Pipe submissionPublisher = new SubmissionPublisherPipe();

	private final Pipe batchQueue = new BatchQueuePipe();

	@Benchmark
	public long stages() throws Exception {
		return checkedSum(this.stages);
	}

	@Benchmark
	public long stagesOnPool() throws Exception {
		return checkedSum(this.stagesOnPool);
	}

	@Benchmark
	public long submissionPublisher() throws Exception {
		return checkedSum(this.submissionPublisher);
	}

	@Benchmark
	public long batchQueue() throws Exception {
		return checkedSum(this.batchQueue);
	}

	private static long checkedSum(Pipe pipe) throws Exception {
		long sum = pipe.sum(EVENTS);
		if (sum != Numbers.sum(EVENTS)) {
			throw new IllegalStateException("the sum must be %d, was %d".formatted(Numbers.sum(EVENTS), sum));
		}
		return sum;
	}

	@TearDown
	public void closePipes() {
		List.of(this.stages, this.stagesOnPool, this.submissionPublisher, this.batchQueue).forEach(Pipe::close);
	}

}
