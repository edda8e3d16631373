package io.genstage.benchmarks.peer;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

import io.genstage.benchmarks.workload.VirtualThreads;

/**
 * Runs each stage on a thread of its own, which parks while the stage rests.
 */
final class ThreadCarrier implements HandOffStage.Carrier {

	private final ExecutorService threads;

	private ThreadCarrier(ExecutorService threads) {
		this.threads = threads;
	}

	static ThreadCarrier ofPlatformThreads() {
		return new ThreadCarrier(Executors.newCachedThreadPool());
	}

	static ThreadCarrier ofVirtualThreads() {
		return new ThreadCarrier(VirtualThreads.newExecutor());
	}

	@Override
	public void start(HandOffStage stage) {
		this.threads.execute(() -> {
			stage.runBy(Thread.currentThread());
			while (!stage.result().isDone()) {
				if (!stage.takeTurn(Integer.MAX_VALUE)) {
					parkWhileResting(stage);
				}
			}
		});
	}

	private void parkWhileResting(HandOffStage stage) {
		while (!stage.isAwake() && !stage.result().isDone()) {
			LockSupport.park(stage);
		}
	}

	@Override
	public void rouse(HandOffStage stage) {
		LockSupport.unpark(stage.thread());
	}

	@Override
	public void close() {
		this.threads.shutdown();
	}

}
