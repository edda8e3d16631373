package io.genstage;

/**
 * What a producer does with demand that arrives.
 */
public enum DemandMode {

	/**
	 * It acts on demand at once. The default.
	 */
	FORWARD,

	/**
	 * It collects demand, and the events it emits meanwhile, until it is set to forward.
	 */
	ACCUMULATE

}
