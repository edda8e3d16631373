package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.genstage.EventCounts;
import io.genstage.StageSystem;
import io.genstage.WaitingEvents;
import io.genstage.batch.BatchOptions;
import io.genstage.rate.RateLimit;
import io.genstage.account.StageTimes;
import org.jspecify.annotations.Nullable;

/**
 * All pipelines of a program, which are started and drained together, looked at and
 * changed by the names of their stages, and joined by further ones.
 *
 * <pre>{@code
 * PipelineRegistry registry = new PipelineRegistry(system);
 * registry.register(StageDefinition.of("orders", orders), StageDefinition.of("store", store).subscribeTo("orders"));
 * registry.start();
 * registry.register(StageDefinition.of("audit", audit).subscribeTo("orders"));
 * registry.pause("store");
 * ...
 * registry.drain(Duration.ofSeconds(10));
 * }</pre>
 *
 * No name is there twice, over all pipelines. Any thread may use it; no method waits for
 * a stage but for the {@code onStart} of those that {@link #start()} and
 * {@link #register} start. Stages are looked up without a lock. Stages should be added by
 * the registry and not by its pipelines, whose {@link Pipeline#add} doesn't see the names
 * of the others.
 */
public final class PipelineRegistry {

	private final StageSystem system;

	private final Supplier<List<PipelineListener>> listeners;

	private final TimeKeeping timeKeeping;

	/*
	 * Held for moments only. No listener is made under it, no stage is started and no
	 * code of the user's called: each of them may wait for another thread that uses the
	 * registry.
	 */
	private final ReentrantLock lock = new ReentrantLock();

	/**
	 * The names of stages that are being registered or deregistered, so that no two get
	 * the same, and what to say to others who want them.
	 */
	private final Map<String, String> reserved = new HashMap<>();

	/** Changed under the lock. */
	private volatile PipelineDirectory directory = PipelineDirectory.of(List.of());

	private boolean running;

	/**
	 * Creates a registry without pipelines.
	 * @param system where the stages are started
	 */
	public PipelineRegistry(StageSystem system) {
		this(system, List::of);
	}

	/**
	 * Creates a registry without pipelines.
	 * @param system where the stages are started
	 * @param listeners returns those who get to know what becomes of a pipeline; called
	 * for each pipeline that is made, by the thread that registers or starts it
	 */
	public PipelineRegistry(StageSystem system, Supplier<List<PipelineListener>> listeners) {
		this(system, listeners, TimeKeeping.DEFAULT);
	}

	/**
	 * Creates a registry without pipelines.
	 * @param system where the stages are started
	 * @param listeners returns those who get to know what becomes of a pipeline; called
	 * for each pipeline that is made, by the thread that registers or starts it
	 * @param timeKeeping whether the stages keep accounts of what they spend their time
	 * on
	 */
	public PipelineRegistry(StageSystem system, Supplier<List<PipelineListener>> listeners, TimeKeeping timeKeeping) {
		this.system = system;
		this.listeners = listeners;
		this.timeKeeping = timeKeeping;
	}

	/**
	 * Adds stages. Those that subscribe to existing stages join their pipeline, others
	 * are pipelines of their own. If the registry has been {@linkplain #start() started},
	 * the new stages start now: their {@code onStart} has run, on this thread, when this
	 * method returns. Otherwise they start with the others.
	 * @param stages the definitions, in any order
	 * @return completes when they are connected
	 * @throws InvalidGraphException if the stages don't make sound pipelines together
	 * with the others; none is added then
	 * @throws IllegalArgumentException if they would join two pipelines, or another
	 * thread registers one of the names just now; none is added then
	 * @throws io.genstage.StageStartException if one of them can't start; it may be
	 * {@linkplain #start(String) started} later
	 * @throws IllegalStateException if they would join a pipeline that drains
	 */
	public CompletionStage<Void> register(StageDefinition... stages) {
		List<StageDefinition> added = List.of(stages);
		Newcomers newcomers = new Newcomers(added);
		reserve(newcomers.names(), "registered", "another thread registers a stage of this name just now");
		try {
			return all(parts(added, newcomers).stream().map(this::add).toList());
		}
		finally {
			free(newcomers.names());
		}
	}

