package io.genstage.source;

import java.util.Collection;
import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.BaseStream;

import org.jspecify.annotations.Nullable;

/**
 * The elements of a sequence that is being read, from its beginning to its end. Not to be
 * used by two threads at the same time.
 *
 * @param <E> the type of the elements
 */
final class Elements<E> {

	private final Iterator<? extends E> iterator;

	private final AutoCloseable closer;

	private final boolean ready;

	private final @Nullable Long size;

	private long read;

	private Elements(Iterator<? extends E> iterator, AutoCloseable closer, boolean ready, @Nullable Long size) {
		this.iterator = iterator;
		this.closer = closer;
		this.ready = ready;
		this.size = size;
	}

	/** Begins an iteration, which is closed if it can be. */
	static <E> Elements<E> of(Iterable<? extends E> iterable) {
		return (iterable instanceof Collection<? extends E> collection)
				? of(collection.iterator(), true, (long) collection.size()) : of(iterable.iterator());
	}

	/** Reads the rest of an iterator, which is closed if it can be. */
	static <E> Elements<E> of(Iterator<? extends E> iterator) {
		return of(iterator, false, null);
	}

	private static <E> Elements<E> of(Iterator<? extends E> iterator, boolean ready, @Nullable Long size) {
		return new Elements<>(iterator, (iterator instanceof AutoCloseable closeable) ? closeable : () -> {
		}, ready, size);
	}

	/** Reads a stream, which is closed even if it can't be read. */
	static <E> Elements<E> of(BaseStream<? extends E, ?> stream) {
		try {
			Spliterator<? extends E> spliterator = spliterator(stream);
			long size = spliterator.getExactSizeIfKnown();
			return new Elements<>(iterator(spliterator), stream, isReady(spliterator),
					(size >= 0) ? (Long) size : null);
		}
		catch (RuntimeException ex) {
			stream.close();
			throw ex;
		}
	}

	private static <E> Spliterator<? extends E> spliterator(BaseStream<? extends E, ?> stream) {
		try {
			return stream.spliterator();
		}
		catch (IllegalStateException ex) {
			throw new IllegalStateException("a stream can be read only once, and this one has been read or closed: "
					+ "let there be a new stream for each start of the stage", ex);
		}
	}

	/** Those of numbers have iterators of their own, which box less. */
	@SuppressWarnings("unchecked") // they iterate over the elements of the stream
	private static <E> Iterator<E> iterator(Spliterator<? extends E> spliterator) {
		if (spliterator instanceof Spliterator.OfInt ints) {
			return (Iterator<E>) Spliterators.iterator(ints);
		}
		if (spliterator instanceof Spliterator.OfLong longs) {
			return (Iterator<E>) Spliterators.iterator(longs);
		}
		if (spliterator instanceof Spliterator.OfDouble doubles) {
			return (Iterator<E>) Spliterators.iterator(doubles);
		}
		return (Iterator<E>) Spliterators.iterator(spliterator);
	}

	/**
	 * Those of collections and arrays are. One of a stream with steps has a size as well,
	 * but each of its elements may take its time.
	 */
	private static boolean isReady(Spliterator<?> spliterator) {
		return spliterator.hasCharacteristics(Spliterator.SIZED)
				&& spliterator.getClass().getPackageName().equals("java.util");
	}

	/**
	 * Returns whether all elements are known to be there, so that nobody waits for one.
	 */
	boolean isReady() {
		return this.ready;
	}

	/**
	 * Returns how many elements there are from the beginning to the end, as was known at
	 * the beginning; null if that wasn't known.
	 */
	@Nullable Long size() {
		return this.size;
	}

	/**
	 * Returns the next element, or {@code null} behind the last one.
	 * @throws IllegalStateException if the element is {@code null} itself
	 */
	@Nullable E next() {
		if (!this.iterator.hasNext()) {
			return null;
		}
		E element = this.iterator.next();
		this.read++;
		if (element == null) {
			throw new IllegalStateException("element %d is null: leave it out for no event".formatted(this.read));
		}
		return element;
	}

	void close() throws Exception {
		this.closer.close();
	}

}
