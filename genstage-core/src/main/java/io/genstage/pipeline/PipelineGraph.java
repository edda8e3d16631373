package io.genstage.pipeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A sound graph of stages, from the producers to the consumers. To exist is to be sound:
 * every name is there once, every edge leads from a stage that emits to a stage that
 * consumes, there is no circle, and no stage lacks a side.
 */
public final class PipelineGraph {

	private final Map<String, StageDefinition> stages = new LinkedHashMap<>();

	private final Map<String, List<StageDefinition>> consumers;

	private PipelineGraph(List<StageDefinition> sorted) {
		sorted.forEach((stage) -> this.stages.put(stage.name(), stage));
		this.consumers = consumers(sorted);
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

	/**
	 * Returns this graph with further stages, which may subscribe to those that are in
	 * it.
	 * @param stages the further stages, in any order
	 * @return the larger graph
	 * @throws InvalidGraphException if they don't make a sound graph together
	 */
	public PipelineGraph with(Collection<StageDefinition> stages) {
		List<StageDefinition> all = new ArrayList<>(this.stages.values());
		all.addAll(stages);
		return of(all);
	}

	/** Returns this graph without some stages, unless it would not be sound. */
	PipelineGraph without(Set<String> names) {
		return of(this.stages.values().stream().filter((stage) -> !names.contains(stage.name())).toList());
	}

	/**
	 * Returns the name of a pipeline of this graph.
	 * @return the names of its producers, joined by {@code +}
	 */
	public String name() {
		return this.stages.values()
			.stream()
			.filter((stage) -> !stage.kind().consumes())
			.map(StageDefinition::name)
			.collect(Collectors.joining("+"));
	}

	/**
	 * Sorts stages so that each comes behind its producers, those of one depth as they
	 * were defined.
	 */
	private static List<StageDefinition> sort(Collection<StageDefinition> stages) {
		Map<String, Integer> depths = depths(stages);
		return stages.stream().sorted(Comparator.comparing((stage) -> depths.getOrDefault(stage.name(), 0))).toList();
	}

	/** Returns how many edges the longest way to each stage has; 0 is left out. */
	private static Map<String, Integer> depths(Collection<StageDefinition> stages) {
		Map<String, List<StageDefinition>> consumers = consumers(stages);
		Map<String, Integer> depths = new HashMap<>();
		Map<String, Integer> unseen = new HashMap<>();
		stages.forEach((stage) -> unseen.put(stage.name(), stage.producers().size()));
		Deque<StageDefinition> ready = stages.stream()
			.filter((stage) -> stage.producers().isEmpty())
			.collect(Collectors.toCollection(ArrayDeque::new));
		while (!ready.isEmpty()) {
			String producer = ready.remove().name();
			int next = depths.getOrDefault(producer, 0) + 1;
			for (StageDefinition consumer : consumers.getOrDefault(producer, List.of())) {
				depths.merge(consumer.name(), next, Math::max);
				if (unseen.merge(consumer.name(), -1, Integer::sum) == 0) {
					ready.add(consumer);
				}
			}
		}
		return depths;
	}

	private static Map<String, List<StageDefinition>> consumers(Collection<StageDefinition> stages) {
		Map<String, List<StageDefinition>> consumers = new HashMap<>();
		for (StageDefinition stage : stages) {
			for (EdgeDefinition edge : stage.producers()) {
				consumers.computeIfAbsent(edge.producer(), (producer) -> new ArrayList<>()).add(stage);
			}
		}
		return consumers;
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

	/** Returns a stage if there is one of that name. */
	Optional<StageDefinition> find(String name) {
		return Optional.ofNullable(this.stages.get(name));
	}

	/**
	 * Returns the names of a stage's consumers.
	 * @param name the stage's name
	 * @return the names, none for a consumer
	 */
	public List<String> consumersOf(String name) {
		return this.consumers.getOrDefault(stage(name).name(), List.of()).stream().map(StageDefinition::name).toList();
	}

	/**
	 * Returns the parts of this graph that no edge joins.
	 * @return at least one graph, unless this one is empty
	 */
	public List<PipelineGraph> components() {
		Map<String, String> firsts = new HashMap<>();
		for (String first : this.stages.keySet()) {
			if (!firsts.containsKey(first)) {
				joinedTo(first).forEach((joined) -> firsts.put(joined, first));
			}
		}
		return this.stages.values()
			.stream()
			.collect(Collectors.groupingBy((stage) -> firsts.getOrDefault(stage.name(), stage.name()),
					LinkedHashMap::new, Collectors.toList()))
			.values()
			.stream()
			.map(PipelineGraph::new)
			.toList();
	}

	/**
	 * Draws this graph as text, such as for a log: a line for each producer, and below it
	 * one for each subscription to it, with its maximum and minimum demand.
	 *
	 * <pre>
	 * orders (dispatcher broadcast)
	 * +- invoices (demand 10/5)
	 * |  \- store (demand 1000/500)
	 * \- audit (demand 1000/500)
	 * </pre>
	 *
	 * What is behind a stage with several producers is drawn below the first of them.
	 * Names that could be taken for a part of the drawing are quoted.
	 * @return its lines, at most 100 and one that says how many stages are left out
	 */
	public List<String> drawing() {
		return drawing((stage) -> List.of());
	}

	/**
	 * {@linkplain #drawing() Draws} this graph with further notes on its stages.
	 * @param notes returns what to add to what is drawn of a stage, in plain words;
	 * called on this thread
	 * @return its lines, at most 100 and one that says how many stages are left out
	 */
	public List<String> drawing(Function<StageDefinition, List<String>> notes) {
		return GraphDrawing.of(this, notes);
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
