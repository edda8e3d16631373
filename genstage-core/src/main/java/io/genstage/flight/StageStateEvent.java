package io.genstage.flight;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * A change of the state of a stage.
 */
@Name("genstage.StageState")
@Label("Stage State")
@Category("GenStage")
@Description("A stage of a pipeline has got into another state")
@StackTrace(false)
final class StageStateEvent extends Event {

	@Label("Pipeline")
	final String pipeline;

	@Label("Stage")
	final String stage;

	@Label("From")
	final String from;

	@Label("To")
	final String to;

	StageStateEvent(String pipeline, String stage, String from, String to) {
		this.pipeline = pipeline;
		this.stage = stage;
		this.from = from;
		this.to = to;
	}

}
