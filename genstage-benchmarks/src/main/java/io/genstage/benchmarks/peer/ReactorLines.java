package io.genstage.benchmarks.peer;

import java.time.Duration;
import java.util.function.Consumer;

import io.genstage.benchmarks.workload.Lines;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitFailureHandler;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Reactor, on a parallel scheduler with a thread per processor.
 */
public final class ReactorLines implements Lines {

	/**
	 * The last stage may send the next event while the call for the one before returns.
	 */
	private static final EmitFailureHandler IN_TURN = EmitFailureHandler.busyLooping(Duration.ofSeconds(10));

	private final Scheduler scheduler = Schedulers.newParallel("line");

	@Override
	public Consumer<Long> start(int stages, Consumer<Long> arrival) {
		Sinks.Many<Long> entrance = Sinks.many().unicast().onBackpressureBuffer();
		Flux<Long> flux = entrance.asFlux();
		for (int stage = 0; stage < stages - 1; stage++) {
			flux = flux.publishOn(this.scheduler).map((number) -> number + 1);
		}
		flux.publishOn(this.scheduler).subscribe(arrival);
		return (event) -> entrance.emitNext(event, IN_TURN);
	}

	@Override
	public void close() {
		this.scheduler.dispose();
	}

}
