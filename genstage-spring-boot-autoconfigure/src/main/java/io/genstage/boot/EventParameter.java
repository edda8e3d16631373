package io.genstage.boot;

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
record EventParameter(ResolvableType eventType, boolean takesBatches,
		boolean takesMessages) implements ArgumentSource<Delivery> {

	static EventParameter of(ResolvableType parameter) {
		Class<?> type = parameter.toClass();
		boolean batches = type == Iterable.class || type == Collection.class || type == List.class;
		ResolvableType element = batches ? parameter.getGeneric() : parameter;
		return new EventParameter(EventTypes.known(element), batches, EventTypes.isMessage(element));
	}

	@Override
	public Object argument(Delivery delivery) {
		if (!this.takesMessages) {
			return delivery.events();
		}
		if (delivery.events() instanceof List<?> events && this.takesBatches) {
			return events.stream().map((event) -> message(event, delivery.from())).toList();
		}
		return message(delivery.events(), delivery.from());
	}

	private static Object message(Object event, Subscription from) {
		return (event instanceof Arrival arrival) ? EventMessages.of(arrival.event(), arrival.from())
				: EventMessages.of(event, from);
	}

}
