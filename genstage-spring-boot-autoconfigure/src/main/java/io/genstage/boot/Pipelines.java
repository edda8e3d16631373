package io.genstage.boot;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
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

	private final Assembly assembly;

	private final StageSystem system;

	private final Supplier<List<PipelineListener>> listeners;

	/*
	 * Held for moments only. No bean is created under it, no stage is started and no
	 * listener called: each of them may wait for another thread that uses the registry.
	 */
	private final ReentrantLock lock = new ReentrantLock();

	/** The names of stages that are being registered, so that no two get the same. */
	private final Set<String> joining = new HashSet<>();

	private volatile Directory directory = Directory.of(List.of());

	private boolean running;

	private volatile @Nullable List<Pipeline> pipelines;

	Pipelines(Assembly assembly, StageSystem system, Supplier<List<PipelineListener>> listeners) {
		this.assembly = assembly;
		this.system = system;
		this.listeners = listeners;
	}

	/**
	 * Assembles the pipelines, if nobody has done so.
	 */
	void assemble() {
		this.assembly.run(this::assembleFrom);
	}

	/**
	 * Returns the pipelines, assembled by whoever wants them first.
	 * @throws IllegalStateException if there are still beans to create
	 */
	List<Pipeline> all() {
		if (this.pipelines == null) {
			this.assembly.runEarly(this::assembleFrom);
		}
		return Objects.requireNonNull(this.pipelines);
	}

	private void assembleFrom(List<PipelineGraph> graphs) {
		this.pipelines = graphs.stream().map(this::pipeline).toList();
	}

	/** Finds the pipeline of a stage, however many there are, without a lock. */
	@SuppressWarnings("ReferenceEquality") // each change makes another list
	Optional<Pipeline> find(String stage) {
		List<Pipeline> all = all();
		Directory known = this.directory;
		if (known.pipelines() != all) {
			known = Directory.of(all);
			this.directory = known;
		}
		return Optional.ofNullable(known.find(stage));
	}

	/** Returns pipelines that can be started, new ones if the old ones were started. */
	List<Pipeline> toStart() {
		while (true) {
			List<Pipeline> current = all();
			List<Pipeline> startable = current.stream().map(this::startable).toList();
			if (replace(current, startable)) {
				return startable;
			}
		}
	}

	@SuppressWarnings("ReferenceEquality") // each change makes another list
	private boolean replace(List<Pipeline> expected, List<Pipeline> startable) {
		return locked(() -> {
			if (this.pipelines != expected) {
				return false;
			}
			this.running = true;
			this.pipelines = startable;
			return true;
		});
	}

	/** Returns the pipelines; what is registered from now on waits for the next start. */
	List<Pipeline> toDrain() {
		List<Pipeline> all = all();
		return locked(() -> {
			this.running = false;
			return Objects.requireNonNullElse(this.pipelines, all);
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
		Set<String> names = stages.stream().map(StageDefinition::name).collect(Collectors.toSet());
		reserve(names);
		try {
			List<Part> parts = parts(stages, names);
			return CompletableFuture
				.allOf(parts.stream()
					.map(this::add)
					.map(CompletionStage::toCompletableFuture)
					.toArray(CompletableFuture[]::new))
				.minimalCompletionStage();
		}
		finally {
			locked(() -> this.joining.removeAll(names));
		}
	}

	private void reserve(Set<String> names) {
		locked(() -> {
			names.stream().filter(this.joining::contains).findFirst().ifPresent((name) -> {
				throw new IllegalArgumentException(
						"stage '%s' can't be registered: another thread registers a stage of this name just now"
							.formatted(name));
			});
			return this.joining.addAll(names);
		});
	}

	/** Checks all stages together, and sorts the new ones by what they belong to. */
	private List<Part> parts(List<StageDefinition> added, Set<String> names) {
		List<StageDefinition> known = all().stream().flatMap((pipeline) -> pipeline.graph().stages().stream()).toList();
		PipelineGraph whole = PipelineGraph.of(Stream.concat(known.stream(), added.stream()).toList());
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
		List<Pipeline> others = all();
		boolean startNow = locked(() -> {
			List<Pipeline> all = new ArrayList<>(Objects.requireNonNullElse(this.pipelines, others));
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
	 * Which pipeline a stage is one of. Stages stay where they are, and more may come.
	 *
	 * @param pipelines the pipelines
	 * @param known those of the stages that are known so far
	 */
	private record Directory(List<Pipeline> pipelines, Map<String, Pipeline> known) {

		static Directory of(List<Pipeline> pipelines) {
			Map<String, Pipeline> known = new ConcurrentHashMap<>();
			pipelines.forEach((pipeline) -> pipeline.graph()
				.stages()
				.forEach((stage) -> known.putIfAbsent(stage.name(), pipeline)));
			return new Directory(pipelines, known);
		}

		@Nullable Pipeline find(String stage) {
			Pipeline found = this.known.get(stage);
			if (found == null) {
				found = this.pipelines.stream()
					.filter((pipeline) -> pipeline.state(stage).isPresent())
					.findFirst()
					.orElse(null);
				if (found != null) {
					this.known.put(stage, found);
				}
			}
			return found;
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
