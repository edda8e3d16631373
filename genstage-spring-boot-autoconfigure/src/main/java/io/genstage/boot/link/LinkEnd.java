package io.genstage.boot.link;

/**
 * The end of a link that a stage belongs to.
 *
 * @param link the name of the link, which is that of the stage whose events travel
 * @param type what carries it: {@code kafka}
 * @param destination what the engine calls it
 * @param direction which end it is
 */
public record LinkEnd(String link, String type, String destination, Direction direction) {

	/**
	 * Which way events go at an end of a link.
	 */
	public enum Direction {

		/**
		 * Out of this application.
		 */
		SEND,

		/**
		 * Into it.
		 */
		RECEIVE

	}

}
