package io.genstage.benchmarks;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A blocking queue of lists, filled by the caller, with its taker on a thread of its own.
 * An empty list is the end of a run.
 */
final class BatchQueuePipe implements Pipe {

	private static final int BATCH = 500;

	private final BlockingQueue<List<Long>> queue = new ArrayBlockingQueue<>(2);

	private final ExecutorService thread = Executors.newSingleThreadExecutor();

	@Override
	public long sum(int events) throws Exception {
		Future<Long> total = this.thread.submit(this::addUp);
		for (Numbers numbers = new Numbers(events); !numbers.isExhausted();) {
			this.queue.put(numbers.take(BATCH));
		}
		this.queue.put(List.of());
		return total.get();
	}

	private long addUp() throws InterruptedException {
		long sum = 0;
		for (List<Long> batch = this.queue.take(); !batch.isEmpty(); batch = this.queue.take()) {
			for (long event : batch) {
				sum += event;
			}
		}
		return sum;
	}

	@Override
	public void close() {
		this.thread.shutdown();
	}

}
