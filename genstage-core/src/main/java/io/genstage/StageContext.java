package io.genstage;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * What the engine offers to one run of a stage. Except for {@link #self}, to be used by
 * the stage's own callbacks only, not by other threads.
 */
public sealed interface StageContext permits StageActor {

	/**
	 * Returns the stage itself, to be told messages by any thread.
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
	 * Tells the stage a message after some time. Nothing happens if it has stopped by
	 * then.
	 * @param delay how long to wait, not negative
	 * @param message the message
	 * @throws IllegalArgumentException if the delay is negative
	 */
	void tellLater(Duration delay, Object message);

	/**
	 * Returns the time of this system, of which only differences mean something.
	 * @return nanoseconds since some moment
	 * @see StageScheduler#nanoTime()
	 */
	long nanoTime();

	/**
	 * Counts events that this stage has accepted, kept beyond the callback that got them,
	 * and is not going to finish. The {@linkplain StageListener#onDiscard listener} is
	 * told. The stage may still do so in {@link Stage#onStop}.
	 * @param events how many are lost, 0 for none
	 */
	void discard(int events);

	/**
	 * Returns what runs this stage, for work that it starts and that is to go on beside
	 * it. Such work must not touch the stage's fields; it {@linkplain StageRef#tell
	 * tells} the stage what has become of it.
	 * @return the executor, whose tasks may block
	 */
	Executor executor();

}
