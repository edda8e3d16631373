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
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;

/**
 * Mutiny, put together as {@link ReactorRun Reactor} is. It has nothing by which
 * consumers share events.
 */
public final class MutinyRun implements WorkloadRun {

	public static final int DEFAULT_BUFFER = Infrastructure.getBufferSizeS();

	private final Workload workload;

	private final int buffer;

	private final List<ExecutorService> executors;

	private MutinyRun(Workload workload, int buffer, List<ExecutorService> executors) {
		this.workload = workload;
		this.buffer = buffer;
		this.executors = executors;
	}

	/** With a thread for the source, for each mapper and for each consumer. */
	public static MutinyRun onThreadsOfTheirOwn(Workload workload, int buffer) {
		return new MutinyRun(workload, buffer,
				Stream.generate(Executors::newSingleThreadExecutor)
					.limit(1 + workload.mappers() + workload.consumers())
					.toList());
	}

	/** With one pool that has a thread per processor. */
	public static MutinyRun onPool(Workload workload, int buffer) {
		return new MutinyRun(workload, buffer,
				List.of(Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())));
	}

	@Override
	public long sum(int events) {
		Numbers numbers = new Numbers(events);
		Multi<Long> multi = Multi.createFrom().<Long>iterable(() -> numbers).runSubscriptionOn(executor(0));
		for (int mapper = 1; mapper <= this.workload.mappers(); mapper++) {
			multi = multi.emitOn(executor(mapper), this.buffer).map((number) -> number + 1);
		}
		return consume(multi).await().indefinitely().sum();
	}

	private Uni<Adder> consume(Multi<Long> multi) {
		return switch (this.workload.split()) {
			case SHARED -> consumeAlone(multi, 0);
			case ALL -> broadcast(multi);
			case KEYED -> partition(multi);
		};
	}

	private Uni<Adder> consumeAlone(Multi<Long> multi, int consumer) {
		return multi.emitOn(executor(this.workload.mappers() + 1 + consumer), this.buffer)
			.collect()
			.in(Adder::new, Adder::add);
	}

	private Uni<Adder> broadcast(Multi<Long> multi) {
		Multi<Long> published = multi.broadcast().toAtLeast(this.workload.consumers());
		List<Uni<Adder>> consumers = new ArrayList<>();
		for (int consumer = 0; consumer < this.workload.consumers(); consumer++) {
			consumers.add(consumeAlone(published, consumer));
		}
		return Uni.join()
			.all(consumers)
			.andFailFast()
			.map((adders) -> adders.stream().reduce(new Adder(), Adder::plus));
	}

	private Uni<Adder> partition(Multi<Long> multi) {
		return multi.group()
			.by(this.workload::consumerOf, this.buffer)
			.onItem()
			.transformToUni((group) -> consumeAlone(group, group.key()))
			.merge(this.workload.consumers())
			.collect()
			.in(Adder::new, Adder::plus);
	}

	private ExecutorService executor(int stage) {
		return this.executors.get(stage % this.executors.size());
	}

	@Override
	public void close() {
		this.executors.forEach(ExecutorService::shutdown);
	}

}
