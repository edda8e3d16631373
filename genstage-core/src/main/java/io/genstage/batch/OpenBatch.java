package io.genstage.batch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.genstage.demand.DemandAccount;
import org.jspecify.annotations.Nullable;

/**
 * The events that have come for one key so far, and whose demand each of them takes up.
 *
 * @param <K> the type of the key
 * @param <E> the type of the events
 */
final class OpenBatch<K, E> extends FullestFirst.Member {

	private final K key;

	private final int hash;

	private final long age;

	private final long openedAt;

	private final List<E> events = new ArrayList<>();

	private final List<DemandAccount> accounts = new ArrayList<>();

	/** What each event weighs, or empty if none has a weight. */
	private final List<Long> weights = new ArrayList<>(0);

	private long weight;

	/** The share of one account, since most batches have events of one producer only. */
	private @Nullable Share<K, E> share;

	private @Nullable Map<DemandAccount, Share<K, E>> otherShares;

	/**
	 * Creates a batch without events.
	 * @param key the key
	 * @param hash its hash code at this moment
	 * @param age the number of batches that were opened before
	 * @param openedAt the time
	 */
	OpenBatch(K key, int hash, long age, long openedAt) {
		this.key = key;
		this.hash = hash;
		this.age = age;
		this.openedAt = openedAt;
	}

	K key() {
		return this.key;
	}

	int hash() {
		return this.hash;
	}

	@Override
	long age() {
		return this.age;
	}

	long openedAt() {
		return this.openedAt;
	}

	@Override
	int size() {
		return this.events.size();
	}

	/** Returns what its events weigh together. */
	long weight() {
		return this.weight;
	}

	/** Adds an event and returns the share of its account. */
	Share<K, E> add(E event, long weight, DemandAccount account) {
		if (weight > 0 || !this.weights.isEmpty()) {
			while (this.weights.size() < this.events.size()) {
				this.weights.add(0L);
			}
			this.weights.add(weight);
			this.weight = saturated(this.weight, weight);
		}
		this.events.add(event);
		this.accounts.add(account);
		Share<K, E> share = shareOf(account);
		share.size++;
		return share;
	}

	/** Returns a sum, or the greatest number if it is greater. */
	static long saturated(long weight, long more) {
		long sum = weight + more;
		return (sum < 0) ? Long.MAX_VALUE : sum;
	}

	private Share<K, E> shareOf(DemandAccount account) {
		Share<K, E> first = this.share;
		if (first == null) {
			first = new Share<>(this, account);
			this.share = first;
		}
		if (first.account == account) {
			return first;
		}
		if (this.otherShares == null) {
			this.otherShares = new HashMap<>();
		}
		return this.otherShares.computeIfAbsent(account, (other) -> new Share<>(this, other));
	}

	void forEachShare(Consumer<Share<K, E>> action) {
		if (this.share != null) {
			action.accept(this.share);
		}
		if (this.otherShares != null) {
			this.otherShares.values().forEach(action);
		}
	}

	/** Takes out the first events, all if there are no more. */
	ClosedBatch<K, E> close(int limit, BatchClosing closing) {
		int end = Math.min(limit, size());
		List<E> firstEvents = this.events.subList(0, end);
		List<DemandAccount> firstAccounts = this.accounts.subList(0, end);
		ClosedBatch<K, E> closed = new ClosedBatch<>(new Batch<>(this.key, firstEvents, closing),
				List.copyOf(firstAccounts));
		firstAccounts.forEach((account) -> shareOf(account).size--);
		if (!this.weights.isEmpty()) {
			this.weights.subList(0, end).clear();
			this.weight = this.weights.stream().reduce(0L, OpenBatch::saturated);
		}
		firstEvents.clear();
		firstAccounts.clear();
		return closed;
	}

	/**
	 * The events of a batch that take up the demand of one account.
	 */
	static final class Share<K, E> extends FullestFirst.Member {

		private final OpenBatch<K, E> batch;

		private final DemandAccount account;

		private int size;

		Share(OpenBatch<K, E> batch, DemandAccount account) {
			this.batch = batch;
			this.account = account;
		}

		OpenBatch<K, E> batch() {
			return this.batch;
		}

		DemandAccount account() {
			return this.account;
		}

		@Override
		int size() {
			return this.size;
		}

		@Override
		long age() {
			return this.batch.age;
		}

	}

}
