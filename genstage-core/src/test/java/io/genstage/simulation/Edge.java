package io.genstage.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Predicate;

import io.genstage.Cancellation;
import io.genstage.ExitReason;
import io.genstage.StageRef;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.dispatch.Subscriber;
import org.jspecify.annotations.Nullable;

/**
 * What the simulation knows of one subscription: the same accounts as the engine keeps,
 * but taken down from what was seen.
 */
final class Edge {

	private final Subscription subscription;

	private final SubscribeOptions options;

	private final Deque<SimulatedEvent> underWay = new ArrayDeque<>();

	/**
	 * The sizes of the messages under way, without what has been handled of the first.
	 */
	private final Queue<Integer> messages = new ArrayDeque<>();

	private int leftOfMessage;

	private int largestMessage;

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

	/** Set when an ask by hand was not counted, as it came after the end. */
	private boolean closed;

	/** Set when another one took its place before it had ended. */
	private boolean replaced;

	/** How it ended for the consumer. */
	private @Nullable Cancellation end;

	Edge(Subscription subscription) {
		this.subscription = subscription;
		this.options = subscription.options();
	}

	Subscription subscription() {
		return this.subscription;
	}

	SubscribeOptions options() {
		return this.options;
	}

	StageRef producer() {
		return this.subscription.producer();
	}

	StageRef consumer() {
		return this.subscription.consumer();
	}

	boolean isManual() {
		return this.options.manual();
	}

	// The consumer's side

	/**
	 * Asks for the consumer, which doesn't do that by itself. It has no effect after the
	 * end, of which the engine may know before the callbacks do.
	 */
	void askByHand(long demand) {
		long before = this.subscription.status().asked();
		this.subscription.ask(demand);
		long counted = this.subscription.status().asked() - before;
		this.asked += counted;
		this.outstanding += counted;
		this.closed |= counted < demand;
	}

	void ask(long demand, Violations violations) {
		long expected = (this.asked == 0) ? this.options.maxDemand() : this.options.maxDemand() - this.outstanding;
		violations.unless(this.asked == 0 || this.outstanding <= this.options.minDemand(),
				() -> "%s: asked with %d events outstanding".formatted(this.subscription, this.outstanding));
		violations.unless(demand == expected && !isManual(),
				() -> "%s: asked for %d events instead of %d".formatted(this.subscription, demand, expected));
		this.asked += demand;
		this.outstanding += demand;
	}

	void receive(List<SimulatedEvent> batch, Violations violations) {
		int expectedSize = nextBatchSize();
		this.leftOfMessage -= batch.size();
		violations.unless(batch.size() == expectedSize, () -> "%s: a batch of %d events instead of %d"
			.formatted(this.subscription, batch.size(), expectedSize));
		violations.unless(this.ending || isManual() || this.outstanding > this.options.minDemand(),
				() -> "%s: did not ask although only %d were outstanding".formatted(this.subscription,
						this.outstanding));
		violations.unless(this.end == null, () -> "%s: got %s after its end".formatted(this.subscription, batch));
		for (SimulatedEvent event : batch) {
			SimulatedEvent expected = this.underWay.poll();
			violations.unless(event.equals(expected),
					() -> "%s: got %s instead of %s".formatted(this.subscription, event, expected));
		}
	}

	private int nextBatchSize() {
		if (this.leftOfMessage == 0 && !this.messages.isEmpty()) {
			this.leftOfMessage = this.messages.remove();
		}
		return isManual() ? this.leftOfMessage
				: Math.min(this.leftOfMessage, this.options.maxDemand() - this.options.minDemand());
	}

	void handled(int events) {
		this.handled += events;
		this.outstanding -= events;
	}

	void replace() {
		this.replaced |= this.end == null;
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

	boolean selectsAll() {
		return !this.options.attributes().containsKey(Subscriber.SELECTOR);
	}

	@SuppressWarnings("unchecked") // the simulation selects simulated events only
	boolean selects(SimulatedEvent event) {
		return selectsAll()
				|| ((Predicate<SimulatedEvent>) this.options.attributes().get(Subscriber.SELECTOR)).test(event);
	}

	void send(List<SimulatedEvent> events, Violations violations) {
		violations.unless(events.size() <= this.open, () -> "%s: sent %d events where %d were asked for"
			.formatted(this.subscription, events.size(), this.open));
		violations.unless(!this.left, () -> "%s: sent %s after it was cancelled".formatted(this.subscription, events));
		this.open -= events.size();
		this.sent += events.size();
		this.underWay.addAll(events);
		this.messages.add(events.size());
		this.largestMessage = Math.max(this.largestMessage, events.size());
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

	/** Returns whether it has ended in a way that stops its consumer. */
	boolean stopsConsumer() {
		if (this.end == null || this.end.reason().equals(ExitReason.ALREADY_SUBSCRIBED)) {
			return false;
		}
		return switch (this.options.cancel()) {
			case PERMANENT -> true;
			case TRANSIENT -> !this.end.reason().isClean();
			case TEMPORARY -> false;
		};
	}

	ExitReason endReason() {
		return Objects.requireNonNull(this.end).reason();
	}

	boolean isClosed() {
		return this.closed;
	}

	boolean isReplaced() {
		return this.replaced;
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

	int largestMessage() {
		return this.largestMessage;
	}

}
