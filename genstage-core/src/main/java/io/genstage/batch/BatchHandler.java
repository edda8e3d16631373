package io.genstage.batch;

/**
 * Handles the batches of a {@link BatchConsumer}.
 *
 * @param <B> what it gets: a list of events, or a {@link Batch}
 */
@FunctionalInterface
public interface BatchHandler<B> {

	/**
	 * Handles a batch. When it returns, the events are done; demand for more is sent
	 * then. Called by the stage, one call at a time.
	 * @param batch the events, at least one, unmodifiable
	 * @throws Exception to stop the stage; the events of this batch and of all others
	 * that are not handled yet are discarded, which is counted
	 */
	void handle(B batch) throws Exception;

}
