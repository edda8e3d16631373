package io.genstage.source;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.BaseStream;

import org.jspecify.annotations.Nullable;

/**
 * A supply that pulls exactly as many elements as it is asked for, so that a lazy
 * sequence does no work in advance. Its end is noticed by the pull after the last
 * element.
 *
 * @param <E> the type of the events
 */
final class IteratorSupply<E> implements Supply<E> {

	private final Supplier<Opened<E>> opener;

	private @Nullable Opened<E> opened;

	private boolean exhausted;

	private IteratorSupply(Supplier<Opened<E>> opener) {
		this.opener = opener;
	}

	/** Closes an iterator that can be closed. */
	static <E> IteratorSupply<E> ofIterators(Supplier<? extends Iterator<? extends E>> iterators) {
		return new IteratorSupply<>(() -> {
			Iterator<? extends E> iterator = iterators.get();
			return new Opened<>(iterator, (iterator instanceof AutoCloseable closeable) ? closeable : () -> {
			});
		});
	}

	static <E> IteratorSupply<E> ofStreams(Supplier<? extends BaseStream<? extends E, ?>> streams) {
		return new IteratorSupply<>(() -> {
			BaseStream<? extends E, ?> stream = streams.get();
			try {
				return new Opened<>(stream.iterator(), stream);
			}
			catch (RuntimeException ex) {
				stream.close();
				throw ex;
			}
		});
	}

	@Override
	public void open() {
		this.exhausted = false;
		this.opened = this.opener.get();
	}

	@Override
	public List<E> pull(int limit) {
		if (this.opened == null) {
			throw new IllegalStateException("not open");
		}
		Iterator<? extends E> iterator = this.opened.iterator();
		List<E> events = new ArrayList<>(limit);
		while (events.size() < limit) {
			if (!iterator.hasNext()) {
				this.exhausted = true;
				break;
			}
			events.add(iterator.next());
		}
		return events;
	}

	@Override
	public boolean isResumable() {
		return false;
	}

	@Override
	public boolean isExhausted() {
		return this.exhausted;
	}

	@Override
	public void close() throws Exception {
		Opened<E> closing = this.opened;
		this.opened = null;
		if (closing != null) {
			closing.closer().close();
		}
	}

	/**
	 * A sequence that is being read.
	 */
	private record Opened<E>(Iterator<? extends E> iterator, AutoCloseable closer) {
	}

}
