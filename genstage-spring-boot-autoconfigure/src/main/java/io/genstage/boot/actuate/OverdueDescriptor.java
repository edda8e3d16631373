package io.genstage.boot.actuate;

import java.util.List;

import io.genstage.Overdue;
import org.jspecify.annotations.Nullable;

/**
 * Something that takes longer in a stage than it should.
 *
 * @param what what it is, in words without any data of events
 * @param stack what its thread was at when it was noticed, the innermost call first and
 * no more than 20 of them; {@code null} if there is no thread
 */
record OverdueDescriptor(String what, @Nullable List<String> stack) {

	/** Those of the caller of the handler are the same everywhere. */
	private static final int MOST_FRAMES = 20;

	static OverdueDescriptor of(Overdue overdue) {
		return new OverdueDescriptor(overdue.toString(), overdue.stack().isEmpty() ? null
				: overdue.stack().stream().limit(MOST_FRAMES).map(StackTraceElement::toString).toList());
	}

}
