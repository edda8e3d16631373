package io.genstage.boot;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.BaseStream;

import org.jspecify.annotations.Nullable;

/**
 * The one rule for what a handler may return: nothing, one event, or several.
 */
final class EmittedEvents {

	private EmittedEvents() {
	}

	/**
	 * Returns the events that a returned value stands for.
	 * @param value {@code null} for none, an {@code Optional}, a {@code Collection}, a
	 * {@code Stream} of any kind, which is read and closed, or one event
	 * @return the events
	 */
	static List<Object> of(@Nullable Object value) {
		if (value == null) {
			return List.of();
		}
		if (value instanceof Optional<?> optional) {
			return optional.<List<Object>>map(List::of).orElseGet(List::of);
		}
		if (value instanceof List<?> list) {
			return Collections.unmodifiableList(list);
		}
		if (value instanceof Collection<?> collection) {
			return new ArrayList<>(collection);
		}
		if (value instanceof BaseStream<?, ?> stream) {
			try (stream) {
				List<Object> events = new ArrayList<>();
				stream.iterator().forEachRemaining(events::add);
				return events;
			}
		}
		return List.of(value);
	}

}
