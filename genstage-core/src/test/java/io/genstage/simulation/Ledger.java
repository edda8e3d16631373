package io.genstage.simulation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.genstage.Cancellation;
import io.genstage.Discard;
import io.genstage.ExitReason;
import io.genstage.Peer;
import io.genstage.StageListener;
import io.genstage.StageRef;
import io.genstage.Subscription;

/**
 * Takes down what happens on every edge, and what must not happen.
 */
final class Ledger implements StageListener {

	private final Map<Subscription, Edge> edges = new LinkedHashMap<>();

	private final Violations violations = new Violations();

	private final List<String> trace = new ArrayList<>();

	private final boolean tracing;

	Ledger(boolean tracing) {
		this.tracing = tracing;
	}

	Violations violations() {
		return this.violations;
	}

	Edge edge(Subscription subscription) {
		return this.edges.computeIfAbsent(subscription, Edge::new);
	}

	Collection<Edge> edges() {
		return this.edges.values();
	}

	/** Notes a step, which is only put into words if somebody will read it. */
	void trace(Object what, String step, Object detail) {
		if (this.tracing) {
			this.trace.add("%s: %s %s".formatted(what, step, detail));
		}
	}

	List<String> trace() {
		return this.trace;
	}

	@Override
	public void onStop(StageRef stage, ExitReason reason) {
		trace(stage, "stopped,", reason);
		for (Edge edge : this.edges.values()) {
			if (edge.producer() == stage || edge.consumer() == stage) {
				edge.ending();
			}
		}
	}

	@Override
	public void onSubscribe(Peer peer, Subscription subscription) {
		trace(subscription, "is known on the side whose peer is a", peer);
		edge(subscription);
	}

	@Override
	public void onCancel(Peer peer, Subscription subscription, Cancellation cancellation) {
		trace(subscription, (peer == Peer.PRODUCER) ? "ended for the consumer," : "ended for the producer,",
				cancellation);
		Edge edge = edge(subscription);
		if (peer == Peer.PRODUCER) {
			edge.end(cancellation, this.violations);
		}
		else {
			edge.leave();
		}
	}

	@Override
	public void onAsk(Subscription subscription, long demand) {
		trace(subscription, "ask", demand);
		edge(subscription).ask(demand, this.violations);
	}

	@Override
	public void onSend(Subscription subscription, int events) {
		trace(subscription, "send", events);
	}

	@Override
	public void onHandle(Subscription subscription, List<?> events) {
		trace(subscription, "handled", events.size());
		edge(subscription).handled(events.size());
	}

	@Override
	public void onDiscard(StageRef stage, Discard discard) {
		trace(stage, "discarded", discard);
		this.violations.unless(!discard.events().isEmpty(),
				() -> "%s has discarded %s, and nobody knows which".formatted(stage, discard));
	}

}
