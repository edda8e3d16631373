package io.genstage.pipeline;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import org.jspecify.annotations.Nullable;

/**
 * All that a verdict is based on, at one moment.
 *
 * @param at when that was, of which only differences mean something
 * @param status the pipeline, with the times of its stages
 * @param graph what the stages were defined as
 * @param rates the rates in force, by the names of the stages that have one
 * @param cpu what the process has used of all processors, or null if nobody knows
 */
record PipelineSnapshot(long at, PipelineStatus status, PipelineGraph graph, Map<String, RateLimit> rates,
		@Nullable Duration cpu) {

	static PipelineSnapshot of(Pipeline pipeline, long at) {
		PipelineGraph graph = pipeline.graph();
		Map<String, RateLimit> rates = new HashMap<>();
		for (StageDefinition stage : graph.stages()) {
			RateAccount rate = stage.options().rate();
			if (rate != null) {
				rates.put(stage.name(), rate.limit());
			}
		}
		return new PipelineSnapshot(at, pipeline.status(), graph, rates,
				ProcessHandle.current().info().totalCpuDuration().orElse(null));
	}

	PipelineWindow since(PipelineSnapshot before, PipelineVerdict verdict) {
		Duration used = (this.cpu != null && before.cpu != null) ? this.cpu.minus(before.cpu) : null;
		return new PipelineWindow(Duration.ofNanos(this.at - before.at), before.status, this.status, used, verdict);
	}

}
