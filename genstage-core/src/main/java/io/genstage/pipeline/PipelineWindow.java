package io.genstage.pipeline;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A pipeline between two looks at it. The differences of the two are what has happened in
 * this time, so that both are of the same clock.
 *
 * @param length how much time has passed between the looks
 * @param before the pipeline at the first look
 * @param after the pipeline at the second look
 * @param cpu how much time all processors together have spent on this process meanwhile,
 * or {@code null} if the system doesn't say
 * @param verdict what limits the pipeline, by this window and those before
 */
public record PipelineWindow(Duration length, PipelineStatus before, PipelineStatus after, @Nullable Duration cpu,
		PipelineVerdict verdict) {
}
