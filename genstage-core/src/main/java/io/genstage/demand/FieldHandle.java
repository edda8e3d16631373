package io.genstage.demand;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Access to a field in other ways than by a plain or volatile read and write. An atomic
 * object in its place would be one more object for each stage or subscription.
 */
public final class FieldHandle {

	private FieldHandle() {
	}

	/** Finds a field of the class that looks it up. */
	public static VarHandle of(MethodHandles.Lookup lookup, String field, Class<?> type) {
		try {
			return lookup.findVarHandle(lookup.lookupClass(), field, type);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

}
