package io.genstage.stream;

import java.util.List;

import io.genstage.Subscription;

/**
 * The events of one message, on their way to the reader.
 *
 * @param from the subscription they came by
 * @param events the events, at least one
 * @param <E> the type of the events
 */
record Portion<E>(Subscription from, List<E> events) {
}
