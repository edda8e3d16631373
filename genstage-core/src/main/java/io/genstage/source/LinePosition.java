package io.genstage.source;

/**
 * Where a line ends.
 *
 * @param line which line it is, from 1
 * @param offset how many bytes there are up to its end, with its line break
 */
public record LinePosition(long line, long offset) {

	public LinePosition {
		if (line < 1 || offset < 0) {
			throw new IllegalArgumentException(
					"expected line >= 1 and offset >= 0, but got line=%d and offset=%d".formatted(line, offset));
		}
	}

}
