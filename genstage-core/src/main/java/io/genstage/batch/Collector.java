package io.genstage.batch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;

import io.genstage.batch.OpenBatch.Share;
import io.genstage.demand.DemandAccount;
import org.jspecify.annotations.Nullable;

/**
 * Sorts events into open batches, and decides which of them is closed when. A closed
 * batch waits until it has been handled.
 * <p>
 * Keys may be chosen by strangers. So an event costs a few steps whatever its key, also
 * if a batch is closed for it, and if the hash codes of all keys are the same.
 *
 * @param <K> the type of the keys
 * @param <E> the type of the events
 */
final class Collector<K, E> {

	/** How many batches may be open whose keys have the same hash code. */
	static final int MOST_ALIKE = 64;

	/** The oldest comes first: a batch that is opened again is a new one. */
	private final Set<OpenBatch<K, E>> open = new LinkedHashSet<>();

	/** By the hash code that the key had at first, so that each is found again. */
	private final Map<Integer, List<OpenBatch<K, E>>> byHash = new HashMap<>();

	private final FullestFirst<OpenBatch<K, E>> fullest = new FullestFirst<>();

	private final Map<DemandAccount, FullestFirst<Share<K, E>>> fullestOf = new HashMap<>();

	private final Queue<ClosedBatch<K, E>> closed = new ArrayDeque<>();

	private final long maxWeight;

	private BatchOptions options;

	/** How many events are in open and in closed batches. */
	private int held;

	private long opened;

	Collector(BatchOptions options) {
		this(options, Long.MAX_VALUE);
	}

	Collector(BatchOptions options, long maxWeight) {
		this.options = options;
		this.maxWeight = maxWeight;
	}

	/**
	 * Returns the batch of a key, which is opened if there is none. An array counts by
	 * its content. If the key throws, nothing has changed.
	 */
	OpenBatch<K, E> batchFor(K key, long now) {
		int hash = hash(key);
		for (OpenBatch<K, E> batch : alike(hash)) {
			if (Objects.deepEquals(key, batch.key())) {
				return batch;
			}
		}
		if (alike(hash).size() >= MOST_ALIKE) {
			close(alike(hash).get(0), BatchClosing.ROOM);
		}
		makeRoom(this.options.maxOpen() - 1);
		OpenBatch<K, E> batch = new OpenBatch<>(key, hash, this.opened++, now);
		this.open.add(batch);
		this.byHash.computeIfAbsent(hash, (absent) -> new ArrayList<>(1)).add(batch);
		this.fullest.add(batch);
		return batch;
	}

	private static int hash(Object key) {
		return key.getClass().isArray() ? Arrays.deepHashCode(new Object[] { key }) : key.hashCode();
	}

	private List<OpenBatch<K, E>> alike(int hash) {
		return this.byHash.getOrDefault(hash, List.of());
	}

	/**
	 * Returns the batch of a key for an event of some weight: another one if it would
	 * weigh too much in the one that is open.
	 */
	OpenBatch<K, E> batchFor(K key, long weight, long now) {
		OpenBatch<K, E> batch = batchFor(key, now);
		if (batch.size() == 0 || OpenBatch.saturated(batch.weight(), weight) <= this.maxWeight) {
			return batch;
		}
		close(batch, BatchClosing.WEIGHT);
		return batchFor(key, now);
	}

	void add(OpenBatch<K, E> batch, E event, DemandAccount account) {
		add(batch, event, 0, account);
	}

	/** Adds an event to its batch, and closes that if it is full then. */
	void add(OpenBatch<K, E> batch, E event, long weight, DemandAccount account) {
		Share<K, E> share = batch.add(event, weight, account);
		this.fullest.changed(batch);
		FullestFirst<Share<K, E>> shares = this.fullestOf.computeIfAbsent(account, (absent) -> new FullestFirst<>());
		if (share.size() == 1) {
			shares.add(share);
		}
		else {
			shares.changed(share);
		}
		this.held++;
		if (batch.size() >= this.options.size()) {
			close(batch, BatchClosing.SIZE);
		}
		else if (batch.weight() >= this.maxWeight) {
			close(batch, BatchClosing.WEIGHT);
		}
	}

	/** Uses other options from now on, and closes what is too large or too many. */
	void change(BatchOptions options) {
		this.options = options;
		List.copyOf(this.open).forEach(this::closeFullParts);
		makeRoom(options.maxOpen());
	}

	private void closeFullParts(OpenBatch<K, E> batch) {
		if (batch.size() >= this.options.size()) {
			batch.forEachShare(this::forget);
			while (batch.size() >= this.options.size()) {
				this.closed.add(batch.close(this.options.size(), BatchClosing.SIZE));
			}
			batch.forEachShare(this::remember);
			this.fullest.changed(batch);
			if (batch.size() == 0) {
				forget(batch);
			}
		}
	}

	private void makeRoom(int mostOpen) {
		while (this.open.size() > mostOpen) {
			close(this.fullest.first(), BatchClosing.ROOM);
		}
	}

	/** Closes the batch that takes up most of the demand of an account, if one does. */
	void makeRoomFor(DemandAccount account) {
		FullestFirst<Share<K, E>> shares = this.fullestOf.get(account);
		if (shares != null) {
			close(shares.first().batch(), BatchClosing.ROOM);
		}
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

	private void close(OpenBatch<K, E> batch, BatchClosing closing) {
		batch.forEachShare(this::forget);
		this.closed.add(batch.close(Integer.MAX_VALUE, closing));
		forget(batch);
	}

	private void forget(OpenBatch<K, E> batch) {
		this.open.remove(batch);
		this.fullest.remove(batch);
		List<OpenBatch<K, E>> alike = alike(batch.hash());
		if (alike.size() > 1) {
			alike.remove(batch);
		}
		else {
			this.byHash.remove(batch.hash());
		}
	}

	private void forget(Share<K, E> share) {
		FullestFirst<Share<K, E>> shares = this.fullestOf.get(share.account());
		if (shares != null && share.size() > 0) {
			shares.remove(share);
			if (shares.isEmpty()) {
				this.fullestOf.remove(share.account());
			}
		}
	}

	private void remember(Share<K, E> share) {
		if (share.size() > 0) {
			this.fullestOf.computeIfAbsent(share.account(), (absent) -> new FullestFirst<>()).add(share);
		}
	}

	private OpenBatch<K, E> oldest() {
		return this.open.iterator().next();
	}

	boolean hasOpen() {
		return !this.open.isEmpty();
	}

	/** Returns when the oldest open batch has waited long enough. */
	long nextDeadline() {
		return oldest().openedAt() + this.options.timeoutNanos();
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
