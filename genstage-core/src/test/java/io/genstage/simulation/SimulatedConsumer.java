package io.genstage.simulation;

import java.util.List;

import io.genstage.Caller;
import io.genstage.Cancellation;
import io.genstage.ConsumerStage;
import io.genstage.StageContext;
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

	@Override
	public void onInfo(Object message) {
		violations().unless(understands(message), () -> "%s was told %s".formatted(this, message));
	}

	@Override
	public void onCall(Object request, Caller caller) {
		crashIfWanted(Callback.CALL);
		Calls.answer(request, caller, context());
	}

	@Override
	public void onDrain(StageContext context) {
		drain(context);
	}

	@Override
	public void onCancel(Subscription subscription, Cancellation cancellation) {
		crashIfWanted(Callback.CANCEL);
	}

}
