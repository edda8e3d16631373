package io.genstage.flight;

import java.time.Duration;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * A restart that is planned.
 */
@Name("genstage.Restart")
@Label("Restart")
@Category("GenStage")
@Description("A stage has failed and is going to be started again")
@StackTrace(false)
final class RestartEvent extends Event {

	@Label("Stage")
	@Description("The instance of the stage")
	final String stage;

	@Label("Recent Restarts")
	@Description("How often that was done lately, with this time")
	final int recent;

	@Label("Delay")
	@Description("How long the stage waits before")
	@Timespan(Timespan.NANOSECONDS)
	final long delay;

	RestartEvent(String stage, int recent, Duration delay) {
		this.stage = stage;
		this.recent = recent;
		this.delay = JdkFlightLog.nanos(delay);
	}

}
