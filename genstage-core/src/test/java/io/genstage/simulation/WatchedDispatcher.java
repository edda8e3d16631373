package io.genstage.simulation;

import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.genstage.Subscription;
import io.genstage.dispatch.Dispatcher;
import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.Outlet;
import io.genstage.dispatch.Subscriber;

/**
 * A dispatcher of the engine between two observers: it compares every answer and every
 * send with what the accounts of the edges allow.
 */
final class WatchedDispatcher implements Dispatcher<SimulatedEvent>, Outlet<SimulatedEvent> {

	private final boolean broadcast;

	private final Dispatcher<SimulatedEvent> watched;

	private final Outlet<SimulatedEvent> outlet;

	private final SimulatedStage emitter;

	private final Ledger ledger;

	private final Set<Edge> edges = new LinkedHashSet<>();

	/** Demand passed on for subscribers that have left (demand dispatcher). */
	private long leftBehind;

	/** Demand passed on and not met (broadcast dispatcher). */
	private long requested;

	private List<SimulatedEvent> dispatching = List.of();

	private int sentOnce;

	private int sends;

	private long dispatched;

	private final BitSet sentNumbers = new BitSet();

	WatchedDispatcher(boolean broadcast, DispatcherFactory<SimulatedEvent> watched, Outlet<SimulatedEvent> outlet,
			SimulatedStage emitter) {
		this.broadcast = broadcast;
		this.watched = watched.create(this);
		this.outlet = outlet;
		this.emitter = emitter;
		this.ledger = emitter.ledger();
	}

	@Override
	public long subscribe(Subscriber subscriber) {
		long net = this.watched.subscribe(subscriber);
		Edge edge = edge(subscriber);
		this.ledger.violations()
			.unless(!this.broadcast || this.edges.stream()
				.noneMatch((other) -> other.subscription().consumer() == edge.subscription().consumer()),
					() -> "%s was accepted although its consumer is subscribed already".formatted(subscriber));
		edge.dispatched();
		this.edges.add(edge);
		expectNet(net, 0, "subscribe");
		return net;
	}

	@Override
	public long ask(Subscriber subscriber, long demand) {
		edge(subscriber).opened(demand);
		long net = this.watched.ask(subscriber, demand);
		expectNet(net, this.broadcast ? netOfBroadcast() : demand - reuse(demand), "ask");
		return net;
	}

	@Override
	public long cancel(Subscriber subscriber) {
		Edge edge = edge(subscriber);
		this.edges.remove(edge);
		long net = this.watched.cancel(subscriber);
		if (!this.broadcast) {
			this.leftBehind += edge.open();
		}
		expectNet(net, (this.broadcast && !this.edges.isEmpty()) ? netOfBroadcast() : 0, "cancel");
		return net;
	}

	private long reuse(long demand) {
		long reused = Math.min(this.leftBehind, demand);
		this.leftBehind -= reused;
		return reused;
	}

	private long netOfBroadcast() {
		long net = Math.max(expectedOpenDemand() - this.requested, 0);
		this.requested += net;
		return net;
	}

	private void expectNet(long net, long expected, String step) {
		this.ledger.violations()
			.unless(net == expected,
					() -> "%s, %s: a net demand of %d instead of %d".formatted(this.emitter, step, net, expected));
		if (net > 0) {
			this.emitter.demanded();
		}
		expectOpenDemand();
	}

	private void expectOpenDemand() {
		long expected = expectedOpenDemand();
		this.ledger.violations()
			.unless(this.watched.openDemand() == expected,
					() -> "an open demand of %d instead of %d".formatted(this.watched.openDemand(), expected));
	}

	private long expectedOpenDemand() {
		long sum = 0;
		long least = Long.MAX_VALUE;
		for (Edge edge : this.edges) {
			sum += edge.open();
			least = Math.min(least, edge.open());
		}
		return this.broadcast ? ((least == Long.MAX_VALUE) ? 0 : least) : sum;
	}

	@Override
	public List<SimulatedEvent> dispatch(List<SimulatedEvent> events) {
		Violations violations = this.ledger.violations();
		violations.unless(!events.isEmpty(), () -> "nothing to dispatch");
		this.dispatching = events;
		this.sentOnce = 0;
		this.sends = 0;
		List<SimulatedEvent> leftover = this.watched.dispatch(events);
		int sent = events.size() - leftover.size();
		violations.unless(leftover.equals(events.subList(Math.max(sent, 0), events.size())),
				() -> "%s left over of %s".formatted(leftover, events));
		violations.unless(this.sentOnce == sent,
				() -> "%d sent, %d left over of %d".formatted(this.sentOnce, leftover.size(), events.size()));
		violations.unless(!this.broadcast || sent == 0 || this.sends == this.edges.size(),
				() -> "broadcast to %d of %d subscribers".formatted(this.sends, this.edges.size()));
		expectOpenDemand();
		violations.unless(leftover.isEmpty() || openDemand() == 0,
				() -> "%s left over, but %d could be sent".formatted(leftover, openDemand()));
		if (this.broadcast) {
			this.requested -= sent;
		}
		this.leftBehind = Math.max(this.leftBehind - leftover.size(), 0);
		this.dispatched += sent;
		expectOrder(events, sent);
		return leftover;
	}

	private void expectOrder(List<SimulatedEvent> events, int sent) {
		for (SimulatedEvent event : events.subList(0, sent)) {
			int number = Math.toIntExact(event.number());
			boolean inOrder = this.emitter.mayReorder() ? !this.sentNumbers.get(number)
					: this.sentNumbers.length() <= number;
			this.ledger.violations()
				.unless(inOrder, () -> "%s was sent after number %d".formatted(event, this.sentNumbers.length() - 1));
			this.sentNumbers.set(number);
		}
	}

	@Override
	public void send(Subscriber subscriber, List<SimulatedEvent> events) {
		Edge edge = edge(subscriber);
		Violations violations = this.ledger.violations();
		violations.unless(this.edges.contains(edge), () -> "sent to %s, which has left".formatted(subscriber));
		violations.unless(!events.isEmpty(), () -> "nothing sent to %s".formatted(subscriber));
		int from = this.broadcast ? 0 : this.sentOnce;
		violations.unless(
				from + events.size() <= this.dispatching.size()
						&& events.equals(this.dispatching.subList(from, from + events.size())),
				() -> "sent %s of %s to %s".formatted(events, this.dispatching, subscriber));
		violations.unless(!this.broadcast || this.sends == 0 || events.size() == this.sentOnce,
				() -> "sent %d events to %s, %d to others".formatted(events.size(), subscriber, this.sentOnce));
		this.sentOnce = from + events.size();
		this.sends++;
		edge.send(events, violations);
		this.outlet.send(subscriber, events);
	}

	@Override
	public void discard(int count) {
		this.outlet.discard(count);
	}

	@Override
	public void warn(String message) {
		// Subscribers ask for different demands here on purpose.
	}

	@Override
	public long openDemand() {
		return this.watched.openDemand();
	}

	/** Returns how many events have been sent, to however many subscribers. */
	long dispatched() {
		return this.dispatched;
	}

	private Edge edge(Subscriber subscriber) {
		return this.ledger.edge((Subscription) subscriber);
	}

}
