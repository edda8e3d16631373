package io.genstage.pipeline;

import java.util.List;

import io.genstage.EventCounts;
import io.genstage.ExitReason;
import io.genstage.Place;
import io.genstage.StageKind;
import io.genstage.StageRef;
import io.genstage.StageStatus;
import io.genstage.SubscriptionStatus;
import io.genstage.WaitingEvents;
import io.genstage.account.StageTimes;
import io.genstage.account.TimeAccount;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an instance at the end of a change of its pipeline. Any thread reads
 * the numbers of its runs by it, without a lock.
 *
 * @param past the numbers of runs that are forgotten
 * @param runs the other runs, the newest last
 * @param places its places at its producers, which count what has passed it
 * @param pastTimes the times of runs that are forgotten
 * @param between the time between runs, or null if nobody wants to know times
 */
record InstanceView(String name, StageKind kind, StageState state, @Nullable ExitReason cause, long restarts,
		EventCounts past, List<StageRef> runs, List<Place> places, StageTimes pastTimes,
		@Nullable TimeAccount between) {

	/** Returns the numbers of all runs, or null if there was none. */
	@Nullable StageStatus numbers() {
		return this.runs.isEmpty() ? null
				: SummedUp.of(this.name, this.kind, earlierCounts(), earlierTimes(), List.of(newestRun().status()));
	}

	/** Returns the counts of all runs. */
	EventCounts counts() {
		return this.runs.isEmpty() ? EventCounts.NONE : earlierCounts().plus(newestRun().counts());
	}

	/** Returns what the newest run holds; the others are over. */
	WaitingEvents waiting() {
		return this.runs.isEmpty() ? WaitingEvents.NONE : newestRun().waiting();
	}

	/** Returns how many events it waits for from instances of a producer. */
	long demand(StageView producer) {
		long demand = 0;
		if (!this.runs.isEmpty()) {
			for (SubscriptionStatus subscription : newestRun().producers()) {
				demand += producer.has(subscription.producer()) ? subscription.demand() : 0;
			}
		}
		return demand;
	}

	/** Returns how many events of all runs their sources have not heard of. */
	long unsettled() {
		return this.runs.stream().mapToLong(StageRef::unsettled).sum();
	}

	private StageRef newestRun() {
		return this.runs.get(this.runs.size() - 1);
	}

	/** Returns what was spent beside the newest run. */
	StageTimes earlierTimes() {
		StageTimes earlier = (this.between != null) ? this.between.read().after(this.pastTimes) : this.pastTimes;
		for (int run = 0; run < this.runs.size() - 1; run++) {
			StageTimes over = this.runs.get(run).times().orElse(null);
			earlier = (over != null) ? earlier.after(over) : earlier;
		}
		return earlier;
	}

	/**
	 * Returns what all runs have spent their time on, or null if nobody wants to know.
	 */
	@Nullable StageTimes times() {
		StageTimes newest = this.runs.isEmpty() ? null : newestRun().times().orElse(null);
		return (newest != null) ? newest.after(earlierTimes()) : null;
	}

	/** Returns the counts of all runs but the newest, and what has passed all of them. */
	private EventCounts earlierCounts() {
		long missed = 0;
		for (Place place : this.places) {
			missed += place.missed();
		}
		EventCounts earlier = (missed > 0) ? this.past.plus(new EventCounts(0, 0, missed)) : this.past;
		for (int run = 0; run < this.runs.size() - 1; run++) {
			earlier = earlier.plus(this.runs.get(run).counts());
		}
		return earlier;
	}

	InstanceStatus status() {
		return new InstanceStatus(this.name, this.state, this.cause, this.restarts, numbers());
	}

}
