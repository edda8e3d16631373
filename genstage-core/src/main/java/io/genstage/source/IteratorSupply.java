package io.genstage.source;

import java.util.ArrayList;
import java.util.List;

import io.genstage.SourceProgress;
import io.genstage.demand.Counter;
import org.jspecify.annotations.Nullable;

/**
 * A supply of elements that are there. It pulls exactly as many as it is asked for, and
 * notices the end by the pull after the last one.
 *
 * @param <E> the type of the events
 */
final class IteratorSupply<E> implements Supply<E> {

	private final Elements<E> elements;

	private final Counter pulled = new Counter();

	private boolean exhausted;

	/** Whether all elements are counted; any thread looks at it. */
	private volatile boolean counted;

	/** What reading has met behind elements that were there. */
	private @Nullable Failed failure;

	IteratorSupply(Elements<E> elements) {
		this.elements = elements;
	}

	/**
	 * Returns what it could read; the next pull fails with what has kept it from reading
	 * more.
	 */
	@Override
	public List<E> pull(int limit) throws Exception {
		if (this.failure != null) {
			throw this.failure.asThrown();
		}
		List<E> events = new ArrayList<>(limit);
		try {
			read(events, limit);
		}
		catch (Throwable ex) {
			this.failure = new Failed(ex);
			if (events.isEmpty()) {
				throw ex;
			}
		}
		this.pulled.add(events.size());
		this.counted = this.exhausted;
		return events;
	}

	private void read(List<E> events, int limit) {
		while (events.size() < limit) {
			E element = this.elements.next();
			if (element == null) {
				this.exhausted = true;
				return;
			}
			events.add(element);
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

	/** What was pulled is emitted in the same turn of the stage. */
	@Override
	public SourceProgress progress() {
		// First, since the last elements are counted when their pull has met the end.
		boolean all = this.counted;
		long done = this.pulled.get();
		return SourceProgress.ofEvents(done, all ? Long.valueOf(done) : this.elements.size());
	}

	@Override
	public void close() throws Exception {
		this.elements.close();
	}

}
