package io.genstage.jdbc;

/**
 * Writes positions of a source as text and reads them again, for a
 * {@link JdbcProgressStore}.
 *
 * @param <P> the type of the positions
 */
public interface PositionCodec<P> {

	/**
	 * Returns the class of the positions, by whose name a saved one is recognized. A
	 * position of a subclass is none of them.
	 * @return the class
	 */
	Class<P> type();

	/**
	 * Returns a position as text.
	 * @param position the position
	 * @return the text, of at most {@value JdbcProgressStore#MAX_POSITION} characters
	 */
	String write(P position);

	/**
	 * Returns the position that a text stands for.
	 * @param text what {@link #write} has returned
	 * @return an equal position
	 */
	P read(String text);

}
