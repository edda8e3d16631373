package io.genstage.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

import io.genstage.Stage;
import io.genstage.StageKind;
import io.genstage.StageOptions;
import io.genstage.SubscribeOptions;
import org.jspecify.annotations.Nullable;

/**
 * One stage of a graph: what it is called, what it does, and where its events come from.
 *
 * <pre>{@code
 * StageDefinition.of("double", doubler).subscribeTo("count")
 * StageDefinition.of("store", StageKind.CONSUMER, Store::new).subscribeTo("double").withConcurrency(4)
 * }</pre>
 *
 * @param name the name, unique in the graph
 * @param kind what kind of stage it is
 * @param stages makes the stage of each run of each instance; it may return the same
 * object again if that may be used by several threads, or if there is one instance only
 * @param options the options it is started with; a producer always starts accumulating
 * and forwards when it is connected
 * @param producers the edges from its producers; none for a producer
 * @param autoStartup whether it starts with the pipeline (default) or on
 * {@link Pipeline#start(String) demand}
 * @param concurrency how many instances of it run at once, from 1 (default) to
 * {@link #MAX_CONCURRENCY}
 * @param restarts what is done when an instance has failed (default
 * {@link RestartPolicy#defaults()})
 */
public record StageDefinition(String name, StageKind kind, Supplier<? extends Stage> stages, StageOptions options,
		List<EdgeDefinition> producers, boolean autoStartup, int concurrency, RestartPolicy restarts) {

	/**
	 * The most instances of one stage.
	 */
	public static final int MAX_CONCURRENCY = 1000;

	public StageDefinition {
		Objects.requireNonNull(kind, "kind must not be null");
		Objects.requireNonNull(stages, "stages must not be null");
		Objects.requireNonNull(restarts, "restarts must not be null");
		producers = List.copyOf(producers);
		checkConcurrency(name, concurrency);
	}

	static void checkConcurrency(String name, int concurrency) {
		if (concurrency < 1 || concurrency > MAX_CONCURRENCY) {
			throw new IllegalArgumentException("the concurrency of stage '%s' must be from 1 to %d, was %d"
				.formatted(name, MAX_CONCURRENCY, concurrency));
		}
	}

	/**
	 * Defines a stage without producers and with default options. The object is used for
	 * all runs of all its instances, of which there can be several only if it
	 * {@linkplain Stage#isShareable() may be shared}.
	 * @param name the name, unique in the graph
	 * @param stage the stage
	 * @return the definition
	 */
	public static StageDefinition of(String name, Stage stage) {
		return of(name, StageKind.of(stage), new OneObject(stage));
	}

	/**
	 * Defines a stage without producers and with default options, whose instances don't
	 * share an object.
	 * @param name the name, unique in the graph
	 * @param kind what kind of stage it is
	 * @param stages makes the stage of each run of each instance; called by any thread
	 * @return the definition
	 */
	public static StageDefinition of(String name, StageKind kind, Supplier<? extends Stage> stages) {
		return new StageDefinition(name, kind, stages, StageOptions.defaults(), List.of(), true, 1,
				RestartPolicy.defaults());
	}

	/**
	 * Returns this definition with one more edge. Its demand is 1000 to 500 if this stage
	 * has one instance, and 10 to 5 for each instance if it has several, so that none of
	 * them hoards what another could do.
	 * @param producer the name of the stage to get events from
	 * @return the changed definition
	 */
	public StageDefinition subscribeTo(String producer) {
		return subscribeTo(new EdgeDefinition(producer, null));
	}

	/**
	 * Returns this definition with one more edge.
	 * @param producer the name of the stage to get events from
	 * @param options the demand of each instance
	 * @return the changed definition
	 */
	public StageDefinition subscribeTo(String producer, SubscribeOptions options) {
		return subscribeTo(new EdgeDefinition(producer, options));
	}

	private StageDefinition subscribeTo(EdgeDefinition edge) {
		List<EdgeDefinition> edges = new ArrayList<>(this.producers);
		edges.add(edge);
		return new StageDefinition(this.name, this.kind, this.stages, this.options, edges, this.autoStartup,
				this.concurrency, this.restarts);
	}

	/**
	 * Returns this definition with other options.
	 * @param options the options of the stage
	 * @return the changed definition
	 */
	public StageDefinition withOptions(StageOptions options) {
		return new StageDefinition(this.name, this.kind, this.stages, options, this.producers, this.autoStartup,
				this.concurrency, this.restarts);
	}

	/**
	 * Returns this definition with or without a start together with the pipeline.
	 * @param autoStartup whether to start with the pipeline
	 * @return the changed definition
	 */
	public StageDefinition withAutoStartup(boolean autoStartup) {
		return new StageDefinition(this.name, this.kind, this.stages, this.options, this.producers, autoStartup,
				this.concurrency, this.restarts);
	}

	/**
	 * Returns this definition with so many instances. Each of them subscribes to each
	 * instance of its producers, and they share the events: by their demand behind a
	 * demand dispatcher; by partition behind a partition dispatcher, where each partition
	 * belongs to one of them, so that events of one key are handled in order. Behind a
	 * broadcast dispatcher each of them gets all events.
	 * @param concurrency from 1 to {@link #MAX_CONCURRENCY}
	 * @return the changed definition
	 */
	public StageDefinition withConcurrency(int concurrency) {
		return new StageDefinition(this.name, this.kind, this.stages, this.options, this.producers, this.autoStartup,
				concurrency, this.restarts);
	}

	/**
	 * Returns this definition with another way to deal with failures.
	 * @param restarts what is done when an instance has failed
	 * @return the changed definition
	 */
	public StageDefinition withRestarts(RestartPolicy restarts) {
		return new StageDefinition(this.name, this.kind, this.stages, this.options, this.producers, this.autoStartup,
				this.concurrency, restarts);
	}

	/** Returns the one object that can be used by one instance only, if that is so. */
	Optional<Stage> unshareable() {
		return (this.stages instanceof OneObject one && !one.stage().isShareable()) ? Optional.of(one.stage())
				: Optional.empty();
	}

	/** Returns whether all its runs have the same object, which is one of these. */
	boolean isOneOf(Set<Stage> objects) {
		return this.stages instanceof OneObject one && objects.contains(one.stage());
	}

	/**
	 * Makes the stage of one run.
	 * @throws IllegalStateException if it is of another kind
	 */
	Stage newStage() {
		@Nullable Stage stage = this.stages.get();
		if (stage == null || StageKind.of(stage) != this.kind) {
			throw new IllegalStateException("stage '%s' is a %s, but what was made for it is %s".formatted(this.name,
					this.kind, (stage != null) ? "a " + StageKind.of(stage) : "null"));
		}
		return stage;
	}

	/** Returns whether each event of this stage waits for all its consumers. */
	boolean waitsForAll() {
		return this.options.dispatcher() != null && this.options.dispatcher().waitsForAll();
	}

	/** Returns the partitions that this stage divides its events among, if it does. */
	List<Object> partitions() {
		return (this.options.dispatcher() != null) ? List.copyOf(this.options.dispatcher().partitions()) : List.of();
	}

	/**
	 * The same stage for all runs.
	 */
	private record OneObject(Stage stage) implements Supplier<Stage> {

		@Override
		public Stage get() {
			return this.stage;
		}

	}

}
