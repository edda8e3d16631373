package io.genstage.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import io.genstage.Cancellation;
import io.genstage.ExitReason;
import io.genstage.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * What the simulation knows of one subscription: the same accounts as the engine keeps,
 * but taken down from what was seen.
 */
final class Edge {

	private final Subscription subscription;

	private final Deque<SimulatedEvent> underWay = new ArrayDeque<>();

	/** Asked for and not sent, as the dispatcher was told. */
	private long open;

	/** Whether the dispatcher has it. */
	private boolean dispatched;

	/** Asked for and not handled, as the consumer has it. */
	private long outstanding;

	private long asked;

	private long sent;

	private long handled;

	/**
	 * Set as soon as either side has begun to end it; then nobody has to ask any more.
	 */
	private boolean ending;

	/** Set when the producer has forgotten it. */
	private boolean left;

	/** How it ended for the consumer. */
	private @Nullable Cancellation end;

	Edge(Subscription subscription) {
		this.subscription = subscription;
	}

	Subscription subscription() {
		return this.subscription;
	}

	// The consumer's side

	void ask(long demand, Violations violations) {
		int max = this.subscription.options().maxDemand();
		long expected = (this.asked == 0) ? max : max - this.outstanding;
		violations.unless(this.asked == 0 || this.outstanding <= this.subscription.options().minDemand(),
				() -> "%s: asked with %d events outstanding".formatted(this.subscription, this.outstanding));
		violations.unless(demand == expected,
				() -> "%s: asked for %d events instead of %d".formatted(this.subscription, demand, expected));
		this.asked += demand;
		this.outstanding += demand;
	}

	void receive(List<SimulatedEvent> batch, Violations violations) {
		int limit = this.subscription.options().maxDemand() - this.subscription.options().minDemand();
		violations.unless(!batch.isEmpty() && batch.size() <= limit,
				() -> "%s: a batch of %d events".formatted(this.subscription, batch.size()));
		violations.unless(this.ending || this.outstanding > this.subscription.options().minDemand(),
				() -> "%s: did not ask although only %d were outstanding".formatted(this.subscription,
						this.outstanding));
		violations.unless(this.end == null, () -> "%s: got %s after its end".formatted(this.subscription, batch));
		for (SimulatedEvent event : batch) {
			SimulatedEvent expected = this.underWay.poll();
			violations.unless(event.equals(expected),
					() -> "%s: got %s instead of %s".formatted(this.subscription, event, expected));
		}
	}

	void handled(int events) {
		this.handled += events;
		this.outstanding -= events;
	}

	void end(Cancellation cancellation, Violations violations) {
		violations.unless(this.underWay.isEmpty(),
				() -> "%s: its end overtook %s".formatted(this.subscription, this.underWay));
		violations.unless(this.end == null, () -> "%s: ended twice".formatted(this.subscription));
		this.ending = true;
		this.end = cancellation;
	}

	// The producer's side

	void dispatched() {
		this.dispatched = true;
	}

	void opened(long demand) {
		this.open += demand;
	}

	void send(List<SimulatedEvent> events, Violations violations) {
		violations.unless(events.size() <= this.open, () -> "%s: sent %d events where %d were asked for"
			.formatted(this.subscription, events.size(), this.open));
		violations.unless(!this.left, () -> "%s: sent %s after it was cancelled".formatted(this.subscription, events));
		this.open -= events.size();
		this.sent += events.size();
		this.underWay.addAll(events);
	}

	void leave() {
		this.ending = true;
		this.left = true;
	}

	void ending() {
		this.ending = true;
	}

	// At rest

	boolean isEnding() {
		return this.ending;
	}

	boolean hasEnded() {
		return this.end != null;
	}

	/** Returns whether its end is one that stops the consumer. */
	boolean hasEndedBadly() {
		if (this.end == null || this.end.reason().equals(ExitReason.ALREADY_SUBSCRIBED)) {
			return false;
		}
		return switch (this.subscription.options().cancel()) {
			case PERMANENT -> true;
			case TRANSIENT -> !this.end.reason().isClean();
			case TEMPORARY -> false;
		};
	}

	boolean isDispatched() {
		return this.dispatched;
	}

	long open() {
		return this.open;
	}

	long outstanding() {
		return this.outstanding;
	}

	long asked() {
		return this.asked;
	}

	long sent() {
		return this.sent;
	}

	long handled() {
		return this.handled;
	}

	int underWay() {
		return this.underWay.size();
	}

}
