package io.genstage.dispatch;

import org.jspecify.annotations.Nullable;

/**
 * One subscription as a dispatcher sees it. Two subscriptions of one consumer are two
 * subscribers with the same {@link #consumer() consumer}; a subscriber equals only
 * itself.
 */
public interface Subscriber {

	/**
	 * The attribute that names the partition to get events of.
	 */
	String PARTITION = "partition";

	/**
	 * The attribute that holds the {@link java.util.function.Predicate} which accepts the
	 * events to get.
	 */
	String SELECTOR = "selector";

	/**
	 * The attribute that holds the highest demand of one ask, an {@link Integer}. The
	 * first ask may be for less.
	 */
	String MAX_DEMAND = "maxDemand";

	/**
	 * The attribute that holds the {@link io.genstage.Place} of the consumer, which
	 * outlasts the subscription.
	 */
	String PLACE = "place";

	/**
	 * Returns the identity of the stage behind this subscription, to be compared by
	 * {@code equals} only.
	 * @return the consumer
	 */
	Object consumer();

	/**
	 * Returns what the consumer said about this subscription when it subscribed.
	 * @param name the name of an attribute
	 * @return its value, or {@code null} if the consumer didn't say it
	 */
	@Nullable Object attribute(String name);

}
