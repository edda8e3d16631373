package io.genstage.boot.handler;

/**
 * A stage that is made of user code with a parameter for events.
 */
interface HandlingStage {

	/** Returns the parameter that takes the events. */
	EventParameter parameter();

}
