package io.genstage.dispatch;

/**
 * What becomes of events that nobody is there for, once as many of them wait as may
 * without holding up others.
 */
public enum Unserved {

	/**
	 * They wait and take up demand, so that the others are held up at last.
	 */
	WAIT,

	/**
	 * The oldest are discarded, which is logged and counted.
	 */
	DISCARD

}
