package io.genstage.flight;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * The end of a run of a stage.
 */
@Name("genstage.StageStop")
@Label("Stage Stop")
@Category("GenStage")
@Description("A stage has stopped")
@StackTrace(false)
final class StageStopEvent extends Event {

	@Label("Stage")
	@Description("The instance of the stage")
	final String stage;

	@Label("In Good Order")
	@Description("Whether the stage was to stop")
	final boolean inGoodOrder;

	@Label("Reason")
	final String reason;

	StageStopEvent(String stage, boolean inGoodOrder, String reason) {
		this.stage = stage;
		this.inGoodOrder = inGoodOrder;
		this.reason = reason;
	}

}
