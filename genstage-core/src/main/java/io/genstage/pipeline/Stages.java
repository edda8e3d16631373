package io.genstage.pipeline;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The stages of a pipeline, joined by edges as the graph says. Used under the pipeline's
 * lock.
 */
final class Stages {

	private final PipelineLock lock;

	private final Consumer<InstanceRun> disconnected;

	/** Null if nobody wants to know times. */
	private final @Nullable LongSupplier clock;

	private final Map<String, ManagedStage> stages = new LinkedHashMap<>();

	/**
	 * The same, for those who look a stage up without the lock: a plain hash map, which
	 * is never changed and finds the same string faster than an immutable one does.
	 */
	private volatile Map<String, ManagedStage> published;

	/** Any thread may read it without the lock. */
	private volatile PipelineGraph graph;

	Stages(PipelineGraph graph, PipelineLock lock, Consumer<InstanceRun> disconnected, @Nullable LongSupplier clock) {
		this.clock = clock;
		this.graph = graph;
		this.lock = lock;
		this.disconnected = disconnected;
		graph.stages().forEach(this::join);
		this.published = new HashMap<>(this.stages);
	}

	/**
	 * Adds stages and returns them. They come behind those that are here already, none of
	 * which can have one of them as its producer.
	 * @throws InvalidGraphException if the graph would not be sound with them
	 */
	List<ManagedStage> add(Collection<StageDefinition> definitions) {
		PipelineGraph extended = this.graph.with(definitions);
		List<ManagedStage> added = extended.stages()
			.stream()
			.filter((definition) -> !this.stages.containsKey(definition.name()))
			.map(this::join)
			.toList();
		this.published = new HashMap<>(this.stages);
		// Last, so that each stage of the graph can be looked up.
		this.graph = extended;
		return added;
	}

	/** Removes stages to which no others subscribe. */
	void remove(List<ManagedStage> removed) {
		Set<String> names = removed.stream().map(ManagedStage::name).collect(Collectors.toSet());
		// First, so that each stage of the graph can be looked up.
		this.graph = this.graph.without(names);
		this.stages.keySet().removeAll(names);
		this.published = new HashMap<>(this.stages);
	}

	private ManagedStage join(StageDefinition definition) {
		ManagedStage consumer = new ManagedStage(definition, this.lock, this.clock);
		for (EdgeDefinition edge : definition.producers()) {
			ManagedStage producer = Objects.requireNonNull(this.stages.get(edge.producer()), edge.producer());
			consumer.addEdge(new Edge(edge, producer, consumer, this.lock, this.disconnected));
		}
		this.stages.put(definition.name(), consumer);
		return consumer;
	}

	/** Returns the graph. Any thread may call this, without the lock. */
	PipelineGraph graph() {
		return this.graph;
	}

	/** Returns all stages, each behind its producers. */
	Collection<ManagedStage> all() {
		return this.stages.values();
	}

	List<Instance> instances() {
		return all().stream().flatMap((stage) -> stage.everyInstance().stream()).toList();
	}

	List<Edge> edges() {
		return all().stream().flatMap((stage) -> stage.edges().stream()).toList();
	}

	/** Returns the edges by which a stage hands its events on. */
	List<Edge> edgesFrom(ManagedStage producer) {
		return edges().stream().filter((edge) -> edge.producer() == producer).toList();
	}

	boolean isAnyAlive() {
		return all().stream().anyMatch(ManagedStage::isAlive);
	}

	boolean isAnyStarted() {
		return all().stream().anyMatch(ManagedStage::isStarted);
	}

	/**
	 * Returns a stage.
	 * @throws IllegalArgumentException if there is no stage of that name
	 */
	ManagedStage named(String name) {
		ManagedStage stage = this.stages.get(this.graph.stage(name).name());
		if (stage == null) {
			throw new IllegalStateException("the graph and the pipeline differ in stage '%s'".formatted(name));
		}
		return stage;
	}

	/** Returns what is known of a stage. Any thread may call this, without the lock. */
	Optional<StageView> view(String name) {
		return Optional.ofNullable(this.published.get(name)).map(ManagedStage::view);
	}

	/** Counts events as lost. Any thread may call this, without the lock. */
	void countLost(String name, long events) {
		ManagedStage stage = this.published.get(name);
		if (stage != null) {
			stage.countLost(events);
		}
	}

	List<ManagedStage> consumersOf(ManagedStage stage) {
		return this.graph.consumersOf(stage.name()).stream().map(this::named).toList();
	}

	/** Lets all producers know whom to wait for. */
	void arrangeSeats(boolean draining) {
		for (ManagedStage stage : all()) {
			stage.edges().forEach((edge) -> edge.arrangeSeats(draining));
		}
	}

	/** Connects the running stages as far as they are not connected yet. */
	CompletionStage<Void> connect() {
		List<CompletableFuture<?>> opened = new ArrayList<>();
		// First, so that no event passes one of those that are to be connected.
		arrangeSeats(false);
		edges().forEach((edge) -> opened.addAll(edge.connect()));
		return CompletableFuture.allOf(opened.toArray(CompletableFuture[]::new));
	}

}
