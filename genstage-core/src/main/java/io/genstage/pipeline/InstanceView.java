package io.genstage.pipeline;

import java.util.List;

import io.genstage.EventCounts;
import io.genstage.ExitReason;
import io.genstage.Place;
import io.genstage.StageKind;
import io.genstage.StageRef;
import io.genstage.StageStatus;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an instance at the end of a change of its pipeline. Any thread reads
 * the numbers of its runs by it, without a lock.
 *
 * @param past the numbers of runs that are forgotten
 * @param runs the other runs, the newest last
 * @param places its places at its producers, which count what has passed it
 */
record InstanceView(String name, StageKind kind, StageState state, @Nullable ExitReason cause, long restarts,
		EventCounts past, List<StageRef> runs, List<Place> places) {

	/** Returns the numbers of all runs, or null if there was none. */
	@Nullable StageStatus numbers() {
		if (this.runs.isEmpty()) {
			return null;
		}
		int newest = this.runs.size() - 1;
		long missed = 0;
		for (Place place : this.places) {
			missed += place.missed();
		}
		EventCounts earlier = (missed > 0) ? this.past.plus(new EventCounts(0, 0, missed)) : this.past;
		for (int run = 0; run < newest; run++) {
			earlier = earlier.plus(this.runs.get(run).status().counts());
		}
		return SummedUp.of(this.name, this.kind, earlier, List.of(this.runs.get(newest).status()));
	}

	InstanceStatus status() {
		return new InstanceStatus(this.name, this.state, this.cause, this.restarts, numbers());
	}

}
