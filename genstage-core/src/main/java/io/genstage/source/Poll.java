package io.genstage.source;

import java.util.List;

/**
 * Asks a source for events, such as a database table, a directory or a remote queue.
 *
 * @param <E> the type of the events
 */
@FunctionalInterface
public interface Poll<E> {

	/**
	 * Returns the events that are there now. Called by the stage, one call at a time; may
	 * block, which only holds up this stage.
	 * @param limit how many events are wanted, at least 1
	 * @return up to {@code limit} events, or none if there are none for now; more than
	 * {@code limit} would be buffered
	 * @throws Exception to stop the stage
	 */
	List<? extends E> poll(int limit) throws Exception;

}
