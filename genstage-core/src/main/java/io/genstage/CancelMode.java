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
		boolean stopsFor(ExitReason reason) {
			return true;
		}
	},

	/**
	 * It stops with the same reason if that is not a {@linkplain ExitReason#isClean()
	 * clean} one, and goes on otherwise.
	 */
	TRANSIENT {
		@Override
		boolean stopsFor(ExitReason reason) {
			return !reason.isClean();
		}
	},

	/**
	 * It goes on in any case.
	 */
	TEMPORARY {
		@Override
		boolean stopsFor(ExitReason reason) {
			return false;
		}
	};

	abstract boolean stopsFor(ExitReason reason);

}
