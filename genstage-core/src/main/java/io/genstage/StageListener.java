package io.genstage;

import java.time.Duration;
import java.util.List;

import io.genstage.delivery.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Gets to know what happens in a {@link StageSystem}, or to the stages that have it among
 * their {@linkplain StageOptions#withListener options}, for metrics and tests.
 * <p>
 * The methods are called by the stage concerned, one at a time for each stage but at once
 * for several of them, and hold it up as long as they take; {@link #onOverdue} is an
 * exception. What they throw is logged and changes nothing.
 */
public interface StageListener {

	/**
	 * A stage has started.
	 * @param stage the stage
	 */
	default void onStart(StageRef stage) {
	}

	/**
	 * A stage has stopped.
	 * @param stage the stage
	 * @param reason why
	 */
	default void onStop(StageRef stage, ExitReason reason) {
	}

	/**
	 * One side of a subscription knows of it now; called for each of them.
	 * @param peer the role of the other side
	 * @param subscription the subscription
	 */
	default void onSubscribe(Peer peer, Subscription subscription) {
	}

	/**
	 * One side of a subscription knows that it has ended; called for each of them.
	 * @param peer the role of the other side
	 * @param subscription the subscription
	 * @param cancellation how it ended
	 */
	default void onCancel(Peer peer, Subscription subscription, Cancellation cancellation) {
	}

	/**
	 * A consumer asks for events by itself. What is asked for by hand is not reported
	 * here, since any thread may do that.
	 * @param subscription by which it asks
	 * @param demand for how many
	 */
	default void onAsk(Subscription subscription, long demand) {
	}

	/**
	 * A producer sends events as one message.
	 * @param subscription by which it sends
	 * @param events how many
	 */
	default void onSend(Subscription subscription, int events) {
	}

	/**
	 * A consumer or producer-consumer has handled events. What it emits for them comes
	 * later.
	 * @param subscription by which they came
	 * @param events the events, at least one; nobody may change the list
	 */
	default void onHandle(Subscription subscription, List<?> events) {
	}

	/**
	 * A stage emits events, which its dispatcher gets next.
	 * @param stage the stage
	 * @param events the events, at least one; nobody may change the list
	 */
	default void onEmit(StageRef stage, List<?> events) {
	}

	/**
	 * A stage has failed to handle an event, and is going to try again.
	 * @param stage the stage
	 * @param failed the event and what has failed
	 * @param delay how long it waits before
	 */
	default void onRetry(StageRef stage, FailedEvent failed, Duration delay) {
	}

	/**
	 * A stage has given an event up that it could not handle. What is failed for its
	 * source, or lost, is reported as {@linkplain #onDiscard discarded} instead.
	 * @param stage the stage
	 * @param failed the event and what has failed
	 * @param outcome {@link Outcome#DEAD_LETTERED} or {@link Outcome#SKIPPED}
	 */
	default void onGiveUp(StageRef stage, FailedEvent failed, Outcome outcome) {
	}

	/**
	 * A stage pauses, since everything it does fails alike or its source can't be
	 * reached, or goes on.
	 * @param stage the stage
	 * @param failure what has failed last, or {@code null} if it goes on
	 */
	default void onOutage(StageRef stage, @Nullable Throwable failure) {
	}

	/**
	 * Something takes longer in a stage than its {@link Watch} says; called once for each
	 * time that begins. As the stage may be stuck, this is called by the timer of the
	 * system as well, while the stage goes on: it must not block.
	 * @param stage the stage
	 * @param overdue what takes long, and where it is
	 */
	default void onOverdue(StageRef stage, Overdue overdue) {
	}

	/**
	 * A stage has lost events, which are named where anybody knows them. Those that
	 * {@linkplain Place#missed() pass the place} of a consumer are lost by that consumer;
	 * its producer reports them if the consumer has stopped already.
	 * @param stage the stage; the producer if a consumer that is passed has never been
	 * subscribed
	 * @param discard the events and why they are lost
	 */
	default void onDiscard(StageRef stage, Discard discard) {
	}

}
