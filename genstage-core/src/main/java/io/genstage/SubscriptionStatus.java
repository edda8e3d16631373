package io.genstage;

/**
 * The numbers of one subscription at some moment.
 *
 * @param id the subscription's number
 * @param producer the name of the sending stage
 * @param consumer the name of the receiving stage
 * @param options what the consumer subscribed with
 * @param asked how many events the consumer has asked for, in all
 * @param sent how many events the producer has sent, in all
 * @param settled how many of them the consumer has handled or lost
 * @param discarded how many of them the consumer has lost
 */
public record SubscriptionStatus(long id, String producer, String consumer, SubscribeOptions options, long asked,
		long sent, long settled, long discarded) {

	/**
	 * Returns how many events the consumer still waits for.
	 * @return the outstanding demand
	 */
	public long demand() {
		return Math.max(this.asked - this.sent, 0);
	}

	/**
	 * Returns how many events the consumer has handled.
	 * @return those of the settled ones that it has not lost
	 */
	public long handled() {
		return this.settled - this.discarded;
	}

	/**
	 * Returns how many events were sent and are neither handled nor lost: those on their
	 * way to the consumer and those that it holds.
	 * @return the unfinished events
	 */
	public long inFlight() {
		return this.sent - this.settled;
	}

}
