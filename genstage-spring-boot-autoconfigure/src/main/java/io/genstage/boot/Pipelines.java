package io.genstage.boot;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.genstage.StageSystem;
import io.genstage.pipeline.ManagedStageStatus;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.PipelineListener;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.StageDefinition;
import org.jspecify.annotations.Nullable;

/**
 * The pipelines of an application context: assembled once, made anew when the context is
 * started again, and joined by those that are registered meanwhile.
 */
final class Pipelines {

	private final Supplier<List<PipelineGraph>> assembly;

	private final StageSystem system;

	private final Supplier<List<PipelineListener>> listeners;

	private final ReentrantLock lock = new ReentrantLock();

	/** Held while registered stages start, so that two can't get the same name. */
	private final ReentrantLock registration = new ReentrantLock();

	private @Nullable List<Pipeline> pipelines;

	private boolean running;

	Pipelines(Supplier<List<PipelineGraph>> assembly, StageSystem system, Supplier<List<PipelineListener>> listeners) {
		this.assembly = assembly;
		this.system = system;
		this.listeners = listeners;
	}

	/** Returns the pipelines, assembled by whoever wants them first. */
	List<Pipeline> all() {
		return locked(() -> {
			if (this.pipelines == null) {
				this.pipelines = this.assembly.get().stream().map(this::pipeline).toList();
			}
			return this.pipelines;
		});
	}

	Optional<Pipeline> find(String stage) {
		return all().stream().filter((pipeline) -> pipeline.stage(stage).isPresent()).findFirst();
	}

	/** Returns pipelines that can be started, new ones if the old ones were started. */
	List<Pipeline> toStart() {
		return locked(() -> {
			this.running = true;
			this.pipelines = all().stream().map(this::startable).toList();
			return this.pipelines;
		});
	}

	/** Returns the pipelines; what is registered from now on waits for the next start. */
	List<Pipeline> toDrain() {
		return locked(() -> {
			this.running = false;
			return all();
		});
	}

	private Pipeline startable(Pipeline pipeline) {
		if (pipeline.state() == PipelineState.CREATED) {
			return pipeline;
		}
		Pipeline anew = pipeline(pipeline.graph());
		// Only who has paused a stage resumes it.
		pipeline.status()
			.stages()
			.stream()
			.filter(ManagedStageStatus::pauseWanted)
			.forEach((stage) -> anew.pause(stage.name()));
		return anew;
	}

	private Pipeline pipeline(PipelineGraph graph) {
		return new Pipeline(graph, this.system, this.listeners.get());
	}

	/**
	 * Adds stages to the pipelines whose stages they subscribe to, or as pipelines of
	 * their own.
	 * @return completes when those that run are connected
	 */
	CompletionStage<Void> add(List<StageDefinition> stages) {
		this.registration.lock();
		try {
			List<Part> parts = parts(stages);
			return CompletableFuture
				.allOf(parts.stream()
					.map(this::add)
					.map(CompletionStage::toCompletableFuture)
					.toArray(CompletableFuture[]::new))
				.minimalCompletionStage();
		}
		finally {
			this.registration.unlock();
		}
	}

	/** Checks all stages together, and sorts the new ones by what they belong to. */
	private List<Part> parts(List<StageDefinition> added) {
		List<StageDefinition> known = all().stream().flatMap((pipeline) -> pipeline.graph().stages().stream()).toList();
		PipelineGraph whole = PipelineGraph.of(Stream.concat(known.stream(), added.stream()).toList());
		Set<String> names = added.stream().map(StageDefinition::name).collect(Collectors.toSet());
		return whole.components()
			.stream()
			.map((component) -> part(component, names))
			.filter((part) -> !part.added().isEmpty())
			.toList();
	}

	private Part part(PipelineGraph component, Set<String> added) {
		List<Pipeline> joined = component.stages()
			.stream()
			.flatMap((stage) -> find(stage.name()).stream())
			.distinct()
			.toList();
		List<StageDefinition> stages = component.stages()
			.stream()
			.filter((stage) -> added.contains(stage.name()))
			.toList();
		if (joined.size() > 1 && !stages.isEmpty()) {
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
			List<Pipeline> all = new ArrayList<>(all());
			all.add(added);
			this.pipelines = List.copyOf(all);
			return this.running;
		});
		return startNow ? added.start() : CompletableFuture.completedStage(null);
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
