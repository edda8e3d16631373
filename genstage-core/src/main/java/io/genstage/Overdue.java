package io.genstage;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Something that takes longer in a stage than its {@link Watch} says.
 *
 * @param kind what it is
 * @param time for how long at least
 * @param count how many calls, events or tasks it is
 * @param thread the name of the thread that the call, or one of the tasks, is made on;
 * {@code null} if there is none
 * @param stack what that thread was at when it was noticed, the innermost call first;
 * empty if there is none
 * @param holders the stages that hold events and may have those that are not settled: the
 * stage itself and those below it; empty if it is not about settlements
 */
public record Overdue(Kind kind, Duration time, long count, @Nullable String thread, List<StackTraceElement> stack,
		List<String> holders) {

	public Overdue {
		stack = List.copyOf(stack);
		holders = List.copyOf(holders);
	}

	/**
	 * Says it in words, without any data of events.
	 */
	@Override
	public String toString() {
		String time = this.time.truncatedTo(ChronoUnit.MILLIS).toString();
		return switch (this.kind) {
			case CALL -> "a call of its handler has not returned for %s%s".formatted(time, place());
			case IN_FLIGHT ->
				"%d events in flight, or tasks, have not come to an end for %s%s".formatted(this.count, time, place());
			case SETTLEMENT ->
				"%d of its events have not been settled for %s; %s".formatted(this.count, time, holding());
		};
	}

	private String place() {
		return (this.thread != null) ? ", on thread '%s'".formatted(this.thread) : "";
	}

	private String holding() {
		return this.holders.isEmpty()
				? "no stage below holds events, so that something made from them was not emitted or not acknowledged"
				: "events are held by " + String.join(", ", this.holders);
	}

	/**
	 * What takes long.
	 */
	public enum Kind {

		/** One call of the handler. */
		CALL,

		/** The work for events in flight, or tasks. */
		IN_FLIGHT,

		/** The settlement of events that the stage has emitted. */
		SETTLEMENT

	}

}
