package io.genstage.log;

import java.util.Arrays;
import java.util.List;

/**
 * What can be said of an exception without its message, which may hold data of an event.
 */
public final class ThrownDescription {

	/** Where only what leads to user code, or is called by it, can be. */
	private static final List<String> PASSED_THROUGH = List.of("java.", "jdk.", "sun.", "io.genstage.dispatch.");

	private ThrownDescription() {
	}

	/** Returns its type, and the place in the application that it comes from. */
	public static String describe(Throwable thrown) {
		String type = thrown.getClass().getName();
		return Arrays.stream(LoggableThrowable.stackOf(thrown))
			.filter((element) -> PASSED_THROUGH.stream().noneMatch(element.getClassName()::startsWith))
			.findFirst()
			.map((place) -> "%s at %s".formatted(type, place))
			.orElse(type);
	}

}
