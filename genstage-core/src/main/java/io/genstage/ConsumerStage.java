package io.genstage;

import java.util.List;

/**
 * A stage at the end of the line: it handles events and emits none.
 *
 * @param <E> the type of the events
 */
@FunctionalInterface
public non-sealed interface ConsumerStage<E> extends Stage {

	/**
	 * Handles a batch of events. When it returns, they are done, unless the stage
	 * {@linkplain #reportsHandled() reports itself}; demand for more is sent then. When
	 * it throws, none of them is, but for those that were
	 * {@linkplain StageContext#handled reported}.
	 * @param events the events, at least one, unmodifiable
	 * @param from the subscription they came by
	 * @throws Exception to stop the stage
	 */
	void handleEvents(List<E> events, Subscription from) throws Exception;

	/**
	 * Returns whether this stage does the asking itself, by {@link Subscription#ask}:
	 * then its subscriptions have {@linkplain SubscribeOptions#withManualDemand() manual
	 * demand}, whatever their options say. Called once for each subscription, before
	 * {@link #onSubscribe}.
	 * <p>
	 * Source: the answer {@code :manual} of {@code GenStage.handle_subscribe/4}.
	 * @return {@code false} by default
	 */
	default boolean asksItself() {
		return false;
	}

	/**
	 * Returns whether this stage keeps events beyond {@link #handleEvents} and
	 * {@linkplain StageContext#handled reports} by itself which of them are finished:
	 * each one by {@link StageContext#handled} or
	 * {@link StageContext#discard(Subscription, List, String, Throwable)}, or it counts
	 * as discarded when the stage has stopped. Otherwise events count as handled when the
	 * callback returns. Always the same answer.
	 * @return {@code false} by default
	 */
	default boolean reportsHandled() {
		return false;
	}

	/**
	 * Returns whether this stage takes each event as its
	 * {@link io.genstage.delivery.Delivery Delivery}, to make outputs of single ones of a
	 * list by {@link io.genstage.delivery.Delivery#with with}, for instance. An event
	 * that came without a settlement comes as a delivery that nobody waits for. The
	 * engine settles deliveries as it does events. Not for a stage that
	 * {@linkplain #reportsHandled() reports itself}. Always the same answer.
	 * @return {@code false} by default
	 */
	default boolean takesDeliveries() {
		return false;
	}

	/**
	 * Called when somebody has {@linkplain Subscription#retune changed the demand} of a
	 * subscription for which this stage {@linkplain #asksItself() asks itself}. It has to
	 * keep to the new limits, which the {@linkplain Subscription#options() options} of
	 * the subscription have from now on, in what it asks for next, and asks for more at
	 * once if they leave room for it.
	 * @param subscription the subscription, which has not ended
	 * @throws Exception to stop the stage
	 */
	default void onRetune(Subscription subscription) throws Exception {
	}

	/**
	 * Handles a message that somebody has {@linkplain StageRef#tell sent} to the stage.
	 * By default it is logged as unexpected.
	 * @param message the message
	 * @throws Exception to stop the stage
	 */
	default void onInfo(Object message) throws Exception {
		UnexpectedInfo.warn(this, message);
	}

	/**
	 * Answers a {@linkplain StageRef#call call}. By default the call fails, since the
	 * stage doesn't handle calls.
	 * @param request the question
	 * @param caller is to be answered, now or later
	 * @throws Exception to stop the stage
	 */
	default void onCall(Object request, Caller caller) throws Exception {
		caller.fail(new IllegalStateException("%s handles no calls".formatted(getClass().getName())));
	}

	/**
	 * Called when a subscription has ended, after the events that came by it. Then its
	 * {@link CancelMode} decides whether the stage stops.
	 * @param subscription the subscription
	 * @param cancellation how it ended
	 * @throws Exception to stop the stage
	 */
	default void onCancel(Subscription subscription, Cancellation cancellation) throws Exception {
	}

	/**
	 * Called once when the pipeline wants to end and no more events will come: the stage
	 * should {@linkplain StageContext#complete() complete} as soon as it has finished
	 * what it has accepted. By default it completes at once.
	 * @param context the context of this stage
	 * @throws Exception to stop the stage
	 */
	default void onDrain(StageContext context) throws Exception {
		context.complete();
	}

	/**
	 * Returns how many events this stage has accepted and not finished, beyond those of
	 * the batch in hand. Called by any thread, for the {@linkplain StageStatus status}.
	 * @return the number of unfinished events, 0 by default
	 */
	default long backlog() {
		return 0;
	}

}
