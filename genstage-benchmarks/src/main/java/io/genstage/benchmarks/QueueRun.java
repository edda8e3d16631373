package io.genstage.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Blocking queues between threads, one thread per stage. The caller is the producer.
 *
 * @param <T> what is put into a queue at once
 */
abstract class QueueRun<T> implements Run {

	private final Workload workload;

	private final int capacity;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	QueueRun(Workload workload, int capacity) {
		this.workload = workload;
		this.capacity = capacity;
	}

	/** Makes what is to be put next. */
	abstract T next(Numbers numbers);

	/** Adds 1 to every number. */
	abstract T increment(T element);

	abstract void add(T element, Adder adder);

	/** Puts each event into the queue that its key belongs to. */
	abstract void putByKey(T element, Workload workload, List<BlockingQueue<T>> queues) throws InterruptedException;

	/** Returns what tells a consumer that nothing more follows. */
	abstract T end();

	@Override
	public final long sum(int events) throws Exception {
		BlockingQueue<T> first = newQueue();
		BlockingQueue<T> last = first;
		List<Future<Adder>> stages = new ArrayList<>();
		List<BlockingQueue<T>> queues = (this.workload.split() == Workload.Split.SHARED) ? List.of()
				: newQueues(this.workload.consumers());
		for (int mapper = 0; mapper < this.workload.mappers(); mapper++) {
			BlockingQueue<T> in = last;
			BlockingQueue<T> out = newQueue();
			stages.add(this.threads.submit(() -> map(in, out)));
			last = out;
		}
		for (int consumer = 0; consumer < this.workload.consumers(); consumer++) {
			BlockingQueue<T> in = queues.isEmpty() ? last : queues.get(consumer);
			stages.add(this.threads.submit(() -> consume(in)));
		}
		produce(new Numbers(events), first, queues);
		Adder total = new Adder();
		for (Future<Adder> stage : stages) {
			total.plus(stage.get());
		}
		return total.sum();
	}

	private void produce(Numbers numbers, BlockingQueue<T> first, List<BlockingQueue<T>> queues)
			throws InterruptedException {
		while (numbers.hasNext()) {
			T element = next(numbers);
			switch (this.workload.split()) {
				case SHARED -> first.put(element);
				case ALL -> putIntoAll(element, queues);
				case KEYED -> putByKey(element, this.workload, queues);
			}
		}
		putIntoAll(end(), queues.isEmpty() ? List.of(first) : queues);
	}

	private void putIntoAll(T element, List<BlockingQueue<T>> queues) throws InterruptedException {
		for (BlockingQueue<T> queue : queues) {
			queue.put(element);
		}
	}

	/** Adds up nothing. */
	private Adder map(BlockingQueue<T> in, BlockingQueue<T> out) throws InterruptedException {
		for (T element = in.take(); !isEnd(element); element = in.take()) {
			out.put(increment(element));
		}
		out.put(end());
		return new Adder();
	}

	/** The end is put back, for the others that take from the same queue. */
	private Adder consume(BlockingQueue<T> in) throws InterruptedException {
		Adder adder = new Adder();
		for (T element = in.take(); !isEnd(element); element = in.take()) {
			add(element, adder);
		}
		in.put(end());
		return adder;
	}

	@SuppressWarnings("ReferenceEquality") // an equal event is not the end
	private boolean isEnd(T element) {
		return element == end();
	}

	private List<BlockingQueue<T>> newQueues(int count) {
		List<BlockingQueue<T>> queues = new ArrayList<>();
		for (int queue = 0; queue < count; queue++) {
			queues.add(newQueue());
		}
		return queues;
	}

	private BlockingQueue<T> newQueue() {
		return new ArrayBlockingQueue<>(this.capacity);
	}

	@Override
	public final void close() {
		this.threads.shutdown();
	}

}
