package io.genstage.delivery;

import org.jspecify.annotations.Nullable;

/**
 * What waits to be reported to its source.
 */
abstract sealed class Settled permits Settlement, SettledStretch {

	/** The next one of those that wait with it, in one direction or the other. */
	@Nullable Object neighbour;

}
