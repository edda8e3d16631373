package io.genstage;

/**
 * How many events were asked for, sent and settled by a subscription, or by several of
 * them, up to some moment. None of these numbers ever becomes less.
 *
 * @param asked how many events the consumer has asked for, in all
 * @param sent how many events the producer has sent, in all
 * @param settled how many of them the consumer has handled or lost
 * @param discarded how many of them the consumer has lost
 * @param starved how often the consumer had finished all that it was sent, and its next
 * ask found a producer that had waited for it: with a higher maximum demand it would have
 * had more to do. Counted only where the producer keeps an
 * {@linkplain StageOptions#withAccounts account} of its times
 */
public record SubscriptionCounts(long asked, long sent, long settled, long discarded, long starved) {

	/**
	 * The counts of a subscription by which nothing was asked for.
	 */
	public static final SubscriptionCounts NONE = new SubscriptionCounts(0, 0, 0, 0);

	/**
	 * Creates the counts of a subscription by which nobody was kept waiting.
	 * @param asked how many events the consumer has asked for
	 * @param sent how many events the producer has sent
	 * @param settled how many of them the consumer has handled or lost
	 * @param discarded how many of them the consumer has lost
	 */
	public SubscriptionCounts(long asked, long sent, long settled, long discarded) {
		this(asked, sent, settled, discarded, 0);
	}

	/**
	 * Adds the counts of another subscription.
	 * @param other the other counts
	 * @return the sums
	 */
	public SubscriptionCounts plus(SubscriptionCounts other) {
		return new SubscriptionCounts(this.asked + other.asked, this.sent + other.sent, this.settled + other.settled,
				this.discarded + other.discarded, this.starved + other.starved);
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
