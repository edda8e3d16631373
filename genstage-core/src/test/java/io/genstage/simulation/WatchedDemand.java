package io.genstage.simulation;

import java.util.List;

import io.genstage.dispatch.DemandOptions;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.Outlet;

/**
 * A watched demand dispatcher: each event goes to one subscription.
 */
final class WatchedDemand extends WatchedDispatcher {

	/** Demand passed on for subscriptions that have ended. */
	private long leftBehind;

	private List<SimulatedEvent> toSend = List.of();

	WatchedDemand(SimulatedEmitter emitter, Outlet<SimulatedEvent> outlet, DemandOptions options) {
		super(emitter, outlet, Dispatchers.demand(options));
	}

	@Override
	long netOfAsk(long demand) {
		long reused = Math.min(this.leftBehind, demand);
		this.leftBehind -= reused;
		return demand - reused;
	}

	@Override
	long netOfCancel(Edge left) {
		this.leftBehind += left.open();
		return 0;
	}

	@Override
	long expectedOpenDemand() {
		long sum = 0;
		for (Edge edge : edges()) {
			sum += edge.open();
		}
		return sum;
	}

	@Override
	int expectTaken(List<SimulatedEvent> events) {
		int taken = (int) Math.min(events.size(), expectedOpenDemand());
		this.toSend = events.subList(0, taken);
		return taken;
	}

	@Override
	List<SimulatedEvent> expectSend(Edge edge, int events) {
		int count = Math.min(events, this.toSend.size());
		List<SimulatedEvent> next = this.toSend.subList(0, count);
		this.toSend = this.toSend.subList(count, this.toSend.size());
		return next;
	}

	@Override
	void dispatched(int taken, int leftover) {
		violations().unless(this.toSend.isEmpty(), () -> "%s was not sent".formatted(this.toSend));
		settle(taken);
		this.leftBehind = Math.max(this.leftBehind - leftover, 0);
	}

}
