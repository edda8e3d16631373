package io.genstage.delivery;

import java.util.List;

/**
 * Events of a source that were accepted together.
 */
final class SettledStretch extends Settled {

	private final SourceRow row;

	private final List<Settlement> settlements;

	/**
	 * Creates a stretch of a row.
	 * @param settlements what the acknowledger gets, at least one; they needn't be next
	 * to each other
	 */
	SettledStretch(SourceRow row, List<Settlement> settlements) {
		this.row = row;
		this.settlements = settlements;
	}

	SourceRow row() {
		return this.row;
	}

	List<Settlement> settlements() {
		return this.settlements;
	}

}
