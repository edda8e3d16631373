package io.genstage.benchmarks.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

import io.genstage.benchmarks.workload.Sleep;
import io.genstage.benchmarks.workload.Sleepers;

/**
 * Threads that do nothing else: as fast as this machine can sleep.
 */
public final class PlainSleepers implements Sleepers {

	private final int concurrency;

	private final ExecutorService threads;

	private final Sleep sleep = new Sleep();

	public PlainSleepers(int concurrency, ExecutorService threads) {
		this.concurrency = concurrency;
		this.threads = threads;
	}

	@Override
	public long handle(int events) throws Exception {
		List<Future<?>> ends = new ArrayList<>();
		for (int thread = 0; thread < this.concurrency; thread++) {
			int share = events / this.concurrency + ((thread < events % this.concurrency) ? 1 : 0);
			ends.add(this.threads.submit(() -> {
				for (int event = 0; event < share; event++) {
					this.sleep.once();
				}
			}));
		}
		for (Future<?> end : ends) {
			end.get();
		}
		return this.sleep.takeCalls();
	}

	@Override
	public void close() {
		this.threads.shutdown();
	}

}
