package io.genstage.jdbc;

/**
 * Stands for one delivery of a row. Another delivery of the same row has another one.
 */
final class LinkToken {

	private final long id;

	LinkToken(long id) {
		this.id = id;
	}

	/** Returns the number of the row. */
	long id() {
		return this.id;
	}

}
