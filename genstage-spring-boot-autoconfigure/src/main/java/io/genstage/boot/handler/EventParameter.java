package io.genstage.boot.handler;

import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

import io.genstage.StageContext;

import org.springframework.core.ResolvableType;

/**
 * The parameter of a handler that takes the events.
 *
 * @param eventType the type of one event, {@link ResolvableType#NONE} if it doesn't
 * matter
 * @param takesBatches whether it takes a list of events
 * @param takesMessages whether each event comes in a {@code Message}
 */
record EventParameter(ResolvableType eventType, boolean takesBatches, boolean takesMessages) {

	static EventParameter of(ResolvableType parameter) {
		Class<?> type = parameter.toClass();
		boolean batches = type == Iterable.class || type == Collection.class || type == List.class;
		ResolvableType element = batches ? parameter.getGeneric() : parameter;
		return new EventParameter(EventTypes.known(element), batches, EventTypes.isMessage(element));
	}

	/** Returns a handler that passes the events on as the parameter takes them. */
	Handler handler(Handler taking) {
		if (!this.takesMessages) {
			return taking;
		}
		if (!this.takesBatches) {
			return (event, from, context) -> taking.handle(EventMessages.of(event, from), from, context);
		}
		return (events, from, context) -> taking.handle(messages((List<?>) events, context), from, context);
	}

	/** The events of a batch may have come by several subscriptions. */
	private static List<Object> messages(List<?> events, StageContext context) {
		return IntStream.range(0, events.size())
			.mapToObj((index) -> EventMessages.of(events.get(index), context.source(index)))
			.toList();
	}

}
