package io.genstage.flight;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/**
 * Events that are lost.
 */
@Name("genstage.Discard")
@Label("Discard")
@Category("GenStage")
@Description("A stage has lost events")
@StackTrace(false)
final class DiscardEvent extends Event {

	@Label("Stage")
	@Description("The instance of the stage")
	final String stage;

	@Label("Events")
	@Description("How many events are lost")
	final int events;

	@Label("Reason")
	final String reason;

	@Label("Failure")
	@Description("What has failed, if anything has")
	final @Nullable Class<?> failure;

	DiscardEvent(String stage, int events, String reason, @Nullable Class<?> failure) {
		this.stage = stage;
		this.events = events;
		this.reason = reason;
		this.failure = failure;
	}

}
