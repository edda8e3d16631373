package io.genstage.test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.genstage.pipeline.StageDefinition;

/**
 * Taps the stages of a running pipeline: sees what each of them emits or handles, and
 * emits events in its name. The stages themselves and their edges stay as they are.
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

	private StageProbe probe(String stage) {
		StageProbe probe = this.probes.get(stage);
		if (probe == null) {
			throw new IllegalArgumentException(
					"stage '%s' is not tapped, but %s are".formatted(stage, this.probes.keySet()));
		}
		return probe;
	}

}
