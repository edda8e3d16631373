package io.genstage.benchmarks;

import java.util.function.Consumer;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Reactor, on a parallel scheduler with a thread per processor.
 */
final class ReactorLines implements Lines {

	private final Scheduler scheduler = Schedulers.newParallel("line");

	@Override
	public Consumer<Long> start(int stages, Consumer<Long> arrival) {
		Sinks.Many<Long> entrance = Sinks.unsafe().many().unicast().onBackpressureBuffer();
		Flux<Long> flux = entrance.asFlux();
		for (int stage = 0; stage < stages - 1; stage++) {
			flux = flux.publishOn(this.scheduler).map((number) -> number + 1);
		}
		flux.publishOn(this.scheduler).subscribe(arrival);
		return (event) -> entrance.emitNext(event, Sinks.EmitFailureHandler.FAIL_FAST);
	}

	@Override
	public void close() {
		this.scheduler.dispose();
	}

}
