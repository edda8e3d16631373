package io.genstage;

import java.util.List;
import java.util.OptionalLong;

import io.genstage.buffer.EventList;
import org.jspecify.annotations.Nullable;

/**
 * A stage that makes events when it is asked for them.
 *
 * <pre>{@code
 * class Counter implements ProducerStage<Integer> {
 *
 *     private int next;
 *
 *     public List<Integer> handleDemand(long demand) {
 *         return IntStream.range(0, (int) demand).mapToObj((i) -> this.next++).toList();
 *     }
 *
 * }
 * }</pre>
 *
 * @param <E> the type of the events
 */
@FunctionalInterface
public non-sealed interface ProducerStage<E> extends Stage {

	/**
	 * Answers demand. Each demand comes once: a producer that returns fewer events has to
	 * remember the rest and emit them later, from {@link #onInfo}. If it returns more,
	 * the excess is buffered.
	 * @param demand how many events are wanted, at least 1
	 * @return the events, which are copied unless they are an {@link EventList}; no
	 * {@code null} among them
	 * @throws Exception to stop the stage
	 */
	List<E> handleDemand(long demand) throws Exception;

	/**
	 * Handles a message that somebody has {@linkplain StageRef#tell sent} to the stage.
	 * By default it is logged as unexpected.
	 * @param message the message
	 * @return events to emit
	 * @throws Exception to stop the stage
	 */
	default List<E> onInfo(Object message) throws Exception {
		UnexpectedInfo.warn(this, message);
		return List.of();
	}

	/**
	 * Answers a {@linkplain StageRef#call call}. By default the call fails, since the
	 * stage doesn't handle calls.
	 * @param request the question
	 * @param caller is to be answered, now or later
	 * @return events to emit
	 * @throws Exception to stop the stage
	 */
	default List<E> onCall(Object request, Caller caller) throws Exception {
		caller.fail(new IllegalStateException("%s handles no calls".formatted(getClass().getName())));
		return List.of();
	}

	/**
	 * Called when a subscription has ended, once the consumer is no longer known.
	 * @param subscription the subscription
	 * @param cancellation how it ended
	 * @return events to emit
	 * @throws Exception to stop the stage
	 */
	default List<E> onCancel(Subscription subscription, Cancellation cancellation) throws Exception {
		return List.of();
	}

	/**
	 * Called when the buffer had no room for some events.
	 * @param events the events that were discarded just now, oldest first; nobody can
	 * change the list
	 * @return whether to log the built-in warning too
	 * @throws Exception to stop the stage
	 */
	default boolean onDiscard(List<E> events) throws Exception {
		return true;
	}

	/**
	 * Called once when the pipeline begins to drain, perhaps together with others, before
	 * {@link #onDrain}. A producer that other stages hand events to, as an
	 * {@link io.genstage.source.EventQueue} is, takes in nothing from outside from now
	 * on, and answers {@code true}. It is drained when no stage has anything in hand that
	 * could come to it.
	 * @param context the context of this stage
	 * @return whether to be drained later; {@code false}, the default, for at once
	 * @throws Exception to stop the stage
	 */
	default boolean onDrainBegin(StageContext context) throws Exception {
		return false;
	}

	/**
	 * Called by a pipeline when none of the consumers of this stage, nor of those behind
	 * them, can take events any more, since on each way one has failed for good or has
	 * completed; and again when that has changed. By default nothing is done.
	 * @param cause why one of them has ended, {@code null} if events can be taken again
	 * @throws Exception to stop the stage
	 */
	default void onConsumersGone(@Nullable ExitReason cause) throws Exception {
	}

	/**
	 * Called once when the pipeline wants to end: the producer should take in nothing new
	 * and {@linkplain StageContext#complete() complete} as soon as it has handed on what
	 * it had accepted. By default it completes at once.
	 * @param context the context of this stage
	 * @throws Exception to stop the stage
	 */
	default void onDrain(StageContext context) throws Exception {
		context.complete();
	}

	/**
	 * Takes demand back that nobody waits for any more, since the consumer that had asked
	 * for it has left its {@linkplain Place place}, as consumers of a pipeline do when
	 * they fail or stop. What is not taken back is still to be met, for whoever asks
	 * next; its events wait in the buffer, which has a bound.
	 * @param demand how much demand of {@link #handleDemand} isn't wanted any more, at
	 * least 1, at most what was asked for and is not met
	 * @return how much of it the stage is not going to meet, from 0 (default) to
	 * {@code demand}; it is asked for again when it is wanted again
	 * @throws Exception to stop the stage
	 */
	default long withdrawDemand(long demand) throws Exception {
		return 0;
	}

	/**
	 * Returns how many events have come to this stage from outside, to be emitted now or
	 * later. Called by any thread, for the {@linkplain StageStatus status}.
	 * @return the number of events up to now, over all runs, or empty if the stage can't
	 * know how many there are, such as one that reads them when they are asked for
	 */
	default OptionalLong arrivals() {
		return OptionalLong.empty();
	}

	/**
	 * Returns how far this stage has come with a source that may have an end. Called by
	 * any thread, for the {@linkplain StageStatus status}; so it has to be cheap and must
	 * not block. The sources of {@link io.genstage.source.Sources} say what counts as
	 * done: of a sequence what was emitted, of a
	 * {@linkplain io.genstage.source.CheckpointedProducer checkpointed} source what is
	 * settled.
	 * @return the progress of this run, or of the last one; {@code null}, the default, if
	 * there is none, as of a source without an end
	 */
	default @Nullable SourceProgress progress() {
		return null;
	}

	/**
	 * Returns how many accepted events wait inside this stage for demand. Called by any
	 * thread, for the {@linkplain StageStatus status}.
	 * @return the number of waiting events, 0 by default
	 */
	default long backlog() {
		return 0;
	}

}