	/**
	 * Removes stages for good when they have finished what they have: see
	 * {@link Pipeline#stop(String)}. Of several those are stopped first that feed others
	 * of them, which then still handle what they get. Nothing is left of them, neither at
	 * the stages that they have subscribed to nor in any number, and their names can be
	 * used again when the result has completed. A pipeline of which all stages are
	 * removed ends and is no longer one of the {@linkplain #pipelines() pipelines}.
	 * @param stages the names of the stages: with each all that subscribe to it
	 * @return completes when they are gone, which takes as long as their callbacks do
	 * @throws IllegalArgumentException if there is no such stage, if another stage
	 * subscribes to one of them, or if one of them is being registered or deregistered;
	 * none is removed then
	 * @throws InvalidGraphException if the other stages would not be sound pipelines,
	 * such as a producer that loses its last consumer; none is removed then
	 * @throws IllegalStateException if a pipeline of them drains; none is removed then
	 */
	public CompletionStage<Void> deregister(String... stages) {
		Set<String> names = new LinkedHashSet<>(List.of(stages));
		Map<Pipeline, Set<String>> removed = new LinkedHashMap<>();
		names.forEach((name) -> removed.computeIfAbsent(pipelineOf(name), (first) -> new LinkedHashSet<>()).add(name));
		reserve(names, "deregistered", "a stage of this name is being deregistered");
		List<CompletionStage<Void>> steps = new ArrayList<>();
		try {
			removed.forEach(Pipeline::checkRemovable);
			removed.forEach((pipeline, some) -> steps.add(pipeline.remove(some)));
		}
		finally {
			if (steps.isEmpty()) {
				free(names);
			}
		}
		return all(steps).whenComplete((done, failure) -> {
			locked(() -> this.directory = this.directory.without(names));
			free(names);
		});
	}

	private void free(Set<String> names) {
		locked(() -> this.reserved.keySet().removeAll(names));
	}

	private void reserve(Set<String> names, String participle, String reason) {
		locked(() -> {
			for (String name : names) {
				String other = this.reserved.get(name);
				if (other != null) {
					throw new IllegalArgumentException("stage '%s' can't be %s: %s".formatted(name, participle, other));
				}
			}
			names.forEach((name) -> this.reserved.put(name, reason));
			return names;
		});
	}

	/** Checks the new stages, and sorts them by what they belong to. */
	private List<Part> parts(List<StageDefinition> added, Newcomers newcomers) {
		return graphWith(added, newcomers).components()
			.stream()
			.map((component) -> part(component, newcomers.names()))
			.filter((part) -> !part.added().isEmpty())
			.toList();
	}

	/**
	 * Returns the graph of the new stages and of the pipelines that they belong to, so
	 * that it takes no longer the more there are of others. What is wrong is found again
	 * in the graph of all, which knows all names.
	 */
	private PipelineGraph graphWith(List<StageDefinition> added, Newcomers newcomers) {
		PipelineDirectory known = this.directory;
		if (known.definitions().stream().noneMatch(newcomers::mayClashWith)) {
			try {
				return PipelineGraph.of(together(joinedBy(added, known), added));
			}
			catch (InvalidGraphException ex) {
				// The exception of the whole graph says more.
			}
		}
		return PipelineGraph.of(together(known.pipelines(), added));
	}

	private static Set<Pipeline> joinedBy(List<StageDefinition> added, PipelineDirectory known) {
		Set<Pipeline> joined = new LinkedHashSet<>();
		added.forEach(
				(stage) -> stage.producers().forEach((edge) -> known.find(edge.producer()).ifPresent(joined::add)));
		return joined;
	}

	private static List<StageDefinition> together(Collection<Pipeline> pipelines, List<StageDefinition> added) {
		return Stream
			.concat(pipelines.stream().flatMap((pipeline) -> pipeline.graph().stages().stream()), added.stream())
			.toList();
	}

	private Part part(PipelineGraph component, Set<String> added) {
		List<StageDefinition> stages = component.stages()
			.stream()
			.filter((stage) -> added.contains(stage.name()))
			.toList();
		if (stages.isEmpty()) {
			return new Part(null, stages);
		}
		List<Pipeline> joined = component.stages()
			.stream()
			.filter((stage) -> !added.contains(stage.name()))
			.flatMap((stage) -> find(stage.name()).stream())
			.distinct()
			.toList();
		if (joined.size() > 1) {
			throw new IllegalArgumentException("stages %s can't be registered: they would join %s, which run apart"
				.formatted(stages.stream().map(StageDefinition::name).toList(), joined));
		}
		return new Part(joined.stream().findFirst().orElse(null), stages);
	}

	private CompletionStage<Void> add(Part part) {
		return (part.joined() != null) ? part.joined().add(part.added()) : addApart(PipelineGraph.of(part.added()));
	}

