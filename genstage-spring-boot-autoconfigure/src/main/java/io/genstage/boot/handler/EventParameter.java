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
 * @param takesDeliveries whether each event comes in its {@code Delivery}
 */
record EventParameter(ResolvableType eventType, boolean takesBatches, boolean takesMessages, boolean takesDeliveries) {

	static EventParameter of(ResolvableType parameter) {
		Class<?> type = parameter.toClass();
		boolean batches = type == Iterable.class || type == Collection.class || type == List.class;
		ResolvableType element = batches ? parameter.getGeneric() : parameter;
		boolean deliveries = EventTypes.isDelivery(element);
		return new EventParameter(EventTypes.known(EventTypes.event(element)), batches,
				!deliveries && EventTypes.isMessage(element), deliveries);
	}

	/** Returns a handler that passes the events on as the parameter takes them. */
	Handler handler(Handler taking) {
		if (!this.takesMessages) {
			return taking;
		}
		if (!this.takesBatches) {
			return (event, from, context, acknowledgement) -> taking.handle(EventMessages.of(event, from), from,
					context, acknowledgement);
		}
		return (events, from, context, acknowledgement) -> taking.handle(messages((List<?>) events, context), from,
				context, acknowledgement);
	}

	/** The events of a batch may have come by several subscriptions. */
	private static List<Object> messages(List<?> events, StageContext context) {
		return IntStream.range(0, events.size())
			.mapToObj((index) -> EventMessages.of(events.get(index), context.source(index)))
			.toList();
	}

}
