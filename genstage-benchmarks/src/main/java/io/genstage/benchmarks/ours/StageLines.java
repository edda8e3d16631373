package io.genstage.benchmarks.ours;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

import io.genstage.CancelMode;
import io.genstage.ConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.benchmarks.workload.Lines;

/**
 * The engine. The first stage is told events from outside, as any stage can be.
 */
public final class StageLines implements Lines {

	// Ends are not handed on: all stages are stopped at once.
	private static final SubscribeOptions DEMAND = NumberStages.DEMAND.withCancel(CancelMode.TEMPORARY);

	private final StageSystem system;

	private final Runnable afterwards;

	private int lines;

	private StageLines(StageSystem system, Runnable afterwards) {
		this.system = system;
		this.afterwards = afterwards;
	}

	public static StageLines onDefaultExecutor() {
		return new StageLines(StageSystem.create(), () -> {
		});
	}

	/** On a pool with a thread per processor. */
	public static StageLines onPool() {
		ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
		return new StageLines(StageSystem.builder().executor(pool).build(), pool::shutdown);
	}

	@Override
	public Consumer<Long> start(int stages, Consumer<Long> arrival) throws Exception {
		String line = "line" + this.lines++ + "-";
		StageRef first = this.system.start(line + 0, new Entrance());
		List<CompletableFuture<?>> subscriptions = new ArrayList<>(stages);
		StageRef last = first;
		for (int stage = 1; stage < stages - 1; stage++) {
			StageRef next = this.system.start(line + stage, new NumberStages.Mapper());
			subscriptions.add(next.subscribeTo(last, DEMAND).toCompletableFuture());
			last = next;
		}
		StageRef end = this.system.start(line + (stages - 1), exit(arrival));
		subscriptions.add(end.subscribeTo(last, DEMAND).toCompletableFuture());
		CompletableFuture.allOf(subscriptions.toArray(CompletableFuture[]::new)).get();
		return first::tell;
	}

	private static ConsumerStage<Long> exit(Consumer<Long> arrival) {
		return (events, from) -> events.forEach(arrival);
	}

	@Override
	public void close() {
		this.system.close();
		this.afterwards.run();
	}

	/**
	 * Emits what it is told.
	 */
	private static final class Entrance implements ProducerStage<Long> {

		@Override
		public List<Long> handleDemand(long demand) {
			return List.of();
		}

		@Override
		public List<Long> onInfo(Object message) {
			return List.of((Long) message + 1);
		}

	}

}
