package io.genstage.benchmarks.ours;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;

import io.genstage.ConsumerStage;
import io.genstage.StageSystem;
import io.genstage.benchmarks.workload.Sleep;
import io.genstage.benchmarks.workload.Sleepers;
import io.genstage.benchmarks.workload.VirtualThreads;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.StageDefinition;
import io.genstage.thread.StagePool;

/**
 * A managed pipeline with so many instances of one consumer, which has the demand that
 * the pipeline gives to stages that share work.
 */
public final class PipelineSleepers implements Sleepers {

	private final int concurrency;

	private final StageSystem system;

	private final Runnable afterwards;

	private final Sleep sleep = new Sleep();

	private PipelineSleepers(int concurrency, Executor threads, Runnable afterwards) {
		this.concurrency = concurrency;
		this.system = StageSystem.builder().executor(threads).build();
		this.afterwards = afterwards;
	}

	public static PipelineSleepers onVirtualThreads(int concurrency) {
		ExecutorService threads = VirtualThreads.newExecutor();
		return new PipelineSleepers(concurrency, threads, threads::shutdown);
	}

	public static PipelineSleepers onStagePool(int concurrency) {
		StagePool pool = new StagePool("stages-", true);
		return new PipelineSleepers(concurrency, pool, pool::close);
	}

	@Override
	public long handle(int events) throws Exception {
		ConsumerStage<Long> consumer = (batch, from) -> batch.forEach((event) -> this.sleep.once());
		Pipeline pipeline = new Pipeline(PipelineGraph.of(List.of(
				StageDefinition.of("producer", new NumberStages.Producer(events)),
				StageDefinition.of("consumer", consumer).subscribeTo("producer").withConcurrency(this.concurrency))),
				this.system);
		pipeline.start().toCompletableFuture().get();
		PipelineState end = pipeline.whenEnded().toCompletableFuture().get();
		if (end != PipelineState.COMPLETED) {
			throw new IllegalStateException("the pipeline must complete, was " + end);
		}
		return this.sleep.takeCalls();
	}

	@Override
	public void close() {
		this.system.close();
		this.afterwards.run();
	}

}
