package io.genstage.benchmarks;

import java.util.List;
import java.util.concurrent.BlockingQueue;

/**
 * {@code ArrayBlockingQueue} of 1024 events.
 */
final class SingleQueueRun extends QueueRun<Long> {

	// Told by its identity, not its value: no other event is this object.
	private static final Long END = Long.MIN_VALUE;

	SingleQueueRun(Workload workload) {
		super(workload, 1024);
	}

	@Override
	Long next(Numbers numbers) {
		return numbers.next();
	}

	@Override
	Long increment(Long event) {
		return event + 1;
	}

	@Override
	void add(Long event, Adder adder) {
		adder.add(event);
	}

	@Override
	void putByKey(Long event, Workload workload, List<BlockingQueue<Long>> queues) throws InterruptedException {
		queues.get(workload.consumerOf(event)).put(event);
	}

	@Override
	Long end() {
		return END;
	}

}
