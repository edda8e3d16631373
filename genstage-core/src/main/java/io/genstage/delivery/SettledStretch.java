package io.genstage.delivery;

/**
 * Events of a source that were accepted together.
 */
final class SettledStretch extends Settled {

	private final SourceRow row;

	private final int from;

	private final int to;

	SettledStretch(SourceRow row, int from, int to) {
		this.row = row;
		this.from = from;
		this.to = to;
	}

	SourceRow row() {
		return this.row;
	}

	int from() {
		return this.from;
	}

	int to() {
		return this.to;
	}

}
