package io.genstage.simulation;

import java.util.List;

import io.genstage.ConsumerStage;
import io.genstage.Subscription;

/**
 * A consumer that compares what it gets with what was sent to it.
 */
final class SimulatedConsumer extends SimulatedStage implements ConsumerStage<SimulatedEvent> {

	SimulatedConsumer(String name, Ledger ledger) {
		super(name, ledger);
	}

	@Override
	public void handleEvents(List<SimulatedEvent> events, Subscription from) {
		receive(events, from);
	}

}
