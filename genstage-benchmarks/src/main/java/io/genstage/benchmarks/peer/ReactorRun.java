package io.genstage.benchmarks.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import io.genstage.benchmarks.workload.Adder;
import io.genstage.benchmarks.workload.Numbers;
import io.genstage.benchmarks.workload.Workload;
import io.genstage.benchmarks.workload.WorkloadRun;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.concurrent.Queues;

/**
 * Reactor. The source is subscribed on a scheduler: otherwise it would fuse with the
 * first {@code publishOn}, and nothing would be handed over.
 */
public final class ReactorRun implements WorkloadRun {

	public static final int DEFAULT_PREFETCH = Queues.SMALL_BUFFER_SIZE;

	private final Workload workload;

	private final int prefetch;

	private final List<Scheduler> schedulers;

	private ReactorRun(Workload workload, int prefetch, List<Scheduler> schedulers) {
		this.workload = workload;
		this.prefetch = prefetch;
		this.schedulers = schedulers;
	}

	/** With a thread for the source, for each mapper and for each consumer. */
	public static ReactorRun onThreadsOfTheirOwn(Workload workload, int prefetch) {
		List<Scheduler> schedulers = new ArrayList<>();
		for (int stage = 0; stage <= workload.mappers(); stage++) {
			schedulers.add(Schedulers.newSingle("stage"));
		}
		schedulers.add(Schedulers.newParallel("consumer", workload.consumers()));
		return new ReactorRun(workload, prefetch, schedulers);
	}

	/** With one scheduler that has a thread per processor. */
	public static ReactorRun onSharedScheduler(Workload workload, int prefetch) {
		return new ReactorRun(workload, prefetch, List.of(Schedulers.newParallel("shared")));
	}

	@Override
	public long sum(int events) {
		Numbers numbers = new Numbers(events);
		Flux<Long> flux = Flux.fromIterable(() -> numbers).subscribeOn(scheduler(0));
		for (int mapper = 1; mapper <= this.workload.mappers(); mapper++) {
			flux = flux.publishOn(scheduler(mapper), this.prefetch).map((number) -> number + 1);
		}
		return Objects.requireNonNull(consume(flux).block()).sum();
	}

	private Mono<Adder> consume(Flux<Long> flux) {
		return switch (this.workload.split()) {
			case SHARED -> (this.workload.consumers() == 1) ? consumeAlone(flux) : share(flux);
			case ALL -> broadcast(flux);
			case KEYED ->
				flux.groupBy(this.workload::consumerOf, this.prefetch).flatMap(this::consumeAlone).reduce(Adder::plus);
		};
	}

	private Mono<Adder> consumeAlone(Flux<Long> flux) {
		return flux.publishOn(consumers(), this.prefetch).collect(Adder::new, Adder::add);
	}

	private Mono<Adder> share(Flux<Long> flux) {
		return flux.parallel(this.workload.consumers(), this.prefetch)
			.runOn(consumers(), this.prefetch)
			.collect(Adder::new, Adder::add)
			.reduce(Adder::plus);
	}

	private Mono<Adder> broadcast(Flux<Long> flux) {
		Flux<Long> published = flux.publish(this.prefetch).autoConnect(this.workload.consumers());
		return Flux.merge(Stream.generate(() -> consumeAlone(published)).limit(this.workload.consumers()).toList())
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
		this.schedulers.forEach(Scheduler::dispose);
	}

}
