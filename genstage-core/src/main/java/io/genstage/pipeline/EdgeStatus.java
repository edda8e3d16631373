package io.genstage.pipeline;

import java.util.List;

import io.genstage.SubscribeOptions;
import io.genstage.SubscriptionStatus;

/**
 * An edge of a pipeline at some moment: what has gone from one stage to another, whatever
 * instances and runs they had.
 *
 * @param producer the name of the sending stage
 * @param consumer the name of the receiving stage
 * @param options what each instance of the consumer subscribes with
 * @param demand how many events the consumer still waits for
 * @param asked how many events it has asked for, in all
 * @param sent how many events it was sent, in all
 * @param settled how many of them it has handled or lost
 * @param discarded how many of them it has lost
 * @param missed how many events have passed the consumer because it has failed for good,
 * or is not started again before the end of a drain; they count as discarded for it
 * @param subscriptions the numbers of the subscriptions that are open
 */
public record EdgeStatus(String producer, String consumer, SubscribeOptions options, long demand, long asked, long sent,
		long settled, long discarded, long missed, List<SubscriptionStatus> subscriptions) {

	public EdgeStatus {
		subscriptions = List.copyOf(subscriptions);
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
