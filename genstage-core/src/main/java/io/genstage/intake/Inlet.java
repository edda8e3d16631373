package io.genstage.intake;

import io.genstage.demand.ConsumerDemand;

/**
 * One subscription to a producer, as an intake knows it.
 */
public interface Inlet {

	/**
	 * Returns how demand follows what is handled, by the limits of the subscription. An
	 * intake that {@linkplain Intake#asksByItself() asks by itself} doesn't use it.
	 */
	ConsumerDemand demand();

	/** Returns the most events that may be outstanding now. */
	int maxDemand();

	/** Returns down to how many outstanding events nothing is asked for now. */
	int minDemand();

	/** Asks for events. Nothing happens for 0, or if the subscription has ended. */
	void ask(long demand);

}