	private CompletionStage<Void> addApart(PipelineGraph graph) {
		Pipeline added = pipeline(graph);
		boolean startNow = locked(() -> {
			this.directory = this.directory.with(added);
			return this.running;
		});
		return startNow ? added.start() : CompletableFuture.completedStage(null);
	}

	private Pipeline pipeline(PipelineGraph graph) {
		return new Pipeline(graph, this.system, this.listeners.get(), this.timeKeeping);
	}

	/**
	 * Starts all pipelines, one behind the other. What is registered from now on starts
	 * at once. Pipelines that were drained before are made anew and run again, with their
	 * numbers at 0: pauses and registered stages are still there, other changes are not.
	 * @return completes when all is connected and events may flow
	 * @throws io.genstage.StageStartException if a stage can't start; those pipelines
	 * that were started before its own go on until they are {@linkplain #drain drained},
	 * and the further ones are not started
	 * @throws IllegalStateException if they were started and not drained since
	 */
	public CompletionStage<Void> start() {
		if (locked(() -> this.running)) {
			throw new IllegalStateException("the pipelines have been started already: drain them first");
		}
		List<CompletionStage<Void>> started = new ArrayList<>();
		toStart().forEach((pipeline) -> started.add(pipeline.start()));
		return all(started);
	}

	/**
	 * Returns pipelines that can be started, for who starts each of them by itself. Those
	 * that were started before, and must have ended, are replaced by new ones, as by
	 * {@link #start()}. What is registered from now on starts at once.
	 * @return the pipelines, none of which has been started
	 */
	public List<Pipeline> toStart() {
		while (true) {
			PipelineDirectory current = this.directory;
			PipelineDirectory startable = PipelineDirectory
				.of(current.pipelines().stream().map(this::startable).toList());
			if (replace(current, startable)) {
				return startable.pipelines();
			}
		}
	}

	@SuppressWarnings("ReferenceEquality") // each change makes another directory
	private boolean replace(PipelineDirectory expected, PipelineDirectory startable) {
		return locked(() -> {
			if (this.directory != expected) {
				return false;
			}
			this.running = true;
			this.directory = startable;
			return true;
		});
	}

	private Pipeline startable(Pipeline pipeline) {
		if (pipeline.state() == PipelineState.CREATED) {
			return pipeline;
		}
		pipeline.resetOptions();
		Pipeline anew = pipeline(pipeline.graph());
		// Only who has paused a stage resumes it.
		pipeline.status()
			.stages()
			.stream()
			.filter(ManagedStageStatus::pauseWanted)
			.forEach((stage) -> anew.pause(stage.name()));
		return anew;
	}

	/**
	 * {@linkplain Pipeline#drainAll Drains} all pipelines together. What is registered
	 * from now on waits for the next start.
	 * @param timeout how long all of them may take
	 * @return what was not finished, in the order of the {@linkplain #pipelines()
	 * pipelines}; never fails, and completes at the time-out at the latest
	 */
	public CompletionStage<List<DrainReport>> drain(Duration timeout) {
		return Pipeline.drainAll(toDrain(), timeout);
	}

	/**
	 * Returns the pipelines, for who drains them by itself. What is registered from now
	 * on waits for the next start.
	 * @return all pipelines
	 */
	public List<Pipeline> toDrain() {
		return locked(() -> {
			this.running = false;
			return this.directory.pipelines();
		});
	}

	/**
	 * Returns the pipelines.
	 * @return all pipelines, in the order in which they were registered
	 */
	public List<Pipeline> pipelines() {
		return this.directory.pipelines();
	}

	/**
	 * Returns what the stages are.
	 * @return the definitions of all stages, each behind its producers
	 */
	public List<StageDefinition> definitions() {
		return this.directory.definitions();
	}

	/**
	 * Returns what a stage is.
	 * @param stage the stage's name
	 * @return its definition, if there is such a stage
	 */
	public Optional<StageDefinition> definition(String stage) {
		return find(stage).flatMap((pipeline) -> pipeline.graph().find(stage));
	}

	/**
	 * Finds the pipeline of a stage, as fast among thousands of pipelines as among two.
	 * @param stage the stage's name
	 * @return the pipeline that it is a part of, if there is such a stage
	 */
	public Optional<Pipeline> find(String stage) {
		return this.directory.find(stage);
	}

	/**
	 * Returns the pipeline of a stage, which has to exist.
	 * @param stage the stage's name
	 * @return the pipeline that it is a part of
	 * @throws IllegalArgumentException if there is no such stage
	 */
	public Pipeline pipelineOf(String stage) {
		return find(stage).orElseThrow(() -> new IllegalArgumentException("there is no stage '%s': %s".formatted(stage,
				Suggestion.instead(stage, definitions().stream().map(StageDefinition::name).toList()))));
	}

