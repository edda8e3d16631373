package io.genstage.benchmarks.peer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Supplier;

import io.genstage.benchmarks.workload.Adder;
import io.genstage.benchmarks.workload.Numbers;
import io.genstage.benchmarks.workload.Workload;
import io.genstage.benchmarks.workload.WorkloadRun;

/**
 * Queues between threads, one thread per stage.
 *
 * @param <T> what is put into a queue at once
 */
abstract class QueueRun<T> implements WorkloadRun {

	private final Workload workload;

	private final Supplier<Conduit<T>> newQueue;

	private final ExecutorService threads;

	/**
	 * Creates a run.
	 * @param workload the workload
	 * @param newQueue makes what lies between two stages
	 * @param threads has a thread for each task; shut down with the run
	 */
	QueueRun(Workload workload, Supplier<Conduit<T>> newQueue, ExecutorService threads) {
		this.workload = workload;
		this.newQueue = newQueue;
		this.threads = threads;
	}

	/** Makes what is to be put next. */
	abstract T next(Numbers numbers);

	/** Adds 1 to every number. */
	abstract T increment(T element);

	abstract void add(T element, Adder adder);

	/** Puts each event into the queue that its key belongs to. */
	abstract void putByKey(T element, Workload workload, List<Conduit<T>> queues) throws InterruptedException;

	/** Returns what tells a consumer that nothing more follows. */
	abstract T end();

	@Override
	public final long sum(int events) throws Exception {
		Conduit<T> first = this.newQueue.get();
		Conduit<T> last = first;
		List<Future<Adder>> stages = new ArrayList<>();
		List<Conduit<T>> queues = (this.workload.split() == Workload.Split.SHARED) ? List.of()
				: newQueues(this.workload.consumers());
		for (int mapper = 0; mapper < this.workload.mappers(); mapper++) {
			Conduit<T> in = last;
			Conduit<T> out = this.newQueue.get();
			stages.add(this.threads.submit(() -> map(in, out)));
			last = out;
		}
		for (int consumer = 0; consumer < this.workload.consumers(); consumer++) {
			Conduit<T> in = queues.isEmpty() ? last : queues.get(consumer);
			stages.add(this.threads.submit(() -> consume(in)));
		}
		stages.add(this.threads.submit(() -> produce(new Numbers(events), first, queues)));
		Adder total = new Adder();
		for (Future<Adder> stage : stages) {
			total.plus(stage.get());
		}
		return total.sum();
	}

	/** Adds up nothing. Each consumer gets an end, also those that share a queue. */
	private Adder produce(Numbers numbers, Conduit<T> first, List<Conduit<T>> queues) throws InterruptedException {
		while (numbers.hasNext()) {
			T element = next(numbers);
			switch (this.workload.split()) {
				case SHARED -> first.put(element);
				case ALL -> putIntoAll(element, queues);
				case KEYED -> putByKey(element, this.workload, queues);
			}
		}
		putIntoAll(end(), queues.isEmpty() ? Collections.nCopies(this.workload.consumers(), first) : queues);
		return new Adder();
	}

	private void putIntoAll(T element, List<Conduit<T>> queues) throws InterruptedException {
		for (Conduit<T> queue : queues) {
			queue.put(element);
		}
	}

	/** Adds up nothing. */
	private Adder map(Conduit<T> in, Conduit<T> out) throws InterruptedException {
		for (T element = in.take(); !isEnd(element); element = in.take()) {
			out.put(increment(element));
		}
		out.put(end());
		return new Adder();
	}

	private Adder consume(Conduit<T> in) throws InterruptedException {
		Adder adder = new Adder();
		for (T element = in.take(); !isEnd(element); element = in.take()) {
			add(element, adder);
		}
		return adder;
	}

	@SuppressWarnings("ReferenceEquality") // an equal event is not the end
	private boolean isEnd(T element) {
		return element == end();
	}

	private List<Conduit<T>> newQueues(int count) {
		List<Conduit<T>> queues = new ArrayList<>();
		for (int queue = 0; queue < count; queue++) {
			queues.add(this.newQueue.get());
		}
		return queues;
	}

	@Override
	public final void close() {
		this.threads.shutdown();
	}

}
