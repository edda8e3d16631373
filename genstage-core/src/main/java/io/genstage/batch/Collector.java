package io.genstage.batch;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.ToIntFunction;

import io.genstage.DemandAccount;
import org.jspecify.annotations.Nullable;

/**
 * Sorts events into open batches, and decides which of them is closed when. A closed
 * batch waits until it has been handled.
 *
 * @param <K> the type of the keys
 * @param <E> the type of the events
 */
final class Collector<K, E> {

	/** The oldest comes first: a batch that is opened again is a new one. */
	private final Map<K, OpenBatch<E>> open = new LinkedHashMap<>();

	private final Queue<ClosedBatch<K, E>> closed = new ArrayDeque<>();

	private BatchOptions options;

	/** How many events are in open and in closed batches. */
	private int held;

	Collector(BatchOptions options) {
		this.options = options;
	}

	/** Adds an event to the batch of its key, and closes that if it is full then. */
	void add(K key, E event, DemandAccount account, long now) {
		OpenBatch<E> batch = this.open.get(key);
		if (batch == null) {
			makeRoom(this.options.maxOpen() - 1);
			batch = new OpenBatch<>(now);
			this.open.put(key, batch);
		}
		batch.add(event, account);
		this.held++;
		if (batch.size() >= this.options.size()) {
			close(key, BatchClosing.SIZE);
		}
	}

	/** Uses other options from now on, and closes what is too large or too many. */
	void change(BatchOptions options) {
		this.options = options;
		for (K key : List.copyOf(this.open.keySet())) {
			closeFullParts(key);
		}
		makeRoom(options.maxOpen());
	}

	private void closeFullParts(K key) {
		OpenBatch<E> batch = open(key);
		while (batch.size() >= this.options.size()) {
			this.closed.add(batch.close(key, this.options.size(), BatchClosing.SIZE));
		}
		if (batch.size() == 0) {
			this.open.remove(key);
		}
	}

	private void makeRoom(int mostOpen) {
		while (this.open.size() > mostOpen) {
			close(fullest(OpenBatch::size), BatchClosing.ROOM);
		}
	}

	/** Closes the batch that takes up most of the demand of an account. */
	void makeRoomFor(DemandAccount account) {
		close(fullest((batch) -> batch.sizeOf(account)), BatchClosing.ROOM);
	}

	/** Closes the batches that have waited long enough. */
	void closeExpired(long now) {
		while (!this.open.isEmpty() && nextDeadline() - now <= 0) {
			close(oldest(), BatchClosing.TIMEOUT);
		}
	}

	void closeAll() {
		while (!this.open.isEmpty()) {
			close(oldest(), BatchClosing.END);
		}
	}

	private void close(K key, BatchClosing closing) {
		this.closed.add(open(key).close(key, Integer.MAX_VALUE, closing));
		this.open.remove(key);
	}

	/** Of equally full ones, the oldest. */
	private K fullest(ToIntFunction<OpenBatch<E>> fullness) {
		Iterator<K> keys = this.open.keySet().iterator();
		K fullest = keys.next();
		int most = fullness.applyAsInt(open(fullest));
		while (keys.hasNext()) {
			K key = keys.next();
			int size = fullness.applyAsInt(open(key));
			if (size > most) {
				fullest = key;
				most = size;
			}
		}
		return fullest;
	}

	private K oldest() {
		return this.open.keySet().iterator().next();
	}

	private OpenBatch<E> open(K key) {
		OpenBatch<E> batch = this.open.get(key);
		if (batch == null) {
			throw new IllegalStateException(
					"the batch of key '%s' is lost: equals and hashCode of a key must not change".formatted(key));
		}
		return batch;
	}

	boolean hasOpen() {
		return !this.open.isEmpty();
	}

	/** Returns when the oldest open batch has waited long enough. */
	long nextDeadline() {
		return open(oldest()).openedAt() + this.options.timeoutNanos();
	}

	/** Returns the batch to handle next, or null if none is closed. */
	@Nullable ClosedBatch<K, E> nextClosed() {
		return this.closed.peek();
	}

	boolean hasClosed() {
		return !this.closed.isEmpty();
	}

	/** Forgets the batch that was next, and gives its demand back. */
	void finishNext() {
		ClosedBatch<K, E> finished = this.closed.remove();
		this.held -= finished.size();
		finished.finish();
	}

	int held() {
		return this.held;
	}

}
