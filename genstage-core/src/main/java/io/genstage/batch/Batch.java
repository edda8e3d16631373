package io.genstage.batch;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * Events of one key that were collected together: what a stage with {@link Batching} is
 * given to handle.
 *
 * <pre>{@code
 * public void handleEvents(List<Order> events, Subscription from) {
 *     Batch<String, Order> batch = Batch.of(events);
 *     mail(batch.key(), batch);
 * }
 * }</pre>
 *
 * A batch is an unmodifiable list of its events, in the order in which they came, at
 * least one, at most the {@linkplain BatchOptions#size() size}. It may be kept, and used
 * by any thread.
 *
 * @param <K> the type of the key
 * @param <E> the type of the events
 */
public final class Batch<K, E> extends AbstractList<E> implements RandomAccess {

	private final K key;

	private final List<E> events;

	private final BatchClosing closing;

	/**
	 * Creates a batch, as for a test of a handler.
	 * @param key what the events have in common
	 * @param events the events, copied
	 * @param closing why no more events were waited for
	 */
	public Batch(K key, List<E> events, BatchClosing closing) {
		this.key = key;
		this.events = List.copyOf(events);
		this.closing = closing;
	}

	/**
	 * Returns events that a stage was given as the batch that they are.
	 * @param events what a stage with {@link Batching} was given to handle
	 * @param <K> the type of the keys that the batching of the stage makes; not checked
	 * @param <E> the type of the events
	 * @return the same list
	 * @throws IllegalArgumentException if it is none, since the stage has no batching
	 */
	@SuppressWarnings("unchecked") // the stage knows its keys
	public static <K, E> Batch<K, E> of(List<E> events) {
		if (events instanceof Batch<?, E> batch) {
			return (Batch<K, E>) batch;
		}
		throw new IllegalArgumentException("these events are no batch: start the stage with a batching");
	}

	/**
	 * Returns what the events have in common.
	 * @return the key of each of them
	 */
	public K key() {
		return this.key;
	}

	/**
	 * Returns why no more events were waited for.
	 * @return the reason
	 */
	public BatchClosing closing() {
		return this.closing;
	}

	@Override
	public E get(int index) {
		return this.events.get(index);
	}

	@Override
	public int size() {
		return this.events.size();
	}

}
