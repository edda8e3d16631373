package io.genstage.simulation;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.dispatch.Dispatcher;
import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.Outlet;
import io.genstage.dispatch.Subscriber;
import io.genstage.dispatch.SubscriptionRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * A dispatcher of the engine between two observers: it compares every answer and every
 * send with what the accounts of the edges allow. What is special about a kind of
 * dispatcher is known to the subclasses.
 */
abstract class WatchedDispatcher implements Dispatcher<SimulatedEvent>, Outlet<SimulatedEvent> {

	private final SimulatedEmitter emitter;

	private final Outlet<SimulatedEvent> outlet;

	private final Dispatcher<SimulatedEvent> watched;

	private final Set<Edge> edges = new LinkedHashSet<>();

	private long settled;

	WatchedDispatcher(SimulatedEmitter emitter, Outlet<SimulatedEvent> outlet,
			DispatcherFactory<SimulatedEvent> watched) {
		this.emitter = emitter;
		this.outlet = outlet;
		this.watched = watched.create(this);
		emitter.dispatchBy(this);
	}

	// What the kinds know

	/** Returns subscriptions that together can get every event, each with the options. */
	List<SubscribeOptions> coverAll(SubscribeOptions options) {
		return List.of(options);
	}

	/** Returns the options with something of what only this kind understands. */
	SubscribeOptions vary(SubscribeOptions options, Random random) {
		return options;
	}

	/** Returns whether a new subscription is to be accepted. */
	boolean isWelcome(Edge newcomer) {
		return true;
	}

	/** Returns the net demand of an ask, which the edge has counted already. */
	abstract long netOfAsk(long demand);

	/** Returns the net demand when a subscription has been removed. */
	abstract long netOfCancel(Edge left);

	/** Returns how many events could be sent now. */
	abstract long expectedOpenDemand();

	/** Returns how many of the events are to be taken, the first ones. */
	abstract int expectTaken(List<SimulatedEvent> events);

	/** Returns what a subscription is to be sent next, if it is sent so many events. */
	abstract List<SimulatedEvent> expectSend(Edge edge, int events);

	/** Called when so many events were taken and the others left over. */
	abstract void dispatched(int taken, int leftover);

	/** Called after each step. */
	void checkStep() {
		expectEqual(this.watched.openDemand(), expectedOpenDemand(), "open demand");
	}

	// The engine's side

	@Override
	public final long subscribe(Subscriber subscriber) {
		Edge edge = edge(subscriber);
		boolean welcome = isWelcome(edge);
		try {
			long net = this.watched.subscribe(subscriber);
			violations().unless(welcome, () -> "%s must not be accepted".formatted(subscriber));
			edge.dispatched();
			this.edges.add(edge);
			expectNet(net, 0, "subscribe");
			return net;
		}
		catch (SubscriptionRefusedException ex) {
			violations().unless(!welcome, () -> "%s must not be refused".formatted(subscriber));
			throw ex;
		}
	}

	@Override
	public final long ask(Subscriber subscriber, long demand) {
		edge(subscriber).opened(demand);
		long net = this.watched.ask(subscriber, demand);
		expectNet(net, netOfAsk(demand), "ask");
		return net;
	}

	@Override
	public final long cancel(Subscriber subscriber) {
		Edge edge = edge(subscriber);
		this.edges.remove(edge);
		long net = this.watched.cancel(subscriber);
		expectNet(net, netOfCancel(edge), "cancel");
		return net;
	}

	private void expectNet(long net, long expected, String step) {
		expectEqual(net, expected, "net demand of " + step);
		if (net > 0) {
			this.emitter.demanded();
		}
		checkStep();
	}

	@Override
	public final List<SimulatedEvent> dispatch(List<SimulatedEvent> events) {
		violations().unless(!events.isEmpty(), () -> "nothing to dispatch");
		this.emitter.outbox().offer(events, openDemand());
		int taken = expectTaken(events);
		List<SimulatedEvent> expected = events.subList(taken, events.size());
		List<SimulatedEvent> leftover = this.watched.dispatch(events);
		violations().unless(leftover.equals(expected),
				() -> "%s left over instead of %s".formatted(leftover, expected));
		dispatched(taken, expected.size());
		this.emitter.outbox().taken(taken, expected, openDemand());
		checkStep();
		return leftover;
	}

	@Override
	public final void send(Subscriber subscriber, List<SimulatedEvent> events) {
		Edge edge = edge(subscriber);
		violations().unless(this.edges.contains(edge), () -> "sent to %s, which has left".formatted(subscriber));
		violations().unless(!events.isEmpty(), () -> "nothing sent to %s".formatted(subscriber));
		List<SimulatedEvent> expected = expectSend(edge, events.size());
		violations().unless(events.equals(expected),
				() -> "sent %s to %s instead of %s".formatted(events, subscriber, expected));
		edge.send(events, violations());
		this.outlet.send(subscriber, events);
	}

	@Override
	public void discard(List<SimulatedEvent> events) {
		this.outlet.discard(events);
	}

	@Override
	public void discard(List<SimulatedEvent> events, String reason, @Nullable Throwable cause) {
		this.outlet.discard(events, reason, cause);
	}

	@Override
	public final void discard(Subscriber subscriber, List<SimulatedEvent> events, String reason,
			@Nullable Throwable cause) {
		this.outlet.discard(subscriber, events, reason, cause);
	}

	@Override
	public final List<SimulatedEvent> takeHeld() {
		return this.watched.takeHeld();
	}

	@Override
	public final void warn(String message) {
		// Subscribers ask for different demands here on purpose.
	}

	@Override
	public final long openDemand() {
		return this.watched.openDemand();
	}

	@Override
	public final long held() {
		return this.watched.held();
	}

	@Override
	public final void afterHeld(Runnable action) {
		this.watched.afterHeld(action);
	}

	// The accounts

	final SimulatedEmitter emitter() {
		return this.emitter;
	}

	final Set<Edge> edges() {
		return this.edges;
	}

	/** Counts events that nobody waits for any more: sent, or wanted by nobody. */
	final void settle(int events) {
		this.settled += events;
	}

	/** Returns how many events have been sent or were not wanted. */
	final long settled() {
		return this.settled;
	}

	/** Returns what it has dropped since the last call. */
	List<SimulatedEvent> takeDropped() {
		return List.of();
	}

	boolean keepsAnyOfFirst(long events) {
		return false;
	}

	final void expectEqual(long actual, long expected, String what) {
		violations().unless(actual == expected,
				() -> "%s: %s of %d instead of %d".formatted(this.emitter, what, actual, expected));
	}

	final Violations violations() {
		return this.emitter.violations();
	}

	private Edge edge(Subscriber subscriber) {
		return this.emitter.ledger().edge((Subscription) subscriber);
	}

}
