package io.genstage.benchmarks.peer;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Runs stages as tasks on a pool with a thread per processor. A task lets others run
 * after some batches.
 */
final class PoolCarrier implements HandOffStage.Carrier {

	private static final int STEPS = 8;

	private final ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());

	@Override
	public void start(HandOffStage stage) {
		this.pool.execute(() -> {
			if (stage.takeTurn(STEPS)) {
				start(stage);
			}
		});
	}

	@Override
	public void rouse(HandOffStage stage) {
		start(stage);
	}

	@Override
	public void close() {
		this.pool.shutdown();
	}

}
