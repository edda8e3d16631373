package io.genstage.benchmarks.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;

import com.lmax.disruptor.BlockingWaitStrategy;
import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.WaitStrategy;
import com.lmax.disruptor.YieldingWaitStrategy;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.EventHandlerGroup;
import com.lmax.disruptor.dsl.ProducerType;
import io.genstage.benchmarks.workload.Adder;
import io.genstage.benchmarks.workload.Numbers;
import io.genstage.benchmarks.workload.Waiting;
import io.genstage.benchmarks.workload.Workload;
import io.genstage.benchmarks.workload.WorkloadRun;

/**
 * One ring that all stages go along, each on a thread of its own. Mappers change the
 * slots in place; consumers look at every slot, and leave out what is not theirs. The
 * caller is the producer.
 */
public final class DisruptorRun implements WorkloadRun {

	private static final int SLOTS = 1024;

	private final Workload workload;

	private final int batch;

	private final Disruptor<Slot> disruptor;

	private final List<Consumer> consumers = new ArrayList<>();

	private DisruptorRun(Workload workload, WaitStrategy waitStrategy, int batch) {
		this.workload = workload;
		this.batch = batch;
		this.disruptor = new Disruptor<>(Slot::new, SLOTS, Executors.defaultThreadFactory(), ProducerType.SINGLE,
				waitStrategy);
		while (this.consumers.size() < workload.consumers()) {
			this.consumers.add(new Consumer(this.consumers.size(), workload));
		}
		addHandlers();
		this.disruptor.start();
	}

	/** With threads that yield while they wait. */
	public static DisruptorRun yielding(Workload workload, int batch) {
		return new DisruptorRun(workload, new YieldingWaitStrategy(), batch);
	}

	/** With threads that wait for a condition. */
	public static DisruptorRun blocking(Workload workload) {
		return new DisruptorRun(workload, new BlockingWaitStrategy(), 1);
	}

	@SuppressWarnings("unchecked") // an array of handlers
	private void addHandlers() {
		EventHandler<Slot>[] last = this.consumers.toArray(EventHandler[]::new);
		if (this.workload.mappers() == 0) {
			this.disruptor.handleEventsWith(last);
			return;
		}
		EventHandlerGroup<Slot> mappers = this.disruptor.handleEventsWith(mapper());
		for (int mapper = 1; mapper < this.workload.mappers(); mapper++) {
			mappers = mappers.then(mapper());
		}
		mappers.then(last);
	}

	private static EventHandler<Slot> mapper() {
		return (slot, sequence, endOfBatch) -> slot.event = slot.event + 1;
	}

	@Override
	public long sum(int events) throws Exception {
		long before = total();
		RingBuffer<Slot> ring = this.disruptor.getRingBuffer();
		Numbers numbers = new Numbers(events);
		for (int left = events; left > 0; left -= this.batch) {
			publish(numbers, Math.min(this.batch, left), ring);
		}
		long end = ring.getCursor();
		for (Consumer consumer : this.consumers) {
			Waiting.until(() -> this.disruptor.getSequenceValueFor(consumer) >= end);
		}
		return total() - before;
	}

	private static void publish(Numbers numbers, int size, RingBuffer<Slot> ring) {
		long last = ring.next(size);
		long first = last - size + 1;
		for (long sequence = first; sequence <= last; sequence++) {
			ring.get(sequence).event = numbers.next();
		}
		ring.publish(first, last);
	}

	/** Read after the consumers have moved on. */
	private long total() {
		return this.consumers.stream().mapToLong((consumer) -> consumer.adder.sum()).sum();
	}

	@Override
	public void close() {
		this.disruptor.halt();
	}

	/**
	 * A place in the ring.
	 */
	private static final class Slot {

		private Long event = 0L;

	}

	/**
	 * Adds up its events, over all runs.
	 */
	private static final class Consumer implements EventHandler<Slot> {

		private final int index;

		private final Workload workload;

		private final Adder adder = new Adder();

		Consumer(int index, Workload workload) {
			this.index = index;
			this.workload = workload;
		}

		@Override
		public void onEvent(Slot slot, long sequence, boolean endOfBatch) {
			Long event = slot.event;
			boolean mine = switch (this.workload.split()) {
				case SHARED -> sequence % this.workload.consumers() == this.index;
				case ALL -> true;
				case KEYED -> this.workload.consumerOf(event) == this.index;
			};
			if (mine) {
				this.adder.add(event);
			}
		}

	}

}
