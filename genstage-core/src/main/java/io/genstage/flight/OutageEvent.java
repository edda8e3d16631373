package io.genstage.flight;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/**
 * The beginning or the end of an outage.
 */
@Name("genstage.Outage")
@Label("Outage")
@Category("GenStage")
@Description("A stage pauses since everything fails alike or its source is away, or goes on")
@StackTrace(false)
final class OutageEvent extends Event {

	@Label("Stage")
	@Description("The instance of the stage")
	final String stage;

	@Label("Open")
	@Description("Whether the outage begins")
	final boolean open;

	@Label("Failure")
	@Description("What has failed last, if it begins")
	final @Nullable Class<?> failure;

	OutageEvent(String stage, boolean open, @Nullable Class<?> failure) {
		this.stage = stage;
		this.open = open;
		this.failure = failure;
	}

}
