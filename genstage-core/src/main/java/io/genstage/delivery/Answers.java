package io.genstage.delivery;

import java.util.List;

/**
 * What a handler says of all events of its call. Of the engine.
 *
 * @param each an answer for each event, in the order of the call
 * @param complaints what was wrong with what the handler said, in words for a log and
 * without data of the events; empty if all is well
 */
public record Answers(List<Answer> each, List<String> complaints) {

	public Answers {
		each = List.copyOf(each);
		complaints = List.copyOf(complaints);
	}

}
