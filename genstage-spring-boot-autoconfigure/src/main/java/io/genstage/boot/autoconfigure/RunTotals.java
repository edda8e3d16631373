package io.genstage.boot.autoconfigure;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

import io.genstage.StageStatus;
import io.genstage.account.Activity;
import io.genstage.account.StageTimes;
import io.genstage.pipeline.EdgeStatus;
import io.genstage.pipeline.ManagedStageStatus;
import io.genstage.pipeline.PipelineStatus;

/**
 * What has gone through a pipeline.
 *
 * @param read how many events its producers have emitted
 * @param handled how many events those stages have handled that no other gets events from
 * @param discarded how many events each stage has lost, of those that have lost any
 * @param deadLettered how many events have become dead letters of each stage
 * @param skipped how many events each stage has left out
 * @param worked how many nanoseconds each instance of a stage was at work, on the average
 */
record RunTotals(long read, long handled, Map<String, Long> discarded, Map<String, Long> deadLettered,
		Map<String, Long> skipped, Map<String, Long> worked) {

	static RunTotals of(PipelineStatus pipeline) {
		Set<String> sources = pipeline.edges().stream().map(EdgeStatus::producer).collect(Collectors.toSet());
		long read = 0;
		long handled = 0;
		Map<String, Long> discarded = new TreeMap<>();
		Map<String, Long> deadLettered = new TreeMap<>();
		Map<String, Long> skipped = new TreeMap<>();
		Map<String, Long> worked = new TreeMap<>();
		for (ManagedStageStatus stage : pipeline.stages()) {
			if (!stage.kind().consumes()) {
				read += number(stage, StageStatus::out);
			}
			else if (!sources.contains(stage.name())) {
				handled += number(stage, StageStatus::in);
			}
			put(discarded, stage, StageStatus::discarded);
			put(deadLettered, stage, (status) -> status.counts().deadLettered());
			put(skipped, stage, (status) -> status.counts().skipped());
			put(worked, stage, (status) -> worked(status) / Math.max(stage.instances().size(), 1));
		}
		return new RunTotals(read, handled, discarded, deadLettered, skipped, worked);
	}

	private static void put(Map<String, Long> numbers, ManagedStageStatus stage, ToLongFunction<StageStatus> number) {
		long found = number(stage, number);
		if (found > 0) {
			numbers.put(stage.name(), found);
		}
	}

	private static long worked(StageStatus status) {
		StageTimes times = status.times();
		return (times == null) ? 0 : times.spent().nanos(Activity.HANDLING) + times.spent().nanos(Activity.WAITING)
				+ times.spent().nanos(Activity.RETRYING);
	}

	private static long number(ManagedStageStatus stage, ToLongFunction<StageStatus> number) {
		return stage.started().map(number::applyAsLong).orElse(0L);
	}

	/** Returns what is more than at an earlier time. */
	RunTotals since(RunTotals earlier) {
		return new RunTotals(this.read - earlier.read, this.handled - earlier.handled,
				more(this.discarded, earlier.discarded), more(this.deadLettered, earlier.deadLettered),
				more(this.skipped, earlier.skipped), more(this.worked, earlier.worked));
	}

	private static Map<String, Long> more(Map<String, Long> now, Map<String, Long> earlier) {
		Map<String, Long> more = new TreeMap<>(now);
		earlier.forEach((stage, number) -> more.computeIfPresent(stage,
				(name, all) -> (all > number) ? Long.valueOf(all - number) : null));
		return more;
	}

	/** Returns the name of the stage that was at work longest, if that is known. */
	Optional<String> slowest() {
		return this.worked.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
	}

	/** Returns how many events all stages together have lost. */
	long lost() {
		return this.discarded.values().stream().mapToLong(Long::longValue).sum();
	}

}
