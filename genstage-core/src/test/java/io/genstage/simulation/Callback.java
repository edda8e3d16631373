package io.genstage.simulation;

/**
 * Where the code of a user can fail.
 */
enum Callback {

	DEMAND, EVENTS, INFO, CALL, SUBSCRIBE, CANCEL, DISCARD, DRAIN, ROUTE, STOP

}
