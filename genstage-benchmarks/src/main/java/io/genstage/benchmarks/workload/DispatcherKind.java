package io.genstage.benchmarks.workload;

import java.util.Locale;

/**
 * Who gets an event.
 */
public enum DispatcherKind {

	/** Any consumer. */
	DEMAND,

	/** Every consumer. */
	BROADCAST,

	/** The one consumer it belongs to. */
	PARTITION;

	/** Returns the name that a table shows. */
	public String label() {
		return name().toLowerCase(Locale.ROOT);
	}

}
