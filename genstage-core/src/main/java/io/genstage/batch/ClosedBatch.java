package io.genstage.batch;

import java.util.List;

import io.genstage.demand.DemandAccount;

/**
 * A batch that waits to be handled.
 *
 * @param batch the events
 * @param accounts whose demand each of the events takes up
 * @param <K> the type of the key
 * @param <E> the type of the events
 */
record ClosedBatch<K, E>(Batch<K, E> batch, List<DemandAccount> accounts) {

	int size() {
		return this.accounts.size();
	}

	/** Gives the demand of the events back. */
	void finish() {
		this.accounts.forEach((account) -> account.finish(1));
	}

}
