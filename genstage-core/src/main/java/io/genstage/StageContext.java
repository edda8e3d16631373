package io.genstage;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;

import io.genstage.thread.StageScheduler;
import org.jspecify.annotations.Nullable;

/**
 * What the engine offers to one run of a stage. Except for {@link #self}, to be used by
 * the stage's own callbacks only, not by other threads.
 */
public sealed interface StageContext permits StageActor {

	/**
	 * Returns the stage itself, to which any thread may send messages.
	 * @return this stage
	 */
	StageRef self();

	/**
	 * Stops the stage when the current callback has returned. Events that the callback
	 * returns are emitted first; what has not been handed on by then is discarded and
	 * counted.
	 * @param reason why
	 */
	void stop(ExitReason reason);

	/**
	 * Stops the stage with {@link ExitReason#NORMAL} as soon as all that it has received
	 * has been handled and all that it has emitted has been handed on. A producer is
	 * given no more demand.
	 */
	void complete();

	/**
	 * Sends the stage a message after some time. Nothing happens if it has stopped by
	 * then.
	 * @param delay how long to wait, not negative
	 * @param message the message
	 * @throws IllegalArgumentException if the delay is negative
	 */
	void tellLater(Duration delay, Object message);

	/**
	 * Clears the interrupt flag of the thread if a callback has left it set, so that the
	 * next one doesn't meet it. The engine does so behind each {@code handleEvents},
	 * {@code handleEvent} and {@code handleDemand}; a stage that calls several handlers
	 * in one callback does so between them. The flag stays if somebody is
	 * {@linkplain StageRef#stop stopping the stage}, since it may be meant for that, and
	 * if it was set before the thread came to this stage.
	 */
	void clearInterrupt();

	/**
	 * Returns the time of this system, of which only differences mean something.
	 * @return nanoseconds since some moment
	 * @see StageScheduler#nanoTime()
	 */
	long nanoTime();

	/**
	 * Stops the stage as if the callback in hand had thrown, but for the events that it
	 * returns: they are emitted first. For a callback that has made something of its
	 * first events before a later one failed. Of the events that it got, only those
	 * {@linkplain #handled reported} as handled count so; the others are discarded.
	 * @param failure what went wrong; an error of the JVM itself is thrown at once
	 */
	void fail(Throwable failure);

	/**
	 * Returns whether a callback of this stage has thrown or {@linkplain #fail failed},
	 * so that no more events should be handled.
	 * @return {@code false} as long as all is well
	 */
	boolean hasFailed();

	/**
	 * Returns who surrounds the calls of handlers in this system. Sources by which an
	 * application sends events call it for each of them.
	 * @return the observer, or {@code null} if nobody does
	 */
	@Nullable StageObserver observer();

	/**
	 * Reports that the stage waits for its source, or a consumer for what it sends to,
	 * which can't be reached, and tries again by itself; or that it goes on. It is
	 * logged, shown as the {@linkplain StageStatus#outage() outage} of the stage, and the
	 * {@linkplain StageListener#onOutage listener} is called, once for each change.
	 * @param failure why it can't be reached, {@code null} if it can be again
	 */
	void sourceUnavailable(@Nullable Throwable failure);

	/**
	 * Counts received events as handled. A stage that
	 * {@linkplain ConsumerStage#reportsHandled() reports itself} calls this for all its
	 * events, when they are finished, in any callback, {@link Stage#onStop} too. Another
	 * one may call it in {@code handleEvents} when it is about to fail: for the events
	 * that it has handled before, which have to be the first of those that it got.
	 * @param from the subscription that they came by, which may have ended
	 * @param events the events that are handled, not changed afterwards; none for nothing
	 * @throws IllegalArgumentException if fewer events of this subscription are
	 * unfinished
	 */
	void handled(Subscription from, List<?> events);

	/**
	 * Returns the subscription by which one of the events came that the handler has in
	 * hand. For a stage with a {@link io.genstage.batch.Batching batching}, whose events
	 * may have come by several. To be called within {@code handleEvents}.
	 * @param index the position of the event among those in hand, from 0
	 * @return the subscription that it came by
	 */
	Subscription source(int index);

	/**
	 * Gives up events that this stage has made, or has accepted in another way than by a
	 * subscription, and is not going to finish. They are counted, and the
	 * {@linkplain StageListener#onDiscard listener} is called with them. The log has the
	 * first loss for a reason at once, and the number of further ones once a minute and
	 * when the stage stops. For events that were sent to the stage, see
	 * {@link #discard(Subscription, List, String, Throwable)}. The stage may still do so
	 * in {@link Stage#onStop}.
	 * @param events the events that are lost, not changed afterwards; none for nothing
	 * @param reason why, which is logged: names types and what was configured, without
	 * any data of an event
	 * @param cause what was thrown, if anything; logged by its type and place, but not by
	 * its message, which may hold data of an event. An error of the JVM itself is thrown
	 * on
	 */
	void discard(List<?> events, String reason, @Nullable Throwable cause);

	/**
	 * Gives up received events that this stage is not going to handle, as
	 * {@link #discard(List, String, Throwable)} does. Like {@link #handled}: for each
	 * event one of the two is called. What is still unfinished when the stage has stopped
	 * is discarded without this.
	 * @param from the subscription that they came by, which may have ended
	 * @param events the events that are lost, not changed afterwards; none for nothing
	 * @param reason why, which is logged: names types and what was configured, without
	 * any data of an event
	 * @param cause what was thrown, if anything; logged by its type and place, but not by
	 * its message, which may hold data of an event. An error of the JVM itself is thrown
	 * on
	 * @throws IllegalArgumentException if fewer events of this subscription are
	 * unfinished
	 */
	void discard(Subscription from, List<?> events, String reason, @Nullable Throwable cause);

	/**
	 * Lets an executor do work of this stage beside its callbacks. There
	 * {@link StageRef#current()} is this stage, and a drain that has to know whether this
	 * stage still has something to do waits for the work. It must not touch the stage's
	 * fields; it {@linkplain StageRef#tell sends} the stage a message about its outcome.
	 * @param executor runs the work, such as {@link #executor()}
	 * @param work what to do, run once at most
	 * @throws java.util.concurrent.RejectedExecutionException if the executor rejects it
	 */
	void execute(Executor executor, Runnable work);

	/**
	 * Returns what runs this stage, for work that it starts and that is to go on beside
	 * it. Such work must not touch the stage's fields; it {@linkplain StageRef#tell
	 * sends} the stage a message about its outcome.
	 * @return the executor, whose tasks may block
	 */
	Executor executor();

}
