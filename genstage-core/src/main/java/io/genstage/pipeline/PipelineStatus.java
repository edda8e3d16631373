package io.genstage.pipeline;

import java.util.List;
import java.util.Optional;

/**
 * A pipeline at some moment.
 *
 * @param name the pipeline's name
 * @param state where it stands
 * @param stages its stages, each behind its producers
 * @param edges its edges, those of a stage together
 */
public record PipelineStatus(String name, PipelineState state, List<ManagedStageStatus> stages,
		List<EdgeStatus> edges) {

	public PipelineStatus {
		stages = List.copyOf(stages);
		edges = List.copyOf(edges);
	}

	/**
	 * Finds a stage.
	 * @param name its name
	 * @return the stage, if it is one of this pipeline's
	 */
	public Optional<ManagedStageStatus> stage(String name) {
		return this.stages.stream().filter((stage) -> stage.name().equals(name)).findFirst();
	}

	/**
	 * Finds an edge.
	 * @param consumer the name of the receiving stage
	 * @param producer the name of the sending stage
	 * @return the edge, if there is one
	 */
	public Optional<EdgeStatus> edge(String consumer, String producer) {
		return this.edges.stream()
			.filter((edge) -> edge.consumer().equals(consumer) && edge.producer().equals(producer))
			.findFirst();
	}

	/**
	 * Returns how many events a stage waits for.
	 * @param consumer the stage's name
	 * @param producer the name of the stage that it waits for
	 * @return the outstanding demand, 0 if there is no such edge
	 */
	public long demand(String consumer, String producer) {
		return edge(consumer, producer).map(EdgeStatus::demand).orElse(0L);
	}

}
