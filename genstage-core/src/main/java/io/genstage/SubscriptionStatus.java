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
 */
public record SubscriptionStatus(long id, String producer, String consumer, SubscribeOptions options, long asked,
		long sent, long settled) {

	/**
	 * Returns how many events the consumer still waits for.
	 * @return the outstanding demand
	 */
	public long demand() {
		return Math.max(this.asked - this.sent, 0);
	}

	/**
	 * Returns how many events were sent and are not handled yet.
	 * @return the events under way
	 */
	public long inFlight() {
		return this.sent - this.settled;
	}

}
