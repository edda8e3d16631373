package io.genstage.benchmarks.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executors;

import io.genstage.benchmarks.workload.Adder;
import io.genstage.benchmarks.workload.Numbers;
import io.genstage.benchmarks.workload.Workload;

/**
 * {@code ArrayBlockingQueue} of two lists of 500 events.
 */
public final class BatchQueueRun extends QueueRun<List<Long>> {

	private static final int BATCH = 500;

	// Told by its identity.
	private static final List<Long> END = List.of();

	public BatchQueueRun(Workload workload) {
		super(workload, () -> new BlockingConduit<>(new ArrayBlockingQueue<>(2)), Executors.newCachedThreadPool());
	}

	@Override
	List<Long> next(Numbers numbers) {
		return numbers.take(BATCH);
	}

	@Override
	List<Long> increment(List<Long> events) {
		List<Long> incremented = new ArrayList<>(events.size());
		for (Long event : events) {
			incremented.add(event + 1);
		}
		return incremented;
	}

	@Override
	void add(List<Long> events, Adder adder) {
		for (Long event : events) {
			adder.add(event);
		}
	}

	@Override
	void putByKey(List<Long> events, Workload workload, List<Conduit<List<Long>>> queues) throws InterruptedException {
		List<List<Long>> parts = new ArrayList<>();
		for (int consumer = 0; consumer < queues.size(); consumer++) {
			parts.add(new ArrayList<>(events.size()));
		}
		for (Long event : events) {
			parts.get(workload.consumerOf(event)).add(event);
		}
		for (int consumer = 0; consumer < queues.size(); consumer++) {
			queues.get(consumer).put(parts.get(consumer));
		}
	}

	@Override
	List<Long> end() {
		return END;
	}

}
