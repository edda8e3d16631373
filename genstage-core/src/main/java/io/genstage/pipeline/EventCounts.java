package io.genstage.pipeline;

import java.util.List;
import java.util.function.ToLongFunction;

import io.genstage.DemandMode;
import io.genstage.ExitReason;
import io.genstage.StageKind;
import io.genstage.StageStatus;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of events of runs, such as those that are over and change no more.
 */
record EventCounts(long in, long out, long discarded) {

	static final EventCounts NONE = new EventCounts(0, 0, 0);

	EventCounts plus(StageStatus run) {
		return plus(new EventCounts(run.in(), run.out(), run.discarded()));
	}

	EventCounts plus(EventCounts other) {
		return new EventCounts(this.in + other.in, this.out + other.out, this.discarded + other.discarded);
	}

	/** Adds the numbers of runs to this as if all had been one stage. */
	StageStatus summedUp(String name, StageKind kind, List<StageStatus> runs) {
		// Most stages have one run of one instance, and are looked at often.
		if (runs.size() == 1 && equals(NONE) && runs.get(0).name().equals(name)) {
			return runs.get(0);
		}
		return new StageStatus(name, kind, exit(runs), mode(runs), this.in + sum(runs, StageStatus::in),
				this.out + sum(runs, StageStatus::out), this.discarded + sum(runs, StageStatus::discarded),
				sum(runs, StageStatus::buffered), sum(runs, StageStatus::unserved), sum(runs, StageStatus::queued),
				sum(runs, StageStatus::backlog), sum(runs, StageStatus::held),
				runs.stream().flatMap((run) -> run.producers().stream()).toList(),
				runs.stream().flatMap((run) -> run.consumers().stream()).toList());
	}

	private static long sum(List<StageStatus> runs, ToLongFunction<StageStatus> number) {
		return runs.stream().mapToLong(number).sum();
	}

	/** While one of them runs there is no end; then the worst one counts. */
	private static @Nullable ExitReason exit(List<StageStatus> runs) {
		ExitReason worst = null;
		for (StageStatus run : runs) {
			ExitReason exit = run.exit();
			if (exit == null) {
				return null;
			}
			if (worst == null || !exit.isClean()) {
				worst = exit;
			}
		}
		return worst;
	}

	private static DemandMode mode(List<StageStatus> runs) {
		boolean forwards = runs.stream().anyMatch((run) -> run.demandMode() == DemandMode.FORWARD);
		return forwards ? DemandMode.FORWARD : DemandMode.ACCUMULATE;
	}

}
