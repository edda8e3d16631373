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
 * The end of a drain.
 */
@Name("genstage.Drain")
@Label("Drain")
@Category("GenStage")
@Description("A pipeline was drained, or the deadline for that has passed")
@StackTrace(false)
final class DrainEvent extends Event {

	@Label("Pipeline")
	final String pipeline;

	@Label("Complete")
	@Description("Whether all was handled that was under way")
	final boolean complete;

	@Label("Left")
	@Description("How many events the stages still hold")
	final long left;

	@Label("Lost")
	@Description("How many events they have lost meanwhile")
	final long lost;

	@Label("Time")
	@Description("How long it took")
	@Timespan(Timespan.NANOSECONDS)
	final long time;

	DrainEvent(String pipeline, boolean complete, long left, long lost, Duration time) {
		this.pipeline = pipeline;
		this.complete = complete;
		this.left = left;
		this.lost = lost;
		this.time = JdkFlightLog.nanos(time);
	}

}
