package io.genstage.batch;

import java.util.List;

import io.genstage.Subscription;

/**
 * An event in a batch and the subscription it came by.
 *
 * @param event what became of the event on arrival
 * @param from the subscription
 * @param <T> the type of the event
 */
record CollectedEvent<T>(T event, Subscription from) {

	static <T> List<T> events(Batch<?, CollectedEvent<T>> batch) {
		return batch.events().stream().<T>map(CollectedEvent::event).toList();
	}

	/** Returns the subscription that the first event came by. */
	static Subscription from(Batch<?, ? extends CollectedEvent<?>> batch) {
		return batch.events().get(0).from();
	}

}
