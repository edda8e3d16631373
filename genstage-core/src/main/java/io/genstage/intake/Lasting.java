package io.genstage.intake;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Work beside the turns of a stage, and for how long it has been going on.
 */
@FunctionalInterface
public interface Lasting {

	/** Returns how many nanoseconds it takes at least, as far as anybody has looked. */
	long time();

	/** Returns the name of the thread that it runs on, or null if nobody knows it. */
	default @Nullable String thread() {
		return null;
	}

	/** Returns what that thread is at now, or nothing if nobody knows it. */
	default List<StackTraceElement> stack() {
		return List.of();
	}

}