	/**
	 * Returns the state and numbers of a stage, without asking it or looking at others.
	 * @param stage the stage's name
	 * @return the status at this moment, if there is such a stage
	 */
	public Optional<ManagedStageStatus> stage(String stage) {
		return find(stage).flatMap((pipeline) -> pipeline.stage(stage));
	}

	/**
	 * Returns where a stage stands, with less effort than its {@linkplain #stage status}.
	 * @param stage the stage's name
	 * @return the state at this moment, if there is such a stage
	 */
	public Optional<StageState> state(String stage) {
		return find(stage).flatMap((pipeline) -> pipeline.state(stage));
	}

	/**
	 * Returns what has gone through a stage, with less effort than its {@linkplain #stage
	 * status}.
	 * @param stage the stage's name
	 * @return the counts up to this moment, if there is such a stage
	 */
	public Optional<EventCounts> counts(String stage) {
		return find(stage).flatMap((pipeline) -> pipeline.counts(stage));
	}

	/**
	 * Returns what the instances of one stage have spent their time on: see
	 * {@link Pipeline#times(String)}.
	 * @param stage the stage's name
	 * @return the times up to this moment, if there is such a stage, which was started
	 * and keeps accounts
	 */
	public Optional<StageTimes> times(String stage) {
		return find(stage).flatMap((pipeline) -> pipeline.times(stage));
	}

	/**
	 * Counts events as discarded that a stage was done with, but that are lost now, such
	 * as a dead letter for which its store has no room.
	 *
	 * <pre>{@code
	 * new MemoryDeadLetterStore(1000, InstantSource.system(), (letter, event) -> registry.countLost(letter.stage(), 1))
	 * }</pre>
	 * @param stage the stage's name; nothing is counted for one that is gone
	 * @param events how many
	 */
	public void countLost(String stage, long events) {
		find(stage).ifPresent((pipeline) -> pipeline.countLost(stage, events));
	}

	/**
	 * Returns what a stage holds, with less effort than its {@linkplain #stage status}.
	 * @param stage the stage's name
	 * @return what waits at this moment, if there is such a stage
	 */
	public Optional<WaitingEvents> waiting(String stage) {
		return find(stage).flatMap((pipeline) -> pipeline.waiting(stage));
	}

	/**
	 * Returns how many events with a settlement a stage has emitted whose sources have
	 * not heard of their outcome.
	 * @param stage the stage's name
	 * @return the number at this moment, 0 if there is no such stage
	 */
	public long unsettled(String stage) {
		return find(stage).map((pipeline) -> pipeline.unsettled(stage)).orElse(0L);
	}

	/**
	 * Returns how many events a stage waits for.
	 * @param stage the stage's name
	 * @param producer the name of the stage that it waits for
	 * @return the outstanding demand at this moment, 0 if there is no such edge
	 */
	public long demand(String stage, String producer) {
		return find(stage).map((pipeline) -> pipeline.demand(stage, producer)).orElse(0L);
	}

	/**
	 * Returns for which others a stage waits that has nothing to do now: see
	 * {@link Pipeline#waitsFor(String)}.
	 * @param stage the stage's name
	 * @return at most five names; none if there is no such stage
	 */
	public List<String> waitsFor(String stage) {
		return find(stage).map((pipeline) -> pipeline.waitsFor(stage)).orElse(List.of());
	}

	/**
	 * Returns the rate of a stage.
	 * @param stage the stage's name
	 * @return the limit in force, if there is such a stage and it has a rate
	 */
	public Optional<RateLimit> rate(String stage) {
		return find(stage).flatMap((pipeline) -> pipeline.rate(stage));
	}

	/**
	 * Returns how a stage collects events.
	 * @param stage the stage's name
	 * @return the options in force, if there is such a stage and it has batches
	 */
	public Optional<BatchOptions> batch(String stage) {
		return find(stage).flatMap((pipeline) -> pipeline.batch(stage));
	}

	/**
	 * Starts a stage that does not run: see {@link Pipeline#start(String)}.
	 * @param stage the stage's name
	 * @return completes when it is connected; fails with
	 * {@link io.genstage.StageStartException} if it can't start
	 * @throws IllegalArgumentException if there is no such stage
	 * @throws IllegalStateException if it runs, or its pipeline drains
	 */
	public CompletionStage<Void> start(String stage) {
		return pipelineOf(stage).start(stage);
	}

