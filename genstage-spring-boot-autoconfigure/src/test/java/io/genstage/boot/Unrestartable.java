package io.genstage.boot;

import java.util.List;

import io.genstage.ConsumerStage;
import io.genstage.Subscription;

/**
 * A consumer that fails at the first event and for good.
 */
public final class Unrestartable implements ConsumerStage<Integer> {

	@Override
	public void handleEvents(List<Integer> events, Subscription from) {
		throw new IllegalStateException("no " + events.get(0));
	}

	@Override
	public boolean isRestartable() {
		return false;
	}

}
