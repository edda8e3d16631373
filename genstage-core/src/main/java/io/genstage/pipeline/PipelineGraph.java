package io.genstage.pipeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A sound graph of stages, from the producers to the consumers. To exist is to be sound:
 * every name is there once, every edge leads from a stage that emits to a stage that
 * consumes, there is no circle, and no stage lacks a side.
 */
public final class PipelineGraph {

	private final Map<String, StageDefinition> stages;

	private final Map<String, List<String>> consumers;

	private PipelineGraph(List<StageDefinition> sorted) {
		this.stages = new LinkedHashMap<>();
		this.consumers = new HashMap<>();
		for (StageDefinition stage : sorted) {
			this.stages.put(stage.name(), stage);
			for (EdgeDefinition edge : stage.producers()) {
				this.consumers.computeIfAbsent(edge.producer(), (producer) -> new ArrayList<>()).add(stage.name());
			}
		}
	}

	/**
	 * Makes a graph of stages.
	 * @param stages the stages in any order
	 * @return the graph
	 * @throws InvalidGraphException if they don't make a sound graph
	 */
	public static PipelineGraph of(Collection<StageDefinition> stages) {
		List<GraphProblem> problems = GraphCheck.problems(stages);
		if (!problems.isEmpty()) {
			throw new InvalidGraphException(problems);
		}
		return new PipelineGraph(sort(stages));
	}

	/** Sorts stages so that each comes behind its producers. */
	private static List<StageDefinition> sort(Collection<StageDefinition> stages) {
		List<StageDefinition> sorted = new ArrayList<>();
		Set<String> placed = new LinkedHashSet<>();
		List<StageDefinition> unplaced = new ArrayList<>(stages);
		while (!unplaced.isEmpty()) {
			List<StageDefinition> ready = unplaced.stream()
				.filter((stage) -> stage.producers().stream().map(EdgeDefinition::producer).allMatch(placed::contains))
				.toList();
			ready.forEach((stage) -> placed.add(stage.name()));
			sorted.addAll(ready);
			unplaced.removeAll(ready);
		}
		return sorted;
	}

	/**
	 * Returns the stages.
	 * @return the stages, each behind its producers
	 */
	public List<StageDefinition> stages() {
		return List.copyOf(this.stages.values());
	}

	/**
	 * Returns a stage.
	 * @param name its name
	 * @return the stage
	 * @throws IllegalArgumentException if there is no stage of that name
	 */
	public StageDefinition stage(String name) {
		StageDefinition stage = this.stages.get(name);
		if (stage == null) {
			throw new IllegalArgumentException(
					"there is no stage '%s': %s".formatted(name, Suggestion.instead(name, this.stages.keySet())));
		}
		return stage;
	}

	/**
	 * Returns the names of a stage's consumers.
	 * @param name the stage's name
	 * @return the names, none for a consumer
	 */
	public List<String> consumersOf(String name) {
		return List.copyOf(this.consumers.getOrDefault(stage(name).name(), List.of()));
	}

	/**
	 * Returns the parts of this graph that no edge joins.
	 * @return at least one graph, unless this one is empty
	 */
	public List<PipelineGraph> components() {
		List<PipelineGraph> components = new ArrayList<>();
		Set<String> seen = new LinkedHashSet<>();
		for (String name : this.stages.keySet()) {
			if (!seen.contains(name)) {
				Set<String> joined = joinedTo(name);
				seen.addAll(joined);
				components.add(
						new PipelineGraph(stages().stream().filter((stage) -> joined.contains(stage.name())).toList()));
			}
		}
		return components;
	}

	private Set<String> joinedTo(String start) {
		Set<String> joined = new LinkedHashSet<>();
		Deque<String> open = new ArrayDeque<>(List.of(start));
		while (!open.isEmpty()) {
			String name = open.remove();
			if (joined.add(name)) {
				stage(name).producers().forEach((edge) -> open.add(edge.producer()));
				open.addAll(consumersOf(name));
			}
		}
		return joined;
	}

}
