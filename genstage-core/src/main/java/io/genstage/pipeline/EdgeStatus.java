package io.genstage.pipeline;

import java.util.List;

import io.genstage.SubscribeOptions;
import io.genstage.SubscriptionCounts;
import io.genstage.SubscriptionStatus;

/**
 * An edge of a pipeline at some moment: what has gone from one stage to another, whatever
 * instances and runs they had.
 *
 * @param producer the name of the sending stage
 * @param consumer the name of the receiving stage
 * @param options what each instance of the consumer subscribes with
 * @param counts how many events were asked for, sent and settled, by all subscriptions
 * that there were
 * @param missed how many events have passed the consumer because it has failed for good,
 * or is not started again before the end of a drain; they count as discarded for it
 * @param subscriptions the numbers of the subscriptions that are open
 */
public record EdgeStatus(String producer, String consumer, SubscribeOptions options, SubscriptionCounts counts,
		long missed, List<SubscriptionStatus> subscriptions) {

	public EdgeStatus {
		subscriptions = List.copyOf(subscriptions);
	}

	/**
	 * Returns how many events the consumer still waits for.
	 * @return the sum over its open subscriptions: what was asked for by one that has
	 * ended is not waited for
	 */
	public long demand() {
		return this.subscriptions.stream().mapToLong(SubscriptionStatus::demand).sum();
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
