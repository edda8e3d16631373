package io.genstage.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.genstage.ConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageStatus;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.simulation.SeededExecutor;

/**
 * A system on one thread with a clock that tests turn, and small stages for it.
 */
class PipelineFixture {

	static final SubscribeOptions FEW = SubscribeOptions.defaults().withMaxDemand(4).withMinDemand(2);

	final SeededExecutor executor = new SeededExecutor(1);

	final StageSystem system = StageSystem.builder().executor(this.executor).scheduler(this.executor).build();

	Pipeline pipeline(StageDefinition... stages) {
		return new Pipeline(PipelineGraph.of(List.of(stages)), this.system);
	}

	/** Runs all that can be done without letting time pass. */
	void run() {
		this.executor.runReady();
	}

	void runSome(int tasks) {
		for (int task = 0; task < tasks; task++) {
			this.executor.runOne();
		}
	}

	static <T> T join(CompletionStage<T> stage) {
		return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
	}

	static CompletableFuture<?> future(CompletionStage<?> stage) {
		return stage.toCompletableFuture();
	}

	static ManagedStageStatus stage(Pipeline pipeline, String name) {
		return pipeline.stage(name).orElseThrow();
	}

	static StageStatus numbers(Pipeline pipeline, String name) {
		return stage(pipeline, name).started().orElseThrow();
	}

	static List<Integer> numbersUpTo(int end) {
		return IntStream.range(0, end).boxed().toList();
	}

	/** Emits as many numbers as are asked for, over all its runs. */
	static ProducerStage<Integer> counting() {
		int[] next = { 0 };
		return (demand) -> {
			List<Integer> events = new ArrayList<>();
			for (long i = 0; i < demand; i++) {
				events.add(next[0]++);
			}
			return events;
		};
	}

	static ConsumerStage<Integer> collecting(List<Integer> collected) {
		return (events, from) -> collected.addAll(events);
	}

}
