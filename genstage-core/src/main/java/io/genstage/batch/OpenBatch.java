package io.genstage.batch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.genstage.DemandAccount;

/**
 * The events that have come for one key so far, and whose demand each of them takes up.
 *
 * @param <E> the type of the events
 */
final class OpenBatch<E> {

	private final long openedAt;

	private final List<E> events = new ArrayList<>();

	private final List<DemandAccount> accounts = new ArrayList<>();

	OpenBatch(long openedAt) {
		this.openedAt = openedAt;
	}

	long openedAt() {
		return this.openedAt;
	}

	int size() {
		return this.events.size();
	}

	void add(E event, DemandAccount account) {
		this.events.add(event);
		this.accounts.add(account);
	}

	/** Returns how many of its events take up the demand of an account. */
	int sizeOf(DemandAccount account) {
		return Collections.frequency(this.accounts, account);
	}

	/** Takes out the first events, all if there are no more. */
	<K> ClosedBatch<K, E> close(K key, int limit, BatchClosing closing) {
		int end = Math.min(limit, size());
		List<E> firstEvents = this.events.subList(0, end);
		List<DemandAccount> firstAccounts = this.accounts.subList(0, end);
		ClosedBatch<K, E> closed = new ClosedBatch<>(new Batch<>(key, firstEvents, closing),
				List.copyOf(firstAccounts));
		firstEvents.clear();
		firstAccounts.clear();
		return closed;
	}

}
