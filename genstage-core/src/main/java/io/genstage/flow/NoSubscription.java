package io.genstage.flow;

import java.util.concurrent.Flow;

/**
 * A subscription by which nothing will ever come.
 */
enum NoSubscription implements Flow.Subscription {

	INSTANCE;

	@Override
	public void request(long demand) {
		// Nobody is there to hear it.
	}

	@Override
	public void cancel() {
		// There is nothing to end.
	}

}
