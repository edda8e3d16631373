package io.genstage.dispatch;

/**
 * One subscription as a dispatcher sees it. Two subscriptions of one consumer are two
 * subscribers with the same {@link #consumer() consumer}; a subscriber equals only
 * itself.
 */
public interface Subscriber {

	/**
	 * Returns the identity of the stage behind this subscription, to be compared by
	 * {@code equals} only.
	 * @return the consumer
	 */
	Object consumer();

}
