package io.genstage.boot.autoconfigure;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

import io.genstage.StageStatus;
import io.genstage.pipeline.EdgeStatus;
import io.genstage.pipeline.ManagedStageStatus;
import io.genstage.pipeline.PipelineStatus;

/**
 * What has gone through a pipeline.
 *
 * @param read how many events its producers have emitted
 * @param handled how many events those stages have handled that no other gets events from
 * @param discarded how many events each stage has lost, of those that have lost any
 */
record RunTotals(long read, long handled, Map<String, Long> discarded) {

	static RunTotals of(PipelineStatus pipeline) {
		Set<String> sources = pipeline.edges().stream().map(EdgeStatus::producer).collect(Collectors.toSet());
		long read = 0;
		long handled = 0;
		Map<String, Long> discarded = new TreeMap<>();
		for (ManagedStageStatus stage : pipeline.stages()) {
			if (!stage.kind().consumes()) {
				read += number(stage, StageStatus::out);
			}
			else if (!sources.contains(stage.name())) {
				handled += number(stage, StageStatus::in);
			}
			long lost = number(stage, StageStatus::discarded);
			if (lost > 0) {
				discarded.put(stage.name(), lost);
			}
		}
		return new RunTotals(read, handled, discarded);
	}

	private static long number(ManagedStageStatus stage, ToLongFunction<StageStatus> number) {
		return stage.started().map(number::applyAsLong).orElse(0L);
	}

	/** Returns what is more than at an earlier time. */
	RunTotals since(RunTotals earlier) {
		Map<String, Long> more = new TreeMap<>(this.discarded);
		earlier.discarded.forEach((stage, lost) -> more.computeIfPresent(stage,
				(name, all) -> (all > lost) ? Long.valueOf(all - lost) : null));
		return new RunTotals(this.read - earlier.read, this.handled - earlier.handled, more);
	}

	/** Returns how many events all stages together have lost. */
	long lost() {
		return this.discarded.values().stream().mapToLong(Long::longValue).sum();
	}

}
