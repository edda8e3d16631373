package io.genstage.task;

/**
 * What a {@link TaskConsumer} does for one event.
 *
 * @param <E> the type of the events
 */
@FunctionalInterface
public interface EventTask<E> {

	/**
	 * Does the work for one event, on a thread of its own, and may block. Called for
	 * several events at once. To return is the one clean end; an interrupt means that the
	 * task is to end soon, if need be by throwing {@link InterruptedException}.
	 * @param event the event
	 * @throws Exception if the work has failed; then {@link TaskRestart} decides
	 */
	void run(E event) throws Exception;

}
