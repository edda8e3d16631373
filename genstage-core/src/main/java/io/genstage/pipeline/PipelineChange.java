package io.genstage.pipeline;

/**
 * A change of the state of a pipeline.
 *
 * @param pipeline the pipeline's name
 * @param from the state before
 * @param to the state now
 */
public record PipelineChange(String pipeline, PipelineState from, PipelineState to) {
}
