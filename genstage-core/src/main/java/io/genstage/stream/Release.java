package io.genstage.stream;

import java.util.List;

import io.genstage.DemandMode;
import io.genstage.StageRef;

/**
 * The demand mode to set when a stream has subscribed.
 *
 * @param mode the mode
 * @param stages who gets it; nobody named means the producers of the stream
 */
record Release(DemandMode mode, List<StageRef> stages) {

	/** Sends it to the producers of the stream, unless others were named. */
	void tell(List<StageRef> producers) {
		List<StageRef> told = this.stages.isEmpty() ? producers : this.stages;
		told.forEach((stage) -> stage.demand(this.mode));
	}

}