	/**
	 * Stops a stage when it has finished what it has: see {@link Pipeline#stop(String)}.
	 * @param stage the stage's name
	 * @return completes when it has stopped
	 * @throws IllegalArgumentException if there is no such stage
	 */
	public CompletionStage<Void> stop(String stage) {
		return pipelineOf(stage).stop(stage);
	}

	/**
	 * Stops a stage and starts it again: see {@link Pipeline#restart(String)}.
	 * @param stage the stage's name
	 * @return completes when it is connected again; fails if it can't start or its
	 * pipeline drains
	 * @throws IllegalArgumentException if there is no such stage
	 */
	public CompletionStage<Void> restart(String stage) {
		return pipelineOf(stage).restart(stage);
	}

	/**
	 * Lets a stage take a break: see {@link Pipeline#pause(String)}.
	 * @param stage the stage's name
	 * @return completes when it is paused
	 * @throws IllegalArgumentException if there is no such stage
	 */
	public CompletionStage<Void> pause(String stage) {
		return pipelineOf(stage).pause(stage);
	}

	/**
	 * Lets a stage go on after a break.
	 * @param stage the stage's name
	 * @return completes when it goes on
	 * @throws IllegalArgumentException if there is no such stage
	 */
	public CompletionStage<Void> resume(String stage) {
		return pipelineOf(stage).resume(stage);
	}

	/**
	 * Changes the demand of a stage on all its edges: see
	 * {@link Pipeline#demand(String, int, int)}.
	 * @param stage the stage's name
	 * @param maxDemand the most events that may be outstanding, at least 1
	 * @param minDemand the number of outstanding events at which to ask again, from 0 to
	 * {@code maxDemand - 1}
	 * @return completes when its instances have changed
	 * @throws IllegalArgumentException if there is no such stage, if it is a producer, or
	 * if the demand is impossible, as one is that is less than a batch of the stage
	 */
	public CompletionStage<Void> demand(String stage, int maxDemand, int minDemand) {
		return pipelineOf(stage).demand(stage, maxDemand, minDemand);
	}

	/**
	 * Changes how many instances of a stage run: see
	 * {@link Pipeline#concurrency(String, int)}.
	 * @param stage the stage's name
	 * @param concurrency from 1 to {@link StageDefinition#MAX_CONCURRENCY}
	 * @return completes when the new instances are connected and the surplus ones have
	 * stopped
	 * @throws IllegalArgumentException if there is no such stage, if the number is
	 * impossible, or if the instances would share an object that can't be shared
	 * @throws IllegalStateException if its pipeline drains
	 */
	public CompletionStage<Void> concurrency(String stage, int concurrency) {
		return pipelineOf(stage).concurrency(stage, concurrency);
	}

	/**
	 * Changes the rate of a stage: see {@link Pipeline#rate(String, RateLimit)}.
	 * @param stage the stage's name
	 * @param limit the new limit
	 * @throws IllegalArgumentException if there is no such stage, or it was defined
	 * without a rate
	 */
	public void rate(String stage, RateLimit limit) {
		pipelineOf(stage).rate(stage, limit);
	}

	/**
	 * Changes how a stage collects events: see
	 * {@link Pipeline#batch(String, BatchOptions)}.
	 * @param stage the stage's name
	 * @param options the new options, whose size is no more than the maximum demand of
	 * each edge of the stage
	 * @throws IllegalArgumentException if there is no such stage, if it was defined
	 * without batches, or if the size is impossible
	 */
	public void batch(String stage, BatchOptions options) {
		pipelineOf(stage).batch(stage, options);
	}

	/**
	 * Sets what was changed of a stage to what was configured: see
	 * {@link Pipeline#reset(String)}.
	 * @param stage the stage's name
	 * @return completes when it is done
	 * @throws IllegalArgumentException if there is no such stage
	 * @throws IllegalStateException if its pipeline drains
	 */
	public CompletionStage<Void> reset(String stage) {
		return pipelineOf(stage).reset(stage);
	}

	private static CompletionStage<Void> all(List<CompletionStage<Void>> steps) {
		return CompletableFuture
			.allOf(steps.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture[]::new))
			.minimalCompletionStage();
	}

	private <T> T locked(Supplier<T> action) {
		this.lock.lock();
		try {
			return action.get();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Stages to add that belong together.
	 *
	 * @param joined the pipeline that they join, or {@code null} if they are one
	 * @param added the stages
	 */
	private record Part(@Nullable Pipeline joined, List<StageDefinition> added) {
	}

}
