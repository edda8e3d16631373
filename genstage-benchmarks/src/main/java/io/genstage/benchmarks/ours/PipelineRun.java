package io.genstage.benchmarks.ours;

import java.util.ArrayList;
import java.util.List;

import io.genstage.StageOptions;
import io.genstage.StageSystem;
import io.genstage.benchmarks.ours.NumberStages.Consumer;
import io.genstage.benchmarks.ours.NumberStages.Mapper;
import io.genstage.benchmarks.ours.NumberStages.Producer;
import io.genstage.benchmarks.workload.Adder;
import io.genstage.benchmarks.workload.Workload;
import io.genstage.benchmarks.workload.WorkloadRun;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.StageDefinition;

/**
 * The managed pipeline, on the default executor. Each run is a pipeline of its own.
 */
public final class PipelineRun implements WorkloadRun {

	private final Workload workload;

	private final StageSystem system = StageSystem.create();

	public PipelineRun(Workload workload) {
		this.workload = workload;
	}

	@Override
	public long sum(int events) throws Exception {
		List<Consumer> consumers = new ArrayList<>();
		List<StageDefinition> stages = new ArrayList<>();
		String last = "producer";
		stages.add(StageDefinition.of(last, new Producer(events)).withOptions(optionsOf(0)));
		for (int mapper = 1; mapper <= this.workload.mappers(); mapper++) {
			String next = "mapper" + mapper;
			stages.add(StageDefinition.of(next, new Mapper())
				.subscribeTo(last, NumberStages.DEMAND)
				.withOptions(optionsOf(mapper)));
			last = next;
		}
		for (int consumer = 0; consumer < this.workload.consumers(); consumer++) {
			consumers.add(new Consumer());
			stages.add(StageDefinition.of("consumer" + consumer, consumers.get(consumer))
				.subscribeTo(last, NumberStages.demandOf(consumer, this.workload)));
		}
		Pipeline pipeline = new Pipeline(PipelineGraph.of(stages), this.system);
		pipeline.start().toCompletableFuture().get();
		PipelineState end = pipeline.whenEnded().toCompletableFuture().get();
		if (end != PipelineState.COMPLETED) {
			throw new IllegalStateException("the pipeline must complete, was " + end);
		}
		return consumers.stream().map(Consumer::adder).reduce(new Adder(), Adder::plus).sum();
	}

	private StageOptions optionsOf(int position) {
		return (position == this.workload.mappers()) ? NumberStages.splitting(this.workload) : StageOptions.defaults();
	}

	@Override
	public void close() {
		this.system.close();
	}

}
