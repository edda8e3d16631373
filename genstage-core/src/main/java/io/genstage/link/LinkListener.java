package io.genstage.link;

/**
 * Hears how an end of a link stands with its engine. Called on any thread, one call at a
 * time and in the order in which things happen; it returns at once and throws nothing.
 * Nothing is reported once the end is closed.
 */
public interface LinkListener {

	/**
	 * The engine can't be reached. The provider tries again by itself, with growing
	 * pauses. Called once, and not again before {@link #recovered()}.
	 * @param cause why
	 */
	void interrupted(Throwable cause);

	/**
	 * The engine can be reached again. Called once for each {@link #interrupted}.
	 */
	void recovered();

	/**
	 * This end is of no use any more, and trying again won't help: access is denied, the
	 * topic or table doesn't exist. It is the last call, and the end is to be closed.
	 * @param cause why
	 */
	void failed(Throwable cause);

}
