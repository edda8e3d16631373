package io.genstage.flight;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * The beginning of a run of a stage.
 */
@Name("genstage.StageStart")
@Label("Stage Start")
@Category("GenStage")
@Description("A stage has started")
@StackTrace(false)
final class StageStartEvent extends Event {

	@Label("Stage")
	@Description("The instance of the stage")
	final String stage;

	StageStartEvent(String stage) {
		this.stage = stage;
	}

}
