package io.genstage.demand;

/**
 * How one subscription asks for events: decides batch by batch.
 */
public sealed interface ConsumerDemand permits DemandWindow, ManualDemand {

	/** Returns how many events to handle at once. */
	int batchSize();

	/**
	 * Notes that a message has arrived and returns how many of its events nobody asked
	 * for.
	 */
	int receive(int events);

	/** Changes the limits and returns how much to ask for now, or 0. */
	int retune(int maxDemand, int minDemand);

	/** Counts a handled batch and returns how much to ask for now, or 0. */
	int replenish(int handled);

}
