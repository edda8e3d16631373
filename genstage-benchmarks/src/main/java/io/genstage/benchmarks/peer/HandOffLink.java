package io.genstage.benchmarks.peer;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;

import org.jspecify.annotations.Nullable;

/**
 * Two places for batches between one that puts and one that takes. A free place is all
 * the demand there is.
 */
final class HandOffLink {

	// Places on cache lines of their own, also with references of eight bytes.
	private static final int STRIDE = 16;

	private static final int PLACES = 2;

	private final AtomicReferenceArray<@Nullable Batch> places = new AtomicReferenceArray<>(STRIDE * (PLACES + 1));

	// Used by the one that puts.
	private int puts;

	// Used by the one that takes.
	private int takes;

	private @Nullable HandOffStage producer;

	private @Nullable HandOffStage consumer;

	/** Names the two sides, before they are started. */
	void connect(HandOffStage producer, HandOffStage consumer) {
		this.producer = producer;
		this.consumer = consumer;
	}

	boolean isFull() {
		return this.places.getAcquire(place(this.puts)) != null;
	}

	boolean isEmpty() {
		return this.places.getAcquire(place(this.takes)) == null;
	}

	/** Puts a batch into a link that is not full. */
	void put(Batch batch) {
		this.places.setRelease(place(this.puts++), batch);
		Objects.requireNonNull(this.consumer).wake();
	}

	/** Takes the next batch from a link that is not empty. */
	Batch take() {
		int place = place(this.takes++);
		Batch batch = Objects.requireNonNull(this.places.getAcquire(place));
		this.places.setRelease(place, null);
		Objects.requireNonNull(this.producer).wake();
		return batch;
	}

	private static int place(int count) {
		return STRIDE * (1 + count % PLACES);
	}

	/**
	 * Events that are handed over at once.
	 */
	static final class Batch {

		/** Follows the last events. */
		static final Batch END = new Batch(new Long[0], 0);

		private final Long[] events;

		private final int size;

		/** Creates a batch of the first so many events. */
		Batch(Long[] events, int size) {
			this.events = events;
			this.size = size;
		}

		/** Returns the events, from the first place on. */
		Long[] events() {
			return this.events;
		}

		int size() {
			return this.size;
		}

		boolean isEnd() {
			return this == END;
		}

	}

}
