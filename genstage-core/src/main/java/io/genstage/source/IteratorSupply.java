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

	private long read;

	/** What reading has met behind elements that were there. */
	private @Nullable Failed failure;

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
				return new Opened<>(iterator(stream), stream);
			}
			catch (RuntimeException ex) {
				stream.close();
				throw ex;
			}
		});
	}

	private static <E> Iterator<? extends E> iterator(BaseStream<? extends E, ?> stream) {
		try {
			return stream.iterator();
		}
		catch (IllegalStateException ex) {
			throw new IllegalStateException("a stream can be read only once, and this one has been read or closed: "
					+ "let there be a new stream for each start of the stage", ex);
		}
	}

	@Override
	public void open() {
		this.exhausted = false;
		this.read = 0;
		this.failure = null;
		this.opened = this.opener.get();
	}

	/**
	 * Returns what it could read; the next pull fails with what has kept it from reading
	 * more.
	 */
	@Override
	public List<E> pull(int limit) throws Exception {
		if (this.opened == null) {
			throw new IllegalStateException("not open");
		}
		if (this.failure != null) {
			throw this.failure.asThrown();
		}
		List<E> events = new ArrayList<>(limit);
		try {
			read(this.opened.iterator(), events, limit);
		}
		catch (Throwable ex) {
			this.failure = new Failed(ex);
			if (events.isEmpty()) {
				throw ex;
			}
		}
		return events;
	}

	private void read(Iterator<? extends E> iterator, List<E> events, int limit) {
		while (events.size() < limit) {
			if (!iterator.hasNext()) {
				this.exhausted = true;
				return;
			}
			E event = iterator.next();
			this.read++;
			if (event == null) {
				throw new IllegalStateException("element %d is null: leave it out for no event".formatted(this.read));
			}
			events.add(event);
		}
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
