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

	/** Takes back demand that nobody has been asked for. */
	void withdraw(long demand);

	/** Changes the limits. */
	void retune(int maxDemand, int minDemand);

	/** Returns how much to ask for at first, or 0. */
	int begin();

	/** Returns how much to ask for now that the limits have changed, or 0. */
	int refill();

	/** Counts a handled batch and returns how much to ask for now, or 0. */
	int replenish(int handled);

	/**
	 * Notes that handled events are to be handled again, so that they hold demand back,
	 * or, if less than 0, that some of these are finished. Returns how much to ask for
	 * now, or 0.
	 */
	int unfinished(int change);

}
