package io.genstage.flight;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * An event that has become a dead letter, or is skipped.
 */
@Name("genstage.GivenUp")
@Label("Event Given Up")
@Category("GenStage")
@Description("A stage has given an event up that it could not handle")
@StackTrace(false)
final class GivenUpEvent extends Event {

	@Label("Stage")
	@Description("The instance of the stage")
	final String stage;

	@Label("Outcome")
	@Description("DEAD_LETTERED or SKIPPED")
	final String outcome;

	@Label("Attempts")
	@Description("How often the stage has tried")
	final int attempts;

	@Label("Failure")
	@Description("What has failed last")
	final Class<?> failure;

	GivenUpEvent(String stage, String outcome, int attempts, Class<?> failure) {
		this.stage = stage;
		this.outcome = outcome;
		this.attempts = attempts;
		this.failure = failure;
	}

}
