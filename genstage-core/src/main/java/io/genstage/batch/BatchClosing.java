package io.genstage.batch;

/**
 * Why a batch was closed.
 */
public enum BatchClosing {

	/**
	 * It has as many events as a batch may have.
	 */
	SIZE,

	/**
	 * It weighs as much as a batch may weigh, or would weigh more with the next event.
	 */
	WEIGHT,

	/**
	 * Its first event has waited as long as an event may wait.
	 */
	TIMEOUT,

	/**
	 * It had to make room for others: there were as many open batches as there may be, or
	 * the events in open batches took up all the demand of a subscription, so that none
	 * of them could have become full.
	 */
	ROOM,

	/**
	 * No more events come: the stage is drained, stops in good order, or has lost its
	 * last producer.
	 */
	END

}
