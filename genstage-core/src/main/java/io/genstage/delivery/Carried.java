package io.genstage.delivery;

import org.jspecify.annotations.Nullable;

/**
 * In the place of what is above a delivery: beside it, the context that the delivery
 * carries. A delivery without a context has nothing of this kind.
 *
 * @param above what gets to know how the delivery has ended
 * @param context the context
 */
record Carried(Above above, Object context) implements Above {

	/** Adds a context to what is above a delivery, if there is one. */
	static Above with(Above above, @Nullable Object context) {
		return (context != null) ? new Carried(above, context) : above;
	}

}
