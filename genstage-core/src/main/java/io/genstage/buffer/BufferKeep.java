package io.genstage.buffer;

/**
 * Which events a full buffer keeps.
 */
public enum BufferKeep {

	/**
	 * The ones that are in it already; new ones are discarded.
	 */
	FIRST,

	/**
	 * The newest ones; the oldest are discarded. The default.
	 */
	LAST

}
