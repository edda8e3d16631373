package io.genstage.benchmarks;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.genstage.StageSystem;

/**
 * Two stages on a pool with a thread per processor.
 */
final class PooledStagePipe implements Pipe {

	private final ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());

	private final Pipe pipe = new StagePipe(StageSystem.builder().executor(this.pool).build());

	@Override
	public long sum(int events) throws Exception {
		return this.pipe.sum(events);
	}

	@Override
	public void close() {
		this.pipe.close();
		this.pool.shutdown();
	}

}
