package io.genstage;

/**
 * The role that the other side of a subscription plays.
 */
public enum Peer {

	/**
	 * The other side sends the events.
	 */
	PRODUCER,

	/**
	 * The other side receives the events.
	 */
	CONSUMER

}
