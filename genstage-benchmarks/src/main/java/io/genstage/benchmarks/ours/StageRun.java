package io.genstage.benchmarks.ours;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;

import io.genstage.CancelMode;
import io.genstage.DemandMode;
import io.genstage.ProducerStage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.benchmarks.ours.NumberStages.Consumer;
import io.genstage.benchmarks.ours.NumberStages.Mapper;
import io.genstage.benchmarks.ours.NumberStages.Producer;
import io.genstage.benchmarks.workload.Adder;
import io.genstage.benchmarks.workload.Numbers;
import io.genstage.benchmarks.workload.Workload;
import io.genstage.benchmarks.workload.WorkloadRun;
import io.genstage.source.Sources;

/**
 * The engine alone. Each run starts its stages anew; they complete one after the other.
 */
public final class StageRun implements WorkloadRun {

	private final Workload workload;

	private final IntFunction<ProducerStage<?>> producers;

	private final SubscribeOptions demand;

	private final boolean accounts;

	private final StageSystem system;

	private final Runnable afterwards;

	private StageRun(Workload workload, IntFunction<ProducerStage<?>> producers, SubscribeOptions demand,
			boolean accounts, StageSystem system, Runnable afterwards) {
		this.workload = workload;
		this.producers = producers;
		this.demand = demand.withCancel(CancelMode.TEMPORARY);
		this.accounts = accounts;
		this.system = system;
		this.afterwards = afterwards;
	}

	public static StageRun onDefaultExecutor(Workload workload) {
		return onDefaultExecutor(workload, Producer::new);
	}

	/** From a collection, whose elements are there. */
	public static StageRun fromCollection(Workload workload) {
		return onDefaultExecutor(workload, (events) -> Sources.iterable(new Numbers(events).take(events)));
	}

	/** From a source that gets to know what has become of each of its events. */
	public static StageRun acknowledged(Workload workload) {
		return onDefaultExecutor(workload, Acknowledged::new);
	}

	/** From an iterator, which might block. */
	public static StageRun fromIterator(Workload workload) {
		return onDefaultExecutor(workload, (events) -> Sources.iterator(new Numbers(events)));
	}

	private static StageRun onDefaultExecutor(Workload workload, IntFunction<ProducerStage<?>> producers) {
		return new StageRun(workload, producers, NumberStages.DEMAND, false, StageSystem.create(), () -> {
		});
	}

	/**
	 * With a demand of its own, and with or without accounts of what each stage spends
	 * its time on.
	 */
	public static StageRun accounted(Workload workload, int maxDemand, boolean accounts) {
		return new StageRun(workload, Producer::new, SubscribeOptions.defaults().withMaxDemand(maxDemand), accounts,
				StageSystem.create(), () -> {
				});
	}

	/** On a pool with a thread per processor. */
	public static StageRun onPool(Workload workload) {
		ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
		return new StageRun(workload, Producer::new, NumberStages.DEMAND, false,
				StageSystem.builder().executor(pool).build(), pool::shutdown);
	}

	@Override
	public long sum(int events) throws Exception {
		ProducerStage<?> source = this.producers.apply(events);
		StageRef producer = this.system.start("producer", source, waiting(optionsOf(0)));
		List<StageRef> started = new ArrayList<>(List.of(producer));
		StageRef last = producer;
		for (int mapper = 1; mapper <= this.workload.mappers(); mapper++) {
			StageRef next = this.system.start("mapper" + mapper, new Mapper(), optionsOf(mapper));
			next.subscribeTo(last, this.demand).toCompletableFuture().get();
			started.add(next);
			last = next;
		}
		List<Consumer> consumers = new ArrayList<>();
		for (int consumer = 0; consumer < this.workload.consumers(); consumer++) {
			consumers.add(new Consumer());
			StageRef end = this.system.start("consumer" + consumer, consumers.get(consumer), accounted());
			end.subscribeTo(last, NumberStages.demandOf(consumer, this.workload, this.demand))
				.toCompletableFuture()
				.get();
			started.add(end);
		}
		producer.demand(DemandMode.FORWARD);
		// Also of those before the consumers, whose names the next run needs.
		for (StageRef stage : started) {
			stage.whenStopped().toCompletableFuture().get();
		}
		if (source instanceof Acknowledged acknowledged) {
			acknowledged.await();
		}
		return consumers.stream().map(Consumer::adder).reduce(new Adder(), Adder::plus).sum();
	}

	/** Returns the options of a stage by its position; the last one splits. */
	private StageOptions optionsOf(int position) {
		return ((position == this.workload.mappers()) ? NumberStages.splitting(this.workload) : StageOptions.defaults())
			.withAccounts(this.accounts);
	}

	private StageOptions accounted() {
		return StageOptions.defaults().withAccounts(this.accounts);
	}

	/** Nothing flows before all consumers have subscribed. */
	private StageOptions waiting(StageOptions options) {
		return options.withDemandMode(DemandMode.ACCUMULATE);
	}

	@Override
	public void close() {
		this.system.close();
		this.afterwards.run();
	}

}
