package io.genstage.boot.handler;

import java.util.Collection;
import java.util.List;

import io.genstage.Subscription;

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
		return this.takesMessages ? (events, from, context) -> taking.handle(messages(events, from), from, context)
				: taking;
	}

	private Object messages(Object events, Subscription from) {
		if (events instanceof List<?> batch && this.takesBatches) {
			return batch.stream().map((event) -> message(event, from)).toList();
		}
		return message(events, from);
	}

	private static Object message(Object event, Subscription from) {
		return (event instanceof ReceivedEvent arrival) ? EventMessages.of(arrival.event(), arrival.from())
				: EventMessages.of(event, from);
	}

}
