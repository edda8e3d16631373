package io.genstage.batch;

import java.util.List;

/**
 * Turns the batches of a {@link BatchProducerConsumer} into other events.
 *
 * @param <B> what it gets: a list of events, or a {@link Batch}
 * @param <O> the type of the events it returns
 */
@FunctionalInterface
public interface BatchFunction<B, O> {

	/**
	 * Handles a batch. When it returns, the events are done; demand for more is sent
	 * then. Called by the stage, one call at a time.
	 * @param batch the events, at least one, unmodifiable
	 * @return the events to emit; no {@code null} among them
	 * @throws Exception to stop the stage; the events of this batch and of all others
	 * that are not handled yet are discarded, which is counted
	 */
	List<O> apply(B batch) throws Exception;

}
