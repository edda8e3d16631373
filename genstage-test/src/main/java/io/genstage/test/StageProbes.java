package io.genstage.test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import io.genstage.delivery.Outcome;
import io.genstage.pipeline.StageDefinition;

/**
 * Taps the stages of a running pipeline: sees what each of them emits or handles, emits
 * events in its name, lets its handler fail, and closes its batches. The stages
 * themselves and their edges stay as they are.
 *
 * <pre>{@code
 * StageProbes probes = new StageProbes();
 * PipelineGraph graph = PipelineGraph.of(definitions.stream().map(probes::tap).toList());
 * ...
 * probes.emit("orders", order);
 * probes.await("invoices", 1, Duration.ofSeconds(10));
 * assertThat(probes.events("invoices")).containsExactly(new Invoice(order));
 * }</pre>
 *
 * All methods may be called by any thread.
 */
public final class StageProbes {

	private final Map<String, StageProbe> probes = new ConcurrentHashMap<>();

	/**
	 * Taps a stage that is not started yet, by a listener among its options.
	 * @param definition the stage
	 * @return the same stage, tapped in all its runs and instances
	 */
	public StageDefinition tap(StageDefinition definition) {
		StageProbe probe = this.probes.computeIfAbsent(definition.name(),
				(name) -> new StageProbe(name, definition.kind()));
		return definition.withOptions(definition.options().withListener(probe));
	}

	/**
	 * Emits events as if a stage had made them. They go where its own events go, and wait
	 * in its buffer while nobody asks for them.
	 * @param stage the name of a running producer or producer-consumer; one of its
	 * instances emits them
	 * @param events the events, in order
	 * @throws IllegalArgumentException if it is not tapped, or a consumer
	 * @throws IllegalStateException if it doesn't run
	 */
	public void emit(String stage, Object... events) {
		probe(stage).emit(List.of(events));
	}

	/**
	 * Emits an event as {@link #emit} does, and reports what has become of it when it and
	 * all that was made from it are settled, as
	 * {@link io.genstage.source.EventQueue#deliver} does.
	 *
	 * <pre>{@code
	 * assertThat(probes.deliver("orders", order)).succeedsWithin(ofSeconds(10)).isEqualTo(Outcome.ACCEPTED);
	 * }</pre>
	 *
	 * What is delivered has a source that could send it again. So it never becomes a
	 * letter of a desk that is only in memory, but fails instead; {@link #emit} events
	 * that are to become such letters.
	 * @param stage the name of a running producer or producer-consumer
	 * @param event the event
	 * @return completes with the outcome; fails with
	 * {@link io.genstage.source.DeliveryFailedException} if the event has failed or was
	 * lost. In a {@link TestSystem} it completes while that runs
	 * @throws IllegalArgumentException if it is not tapped, or a consumer
	 * @throws IllegalStateException if it doesn't run
	 */
	public CompletableFuture<Outcome> deliver(String stage, Object event) {
		return probe(stage).deliver(event);
	}

	/**
	 * Lets the next calls of the handler of a stage fail. The handler isn't called, and
	 * what follows is what would follow if it had thrown the failure: retries count as
	 * calls, and so do those of all instances.
	 * @param stage the name of a consumer or producer-consumer, which may not have been
	 * started yet
	 * @param calls how many calls from now on, in the place of what was said before; 0
	 * for none
	 * @param failure what they fail with
	 * @throws IllegalArgumentException if it is not tapped, or a producer, or if
	 * {@code calls} is less than 0
	 */
	public void failNext(String stage, int calls, Exception failure) {
		probe(stage).failNext(calls, failure);
	}

	/**
	 * Lets a stage handle the batches that it has open, without waiting until they are
	 * full or their time is over. That happens behind all events that tapped stages have
	 * emitted before and that come to the stage by tapped stages. With real threads,
	 * {@link #await} what follows.
	 * @param stage the name of a stage
	 * @throws IllegalArgumentException if it is not tapped
	 */
	public void flush(String stage) {
		StageProbe flushed = probe(stage);
		CompletionStage<Void> reached = CompletableFuture.completedFuture(null);
		// An event is one stage further each time.
		for (int steps = 0; steps < this.probes.size(); steps++) {
			reached = reached.thenCompose((before) -> reached());
		}
		CompletionStage<Void> unused = reached.thenRun(flushed::flush);
	}

	private CompletionStage<Void> reached() {
		return CompletableFuture.allOf(this.probes.values()
			.stream()
			.map((probe) -> probe.reached().toCompletableFuture())
			.toArray(CompletableFuture[]::new));
	}

	/**
	 * Returns what a stage has emitted, or a consumer handled, since it was tapped.
	 * Events that {@link #emit} was given are among them; those that a consumer has and
	 * has not finished, in a batch or by a task, are not.
	 * @param stage the name of a stage
	 * @return the events in their order, that of several instances as it happened
	 * @throws IllegalArgumentException if it is not tapped
	 */
	public List<Object> events(String stage) {
		return probe(stage).events();
	}

	/**
	 * Waits until a stage has emitted, or a consumer handled to the end, some number of
	 * events.
	 * @param stage the name of a stage
	 * @param count how many there are to be, in all
	 * @param timeout how long to wait at most
	 * @return the events
	 * @throws IllegalArgumentException if it is not tapped
	 * @throws AssertionError if there are fewer when time is up; the message names them
	 */
	public List<Object> await(String stage, int count, Duration timeout) {
		return probe(stage).await(count, timeout);
	}

	/**
	 * Forgets what has been seen, and lets no calls fail any more, so that a test can
	 * begin. The stages go on as they are, and so does what they have under way.
	 */
	public void reset() {
		this.probes.values().forEach(StageProbe::reset);
	}

	private StageProbe probe(String stage) {
		StageProbe probe = this.probes.get(stage);
		if (probe == null) {
			throw new IllegalArgumentException(
					"stage '%s' is not tapped, but %s are".formatted(stage, this.probes.keySet()));
		}
		return probe;
	}

}
