package io.genstage.pipeline;

import java.util.List;
import java.util.Objects;

import io.genstage.DemandMode;
import io.genstage.EventCounts;
import io.genstage.ExitReason;
import io.genstage.SourceProgress;
import io.genstage.StageKind;
import io.genstage.StageStatus;
import io.genstage.WaitingEvents;
import io.genstage.account.StageTimes;
import org.jspecify.annotations.Nullable;

/**
 * The status of several runs or instances as if all had been one stage.
 */
final class SummedUp {

	private SummedUp() {
	}

	/**
	 * Sums up the status of runs.
	 * @param earlier the counts of other runs, which are over
	 * @param earlierTimes what these have spent their time on
	 * @param runs the status of at least one run
	 */
	static StageStatus of(String name, StageKind kind, EventCounts earlier, StageTimes earlierTimes,
			List<StageStatus> runs) {
		// Most stages have one run of one instance, and are looked at often.
		if (runs.size() == 1 && earlier.equals(EventCounts.NONE) && earlierTimes.equals(StageTimes.NONE)
				&& runs.get(0).name().equals(name)) {
			return runs.get(0);
		}
		return new StageStatus(name, kind, exit(runs), mode(runs),
				runs.stream().map(StageStatus::counts).reduce(earlier, EventCounts::plus),
				runs.stream().map(StageStatus::waiting).reduce(WaitingEvents.NONE, WaitingEvents::plus),
				runs.stream().flatMap((run) -> run.producers().stream()).toList(),
				runs.stream().flatMap((run) -> run.consumers().stream()).toList(),
				runs.stream().map(StageStatus::outage).filter(Objects::nonNull).findFirst().orElse(null),
				runs.stream().flatMap((run) -> run.overdue().stream()).toList(), times(earlierTimes, runs),
				arrivals(runs), progress(runs));
	}

	/** Returns null if none of them keeps an account. */
	private static @Nullable StageTimes times(StageTimes earlier, List<StageStatus> runs) {
		StageTimes sum = null;
		for (StageStatus run : runs) {
			StageTimes times = run.times();
			sum = (sum == null) ? times : (times != null) ? sum.plus(times) : sum;
		}
		return (sum != null) ? sum.after(earlier) : null;
	}

	/** Not known of all if it is not known of each. */
	private static @Nullable Long arrivals(List<StageStatus> runs) {
		long sum = 0;
		for (StageStatus run : runs) {
			Long arrivals = run.arrivals();
			if (arrivals == null) {
				return null;
			}
			sum += arrivals;
		}
		return sum;
	}

	/** Not known of all if it is not known of each. */
	private static @Nullable SourceProgress progress(List<StageStatus> runs) {
		SourceProgress sum = runs.get(0).progress();
		for (StageStatus run : runs.subList(1, runs.size())) {
			SourceProgress progress = run.progress();
			sum = (sum != null && progress != null) ? sum.plus(progress) : null;
		}
		return sum;
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
