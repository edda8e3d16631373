package io.genstage.delivery;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Finds fields that are changed by compare-and-set. An atomic object in their place would
 * be one more object for each event.
 */
final class Handles {

	private Handles() {
	}

	/** Finds a field of the class that looks it up. */
	static VarHandle of(MethodHandles.Lookup lookup, String field, Class<?> type) {
		try {
			return lookup.findVarHandle(lookup.lookupClass(), field, type);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

}
