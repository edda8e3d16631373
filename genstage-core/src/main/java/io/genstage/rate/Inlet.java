package io.genstage.rate;

import io.genstage.Subscription;

/**
 * One subscription of a limited stage: how many events could be asked for by it, and how
 * many are to come.
 */
interface Inlet {

	/** Returns the subscription as the limited stage knows it. */
	Subscription subscription();

	/** Returns how many events the stage would take. */
	long wanted();

	/** Returns how many events were asked for and have not come. */
	long coming();

	/** Keeps to the limits of demand that the subscription has now. */
	void retune();

	/** Asks the producer for some of the wanted events. */
	void ask(long granted);

	/** Notes that events have come. */
	void arrive(int events);

	/** Notes that the stage has handled events. */
	void finish(int events);

}
