package io.genstage.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * Pipelines, and which of them a stage is one of. Any thread may look a stage up, without
 * a lock.
 */
final class PipelineDirectory {

	/**
	 * Stages may have joined one of them since, which is found out when they are sought.
	 */
	private final List<Pipeline> pipelines;

	private final Map<String, Pipeline> known;

	private PipelineDirectory(List<Pipeline> pipelines, Map<String, Pipeline> known) {
		this.pipelines = pipelines;
		this.known = known;
	}

	static PipelineDirectory of(List<Pipeline> pipelines) {
		PipelineDirectory directory = new PipelineDirectory(List.copyOf(pipelines), new ConcurrentHashMap<>());
		pipelines.forEach(directory::learn);
		return directory;
	}

	/** Returns these pipelines and a further one. What is known is not learned again. */
	PipelineDirectory with(Pipeline further) {
		List<Pipeline> all = new ArrayList<>(this.pipelines);
		all.add(further);
		PipelineDirectory extended = new PipelineDirectory(List.copyOf(all), this.known);
		extended.learn(further);
		return extended;
	}

	/** Returns the pipelines without some stages, and without a pipeline of them only. */
	PipelineDirectory without(Set<String> stages) {
		List<Pipeline> left = this.pipelines.stream().filter((pipeline) -> !isPartOf(stages, pipeline)).toList();
		// A copy: who still looks into the old one may add what is found there.
		Map<String, Pipeline> known = new ConcurrentHashMap<>(this.known);
		known.keySet().removeAll(stages);
		return new PipelineDirectory(left, known);
	}

	private static boolean isPartOf(Set<String> stages, Pipeline pipeline) {
		return pipeline.graph().stages().stream().map(StageDefinition::name).allMatch(stages::contains);
	}

	private void learn(Pipeline pipeline) {
		pipeline.graph().stages().forEach((stage) -> this.known.putIfAbsent(stage.name(), pipeline));
	}

	List<Pipeline> pipelines() {
		return this.pipelines;
	}

	List<StageDefinition> definitions() {
		return this.pipelines.stream().flatMap((pipeline) -> pipeline.graph().stages().stream()).toList();
	}

	Optional<Pipeline> find(String stage) {
		@Nullable Pipeline found = this.known.get(stage);
		return (found != null) ? Optional.of(found) : seek(stage);
	}

	private Optional<Pipeline> seek(String stage) {
		Optional<Pipeline> found = this.pipelines.stream()
			.filter((pipeline) -> pipeline.state(stage).isPresent())
			.findFirst();
		found.ifPresent((pipeline) -> this.known.put(stage, pipeline));
		return found;
	}

}
