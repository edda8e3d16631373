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
 * An event that has failed and is tried again.
 */
@Name("genstage.Retry")
@Label("Retry")
@Category("GenStage")
@Description("A stage is going to handle an event again")
@StackTrace(false)
final class RetryEvent extends Event {

	@Label("Stage")
	@Description("The instance of the stage")
	final String stage;

	@Label("Attempts")
	@Description("How often the stage has tried")
	final int attempts;

	@Label("Delay")
	@Description("How long the stage waits before")
	@Timespan(Timespan.NANOSECONDS)
	final long delay;

	@Label("Failure")
	@Description("What has failed")
	final Class<?> failure;

	RetryEvent(String stage, int attempts, Duration delay, Class<?> failure) {
		this.stage = stage;
		this.attempts = attempts;
		this.delay = JdkFlightLog.nanos(delay);
		this.failure = failure;
	}

}
