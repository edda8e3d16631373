package io.genstage;

/**
 * The numbers of one subscription at some moment.
 *
 * @param id the subscription's number
 * @param producer the name of the sending stage
 * @param consumer the name of the receiving stage
 * @param options what the consumer subscribed with
 * @param counts how many events were asked for, sent and settled by it
 */
public record SubscriptionStatus(long id, String producer, String consumer, SubscribeOptions options,
		SubscriptionCounts counts) {

	/**
	 * Returns how many events the consumer still waits for.
	 * @return the outstanding demand
	 */
	public long demand() {
		return Math.max(asked() - sent(), 0);
	}

	/**
	 * Returns how many events the consumer has asked for, in all.
	 * @return the {@linkplain SubscriptionCounts#asked() count}
	 */
	public long asked() {
		return this.counts.asked();
	}

	/**
	 * Returns how many events were sent, in all.
	 * @return the {@linkplain SubscriptionCounts#sent() count}
	 */
	public long sent() {
		return this.counts.sent();
	}

	/**
	 * Returns how many of the events that were sent the consumer has handled or lost.
	 * @return the {@linkplain SubscriptionCounts#settled() count}
	 */
	public long settled() {
		return this.counts.settled();
	}

	/**
	 * Returns how many of the events that were sent the consumer has lost.
	 * @return the {@linkplain SubscriptionCounts#discarded() count}
	 */
	public long discarded() {
		return this.counts.discarded();
	}

	/**
	 * Returns how many events the consumer has handled.
	 * @return those of the settled ones that it has not lost
	 */
	public long handled() {
		return this.counts.handled();
	}

	/**
	 * Returns how many events were sent and are neither handled nor lost: those on their
	 * way to the consumer and those that it holds.
	 * @return the unfinished events
	 */
	public long inFlight() {
		return this.counts.inFlight();
	}

}
