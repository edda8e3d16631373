package io.genstage.boot.actuate;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import io.genstage.picture.GraphLayout;
import io.genstage.pipeline.PipelineGraph;

/**
 * The layouts of pipelines, each made once for a graph and kept until the pipeline has
 * another one or is gone. Any thread may ask for them.
 */
final class Layouts {

	private final Map<String, Kept> kept = new ConcurrentHashMap<>();

	/** Returns the layout of a pipeline's graph. */
	Drawn of(String pipeline, PipelineGraph graph) {
		Kept kept = this.kept.get(pipeline);
		if (kept == null || kept.graph() != graph) {
			kept = new Kept(graph, Drawn.of(GraphLayout.of(graph)));
			this.kept.put(pipeline, kept);
		}
		return kept.drawn();
	}

	/** Forgets all pipelines but some. */
	void keepOnly(Set<String> pipelines) {
		this.kept.keySet().retainAll(pipelines);
	}

	/**
	 * A layout, and what is in it by the names of stages: so that a page of it costs as
	 * much as the stages that are on it.
	 *
	 * @param layout the layout
	 * @param places where the stages are
	 * @param lines the lines that end at a stage
	 */
	record Drawn(GraphLayout layout, Map<String, GraphLayout.Place> places, Map<String, List<GraphLayout.Line>> lines) {

		private static Drawn of(GraphLayout layout) {
			return new Drawn(layout,
					layout.nodes().stream().collect(Collectors.toMap(GraphLayout.Node::name, GraphLayout.Node::place)),
					layout.lines().stream().collect(Collectors.groupingBy(GraphLayout.Line::consumer)));
		}

	}

	/**
	 * A layout and what it is of.
	 */
	private record Kept(PipelineGraph graph, Drawn drawn) {
	}

}
