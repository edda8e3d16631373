package io.genstage.delivery;

import java.time.Duration;

/**
 * What a handler settles its event with, now or later, if it takes this as a parameter.
 * Such a handler has to settle: its return and its result settle nothing.
 *
 * <pre>{@code
 * void book(Order order, Acknowledgement acknowledgement) {
 *     this.bank.charge(order, (receipt, failure) -> {
 *         if (failure == null) {
 *             acknowledgement.accept();
 *         }
 *         else {
 *             acknowledgement.retry();
 *         }
 *     });
 * }
 * }</pre>
 *
 * It may be used by any thread. It is of one attempt: the first of {@link #accept},
 * {@link #retry} and {@link #reject} settles that attempt. Later calls, and those made
 * when the attempt is over for another reason, such as a restart of the stage, return
 * false, change nothing and are counted.
 */
public interface Acknowledgement {

	/**
	 * Says that the event is done. Its source gets to know at once, whatever becomes of
	 * what was made from the event. What the handler throws later is logged and counted,
	 * and not retried.
	 * @return false if the attempt was settled before
	 */
	boolean accept();

	/**
	 * Asks for another attempt, as if the handler had thrown: it counts, and comes after
	 * the time that the stage's policy says.
	 * @return false if the attempt was settled before
	 */
	boolean retry();

	/**
	 * Asks for another attempt after some time of its own.
	 * @param delay how long to wait, not negative
	 * @return false if the attempt was settled before
	 * @throws IllegalArgumentException if the delay is negative
	 */
	boolean retry(Duration delay);

	/**
	 * Says that the event can't be handled and that another attempt is of no use.
	 * @param cause why
	 * @return false if the attempt was settled before
	 */
	boolean reject(Throwable cause);

	/**
	 * Says that the event can't be handled and that another attempt is of no use, without
	 * an exception and its stack.
	 * @param reason why, in words for people and without data of the event
	 * @return false if the attempt was settled before
	 */
	boolean reject(String reason);

	/**
	 * Says that the work takes longer: until then no time limit ends the attempt, and
	 * neither the event nor those of the source that it was made of are reported as
	 * overdue.
	 * @param time how much more time it takes from now on, greater than zero
	 * @return false if the attempt was settled before
	 * @throws IllegalArgumentException if the time isn't greater than zero
	 */
	boolean extend(Duration time);

	/**
	 * Says how the source is to settle this event, once it is settled. The last call
	 * counts. A source that can't do it ignores it.
	 * @param hint what the source is to do
	 * @return false if the attempt was settled before
	 */
	boolean tellSource(SourceHint hint);

	/**
	 * Returns which attempt this is.
	 * @return 1 for the first call of the handler with the event
	 */
	int attempt();

	/**
	 * Returns whether the attempt is over.
	 * @return whether a call would come too late
	 */
	boolean isSettled();

}
