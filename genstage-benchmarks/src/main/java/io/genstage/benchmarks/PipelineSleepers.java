package io.genstage.benchmarks;

import java.util.List;
import java.util.concurrent.ExecutorService;

import io.genstage.ConsumerStage;
import io.genstage.StageSystem;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.StageDefinition;

/**
 * A managed pipeline with so many instances of one consumer, which has the demand that
 * the pipeline gives to stages that share work.
 */
final class PipelineSleepers implements Sleepers {

	private final int concurrency;

	private final ExecutorService threads;

	private final StageSystem system;

	private final Sleep sleep = new Sleep();

	PipelineSleepers(int concurrency, ExecutorService threads) {
		this.concurrency = concurrency;
		this.threads = threads;
		this.system = StageSystem.builder().executor(threads).build();
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
		this.threads.shutdown();
	}

}
