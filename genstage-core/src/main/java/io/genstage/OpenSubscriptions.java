package io.genstage;

import java.util.Arrays;
import java.util.List;

/**
 * Subscriptions in their order. They are changed by their stage, which copies them to do
 * so, and read by any thread: they seldom change, and most stages have one.
 */
final class OpenSubscriptions {

	private static final OpenSubscription[] NONE = {};

	private volatile List<OpenSubscription> all = List.of();

	void add(OpenSubscription link) {
		OpenSubscription[] more = Arrays.copyOf(this.all.toArray(NONE), this.all.size() + 1);
		more[this.all.size()] = link;
		this.all = List.of(more);
	}

	void remove(OpenSubscription link) {
		this.all = this.all.stream().filter((other) -> other != link).toList();
	}

	void clear() {
		this.all = List.of();
	}

	/** Returns those of this moment, which later changes leave alone. */
	List<OpenSubscription> all() {
		return this.all;
	}

	List<SubscriptionStatus> status() {
		// A loop, since meters ask each stage again and again.
		List<OpenSubscription> links = this.all;
		SubscriptionStatus[] statuses = new SubscriptionStatus[links.size()];
		for (int i = 0; i < statuses.length; i++) {
			statuses[i] = links.get(i).status();
		}
		return List.of(statuses);
	}

	/** Returns how many events were sent by them and are neither handled nor lost. */
	long inFlight() {
		long inFlight = 0;
		for (OpenSubscription link : this.all) {
			inFlight += link.counts().inFlight();
		}
		return inFlight;
	}

}
