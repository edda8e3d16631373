package io.genstage;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * What a dispatcher has sent of the events that it was given, to know what is lost if it
 * fails on the way.
 */
final class SentEvents {

	private final List<List<?>> messages = new ArrayList<>();

	void add(List<?> message) {
		this.messages.add(message);
	}

	/**
	 * Returns how many of some events have been sent to nobody. An event that was sent in
	 * another form counts as not sent.
	 */
	int missingFrom(List<?> events) {
		IdentityHashMap<Object, Integer> sent = new IdentityHashMap<>();
		this.messages.forEach((message) -> message.forEach((event) -> sent.merge(event, 1, Integer::sum)));
		int missing = 0;
		for (Object event : events) {
			if (sent.merge(event, -1, Integer::sum) < 0) {
				missing++;
			}
		}
		return missing;
	}

}
