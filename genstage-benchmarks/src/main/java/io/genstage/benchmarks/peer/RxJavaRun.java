package io.genstage.benchmarks.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

import io.genstage.benchmarks.workload.Adder;
import io.genstage.benchmarks.workload.Numbers;
import io.genstage.benchmarks.workload.Workload;
import io.genstage.benchmarks.workload.WorkloadRun;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.schedulers.Schedulers;

/**
 * RxJava, put together as {@link ReactorRun Reactor} is.
 */
public final class RxJavaRun implements WorkloadRun {

	public static final int DEFAULT_BUFFER = Flowable.bufferSize();

	private final Workload workload;

	private final int buffer;

	private final List<ExecutorService> threads;

	private final List<Scheduler> schedulers;

	private RxJavaRun(Workload workload, int buffer, List<ExecutorService> threads, List<Scheduler> schedulers) {
		this.workload = workload;
		this.buffer = buffer;
		this.threads = threads;
		this.schedulers = schedulers;
	}

	/** With a thread for the source, for each mapper and for each consumer. */
	public static RxJavaRun onThreadsOfTheirOwn(Workload workload, int buffer) {
		List<ExecutorService> threads = new ArrayList<>();
		for (int stage = 0; stage <= workload.mappers(); stage++) {
			threads.add(Executors.newSingleThreadExecutor());
		}
		threads.add(Executors.newFixedThreadPool(workload.consumers()));
		return new RxJavaRun(workload, buffer, threads, threads.stream().map(Schedulers::from).toList());
	}

	/** With the computation scheduler, which has a thread per processor. */
	public static RxJavaRun onComputation(Workload workload, int buffer) {
		return new RxJavaRun(workload, buffer, List.of(), List.of(Schedulers.computation()));
	}

	@Override
	public long sum(int events) {
		Numbers numbers = new Numbers(events);
		Flowable<Long> flowable = Flowable.fromIterable(() -> numbers).subscribeOn(scheduler(0));
		for (int mapper = 1; mapper <= this.workload.mappers(); mapper++) {
			flowable = flowable.observeOn(scheduler(mapper), false, this.buffer).map((number) -> number + 1);
		}
		return consume(flowable).blockingGet().sum();
	}

	private Single<Adder> consume(Flowable<Long> flowable) {
		return switch (this.workload.split()) {
			case SHARED -> (this.workload.consumers() == 1) ? consumeAlone(flowable) : share(flowable).toSingle();
			case ALL -> broadcast(flowable).toSingle();
			case KEYED -> partition(flowable).toSingle();
		};
	}

	private Single<Adder> consumeAlone(Flowable<Long> flowable) {
		return flowable.observeOn(consumers(), false, this.buffer).collect(Adder::new, Adder::add);
	}

	private Maybe<Adder> share(Flowable<Long> flowable) {
		return flowable.parallel(this.workload.consumers(), this.buffer)
			.runOn(consumers(), this.buffer)
			.collect(Adder::new, Adder::add)
			.reduce(Adder::plus)
			.firstElement();
	}

	private Maybe<Adder> broadcast(Flowable<Long> flowable) {
		Flowable<Long> published = flowable.publish(this.buffer).autoConnect(this.workload.consumers());
		return Single.merge(Stream.generate(() -> consumeAlone(published)).limit(this.workload.consumers()).toList())
			.reduce(Adder::plus);
	}

	private Maybe<Adder> partition(Flowable<Long> flowable) {
		return flowable.groupBy(this.workload::consumerOf, (event) -> event, false, this.buffer)
			.flatMapSingle(this::consumeAlone)
			.reduce(Adder::plus);
	}

	private Scheduler consumers() {
		return scheduler(this.workload.mappers() + 1);
	}

	private Scheduler scheduler(int stage) {
		return this.schedulers.get(stage % this.schedulers.size());
	}

	@Override
	public void close() {
		this.threads.forEach(ExecutorService::shutdown);
	}

}
