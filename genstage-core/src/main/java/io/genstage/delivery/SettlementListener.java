package io.genstage.delivery;

/**
 * Gets to know what a {@link SettlementQueue} does. Of the engine. Called by any thread;
 * must not block and must not throw.
 */
public interface SettlementListener {

	/** Does nothing. */
	SettlementListener NONE = new SettlementListener() {
	};

	/**
	 * The queue has something to report to a source, and nothing was going on before. It
	 * is called before the source is. Each call is followed by one of {@link #onIdle},
	 * which may come later than the next call of this one: count them.
	 */
	default void onBusy() {
	}

	/**
	 * All was reported that the queue was {@linkplain #onBusy busy} with.
	 */
	default void onIdle() {
	}

	/**
	 * Events are no longer {@linkplain SettlementQueue#unsettled unsettled}.
	 * @param events how many, at least 1
	 */
	default void onSettled(int events) {
	}

}
