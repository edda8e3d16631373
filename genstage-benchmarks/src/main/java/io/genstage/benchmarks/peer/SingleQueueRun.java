package io.genstage.benchmarks.peer;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

import io.genstage.benchmarks.workload.Adder;
import io.genstage.benchmarks.workload.Numbers;
import io.genstage.benchmarks.workload.VirtualThreads;
import io.genstage.benchmarks.workload.Workload;
import org.jctools.queues.SpmcArrayQueue;
import org.jctools.queues.SpscArrayQueue;

/**
 * Queues of single events.
 */
public final class SingleQueueRun extends QueueRun<Long> {

	// Told by its identity, not its value: no other event is this object.
	private static final Long END = Long.MIN_VALUE;

	private SingleQueueRun(Workload workload, Supplier<Conduit<Long>> newQueue, ExecutorService threads) {
		super(workload, newQueue, threads);
	}

	/** {@code ArrayBlockingQueue} of 1024 events, and platform threads. */
	public static SingleQueueRun ofBlockingQueues(Workload workload) {
		return new SingleQueueRun(workload, () -> new BlockingConduit<>(new ArrayBlockingQueue<>(1024)),
				Executors.newCachedThreadPool());
	}

	/** JCTools' queues of 1024 events for one thread that puts, and platform threads. */
	public static SingleQueueRun ofJcTools(Workload workload) {
		boolean shared = workload.split() == Workload.Split.SHARED && workload.consumers() > 1;
		return new SingleQueueRun(workload,
				() -> new SpinningConduit<>(shared ? new SpmcArrayQueue<>(1024) : new SpscArrayQueue<>(1024)),
				Executors.newCachedThreadPool());
	}

	/** Jox' buffered channels, and virtual threads. */
	public static SingleQueueRun ofJoxChannels(Workload workload, int buffer) {
		return new SingleQueueRun(workload, () -> new JoxConduit<>(buffer), VirtualThreads.newExecutor());
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
	void putByKey(Long event, Workload workload, List<Conduit<Long>> queues) throws InterruptedException {
		queues.get(workload.consumerOf(event)).put(event);
	}

	@Override
	Long end() {
		return END;
	}

}
