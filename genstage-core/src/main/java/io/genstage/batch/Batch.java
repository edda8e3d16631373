package io.genstage.batch;

import java.util.List;

/**
 * Events of one key that were collected together.
 *
 * @param key what the events have in common
 * @param events the events in the order in which they came, at least one, at most the
 * {@linkplain BatchOptions#size() size}
 * @param closing why no more events were waited for
 * @param <K> the type of the key
 * @param <E> the type of the events
 */
public record Batch<K, E>(K key, List<E> events, BatchClosing closing) {

	public Batch {
		events = List.copyOf(events);
	}

}
