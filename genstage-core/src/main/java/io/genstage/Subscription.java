package io.genstage;

import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

/**
 * A subscription of one consumer to one producer: one directed edge, with its own demand.
 * The same handle is used on both sides.
 */
public sealed interface Subscription permits OpenSubscription {

	/**
	 * Returns the number of this subscription, unique within its {@link StageSystem}.
	 * @return the id
	 */
	long id();

	/**
	 * Returns the side that sends the events.
	 * @return the producer
	 */
	StageRef producer();

	/**
	 * Returns the side that receives the events.
	 * @return the consumer
	 */
	StageRef consumer();

	/**
	 * Returns the options that the consumer subscribed with.
	 * @return the options
	 */
	SubscribeOptions options();

	/**
	 * Returns the numbers of this subscription, without asking its stages. After its end
	 * they stay what they were.
	 * @return the status at this moment
	 */
	SubscriptionStatus status();

	/**
	 * Returns the end of this subscription: the producer has forgotten it, and all events
	 * that were sent by it have been handled or lost. Nothing comes by it any more, and
	 * its {@link #status() numbers} are final.
	 * @return completes on any thread; never fails
	 */
	CompletionStage<@Nullable Void> whenEnded();

	/**
	 * Asks for more events, if demand is {@linkplain SubscribeOptions#withManualDemand()
	 * manual}. Any thread may ask. Has no effect once the subscription has ended.
	 * <p>
	 * Source: {@code GenStage.ask/3}.
	 * @param demand for how many, 0 for nothing at all; all that is asked for adds up,
	 * and {@link Long#MAX_VALUE} stands for no limit
	 * @throws IllegalStateException if the consumer asks by itself
	 */
	void ask(long demand);

	/**
	 * Changes the demand of this subscription while it goes on. No event is lost: the
	 * consumer asks by the new limits from now on, which it does at once if no more than
	 * {@code minDemand} events are outstanding. If more than {@code maxDemand} are, they
	 * still come, and nothing is asked for until they have come down to
	 * {@code minDemand}. Batches have at most {@code maxDemand - minDemand} events. Has
	 * no effect on a subscription that has ended.
	 * <p>
	 * A consumer that {@linkplain ConsumerStage#asksItself() asks itself} is
	 * {@linkplain ConsumerStage#onRetune notified}, and follows in its own way.
	 * @param maxDemand the most events that may be outstanding, at least 1
	 * @param minDemand the number of outstanding events at which to ask again, from 0 to
	 * {@code maxDemand - 1}
	 * @return completes when the consumer has done so; fails with what a consumer has
	 * thrown that asks itself
	 * @throws IllegalStateException if the user asks by hand
	 */
	CompletionStage<@Nullable Void> retune(int maxDemand, int minDemand);

	/**
	 * Ends this subscription, whoever calls and on whatever thread. The producer forgets
	 * it and confirms to the consumer, whose {@link CancelMode} then decides whether it
	 * stops; events that were sent before are still handled. Has no effect on a
	 * subscription that has ended.
	 * @param reason what both sides get as the reason
	 */
	void cancel(ExitReason reason);

}
