package io.genstage.benchmarks.peer;

import java.util.concurrent.ExecutorService;

import io.genstage.benchmarks.workload.Sleep;
import io.genstage.benchmarks.workload.Sleepers;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Reactor's way to call what blocks: a task for each event, so many at once.
 */
public final class ReactorSleepers implements Sleepers {

	private final int concurrency;

	private final ExecutorService threads;

	private final Scheduler scheduler;

	private final Sleep sleep = new Sleep();

	public ReactorSleepers(int concurrency, ExecutorService threads) {
		this.concurrency = concurrency;
		this.threads = threads;
		this.scheduler = Schedulers.fromExecutorService(threads);
	}

	@Override
	public long handle(int events) {
		Flux.range(0, events)
			.flatMap((event) -> Mono.fromRunnable(this.sleep::once).subscribeOn(this.scheduler), this.concurrency)
			.blockLast();
		return this.sleep.takeCalls();
	}

	@Override
	public void close() {
		this.scheduler.dispose();
		this.threads.shutdown();
	}

}
