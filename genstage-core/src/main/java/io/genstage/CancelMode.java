package io.genstage;

/**
 * What a consumer does when one of its subscriptions has ended.
 */
public enum CancelMode {

	/**
	 * It stops, with the same reason. The default.
	 */
	PERMANENT {
		@Override
		boolean minds(ExitReason reason) {
			return true;
		}
	},

	/**
	 * It stops with the same reason if that is not a {@linkplain ExitReason#isClean()
	 * clean} one, and goes on otherwise.
	 */
	TRANSIENT {
		@Override
		boolean minds(ExitReason reason) {
			return !reason.isClean();
		}
	},

	/**
	 * It goes on in any case.
	 */
	TEMPORARY {
		@Override
		boolean minds(ExitReason reason) {
			return false;
		}
	};

	/**
	 * Returns whether a consumer stops when a subscription of this mode has ended.
	 * @param reason why it has ended; {@link ExitReason#ALREADY_SUBSCRIBED} stops nobody
	 * @return whether the consumer stops, with the same reason
	 */
	public boolean stopsFor(ExitReason reason) {
		return !reason.equals(ExitReason.ALREADY_SUBSCRIBED) && minds(reason);
	}

	abstract boolean minds(ExitReason reason);

}
