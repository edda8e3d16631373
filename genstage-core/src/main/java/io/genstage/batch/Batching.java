package io.genstage.batch;

/**
 * A stage that collects events, whose options can be changed while it runs.
 */
public sealed interface Batching permits BatchConsumer, BatchProducerConsumer {

	/**
	 * Returns the options in force. Any thread may ask.
	 * @return the options
	 */
	BatchOptions options();

	/**
	 * Changes the options. Any thread may do so, before the stage is started or while it
	 * runs; they stay over a restart. No event is lost or handled twice: the running
	 * stage closes the batches that are too large now, cut to the new size, and those
	 * that are too old or too many.
	 * @param options the new options
	 * @throws IllegalArgumentException if the size is more than the {@code maxDemand} of
	 * a subscription of the stage
	 */
	void change(BatchOptions options);

}
