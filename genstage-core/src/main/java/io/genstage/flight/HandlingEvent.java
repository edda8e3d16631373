package io.genstage.flight;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/**
 * Events that were handled together.
 */
@Name("genstage.Handling")
@Label("Handling")
@Category("GenStage")
@Description("A stage has handled a portion of events, or one event of an asynchronous stage")
@Threshold("20 ms")
@StackTrace(false)
final class HandlingEvent extends Event implements RecordedHandling {

	@Label("Stage")
	@Description("The instance of the stage")
	final String stage;

	@Label("Events")
	@Description("How many events the stage was given")
	final int events;

	@Label("Failure")
	@Description("What has failed, if anything has")
	@Nullable Class<?> failure;

	HandlingEvent(String stage, int events) {
		this.stage = stage;
		this.events = events;
	}

	@Override
	public void end(@Nullable Throwable failure) {
		end();
		if (shouldCommit()) {
			this.failure = JdkFlightLog.classOf(failure);
			commit();
		}
	}

}
