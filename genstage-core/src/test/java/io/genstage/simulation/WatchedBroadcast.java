package io.genstage.simulation;

import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

import io.genstage.SubscribeOptions;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.Outlet;

/**
 * A watched broadcast dispatcher: each event goes to all subscriptions that select it.
 */
final class WatchedBroadcast extends WatchedDispatcher {

	private static final List<Predicate<SimulatedEvent>> SELECTORS = List.of((event) -> event.number() % 2 == 0,
			(event) -> event.number() % 3 != 0, (event) -> false);

	/** Demand passed on and not met. */
	private long requested;

	private List<SimulatedEvent> shared = List.of();

	private int sends;

	WatchedBroadcast(SimulatedEmitter emitter, Outlet<SimulatedEvent> outlet) {
		super(emitter, outlet, Dispatchers.broadcast());
	}

	@Override
	SubscribeOptions vary(SubscribeOptions options, Random random) {
		int chosen = random.nextInt(4 + SELECTORS.size()) - 4;
		return (chosen < 0) ? options : options.withSelector(SELECTORS.get(chosen));
	}

	@Override
	boolean isWelcome(Edge newcomer) {
		return edges().stream().noneMatch((edge) -> edge.consumer() == newcomer.consumer());
	}

	@Override
	long netOfAsk(long demand) {
		return request();
	}

	@Override
	long netOfCancel(Edge left) {
		return edges().isEmpty() ? 0 : request();
	}

	private long request() {
		long net = Math.max(expectedOpenDemand() - this.requested, 0);
		this.requested += net;
		return net;
	}

	@Override
	long expectedOpenDemand() {
		long least = Long.MAX_VALUE;
		for (Edge edge : edges()) {
			least = Math.min(least, edge.open());
		}
		return edges().isEmpty() ? 0 : least;
	}

	@Override
	int expectTaken(List<SimulatedEvent> events) {
		int taken = (int) Math.min(events.size(), expectedOpenDemand());
		this.shared = events.subList(0, taken);
		this.sends = 0;
		return taken;
	}

	@Override
	List<SimulatedEvent> expectSend(Edge edge, int events) {
		this.sends++;
		return selected(edge);
	}

	private List<SimulatedEvent> selected(Edge edge) {
		return edge.selectsAll() ? this.shared : this.shared.stream().filter(edge::selects).toList();
	}

	@Override
	void dispatched(int taken, int leftover) {
		settle(taken);
		this.requested -= taken;
		// Those who rejected something have asked again.
		request();
		expectEqual(this.sends, edges().stream().filter((edge) -> !selected(edge).isEmpty()).count(), "a broadcast");
	}

}
