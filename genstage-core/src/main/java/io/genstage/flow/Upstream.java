package io.genstage.flow;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * One subscription of a stage to a publisher. The publisher's threads lay down what it
 * signals; the stage fetches it, and alone requests and cancels.
 *
 * @param <E> the type of the events
 */
final class Upstream<E> implements Flow.Subscriber<E> {

	/*
	 * The end is read before the events: whoever has seen the end sees all events that
	 * came before it. The other way round, the last event could come between the two
	 * looks and be forgotten (FlowLincheckTests finds the schedule).
	 */

	private final Doorbell doorbell;

	/** Nothing, the publisher's subscription, or {@link NoSubscription} for ever. */
	private final AtomicReference<Flow.@Nullable Subscription> subscription = new AtomicReference<>();

	private final Queue<E> arrived = new ConcurrentLinkedQueue<>();

	/** How many events the publisher may still send. */
	private final AtomicLong due = new AtomicLong();

	private final AtomicReference<@Nullable End> end = new AtomicReference<>();

	Upstream(Doorbell doorbell) {
		this.doorbell = doorbell;
	}

	// What the publisher calls, on its threads, one call at a time

	@Override
	public void onSubscribe(Flow.Subscription subscription) {
		Objects.requireNonNull(subscription, "a subscription must not be null");
		if (this.subscription.compareAndSet(null, subscription)) {
			this.doorbell.ring();
		}
		else {
			subscription.cancel();
		}
	}

	@Override
	public void onNext(E event) {
		Objects.requireNonNull(event, "an event must not be null");
		if (this.end.get() != null) {
			return;
		}
		if (this.due.get() == 0) {
			end(new End(new IllegalStateException(
					"the publisher has sent an event that was not requested (Reactive Streams, rule 1.1)")));
			return;
		}
		this.due.decrementAndGet();
		this.arrived.add(event);
		this.doorbell.ring();
	}

	@Override
	public void onError(Throwable error) {
		Objects.requireNonNull(error, "an error must not be null");
		this.subscription.set(NoSubscription.INSTANCE);
		end(new End(error));
	}

	@Override
	public void onComplete() {
		this.subscription.set(NoSubscription.INSTANCE);
		end(End.COMPLETE);
	}

	private void end(End end) {
		if (this.end.compareAndSet(null, end)) {
			this.doorbell.ring();
		}
	}

	// What the stage calls

	/**
	 * Returns what has arrived, in order.
	 * @param limit the most events to return; the others are left, and the end with them
	 */
	Arrival<E> fetch(long limit) {
		End seen = this.end.get();
		List<E> events = new ArrayList<>();
		while (events.size() < limit && !this.arrived.isEmpty()) {
			events.add(this.arrived.remove());
		}
		return new Arrival<>(Collections.unmodifiableList(events), this.arrived.isEmpty() ? seen : null);
	}

	/** Returns how many events wait to be fetched. Called by any thread. */
	int waiting() {
		return this.arrived.size();
	}

	/** Returns whether requests have somewhere to go. */
	boolean isSubscribed() {
		return this.subscription.get() != null;
	}

	void request(long demand) {
		Flow.Subscription subscription = this.subscription.get();
		if (subscription == null) {
			throw new IllegalStateException("there is no subscription yet");
		}
		this.due.addAndGet(demand);
		subscription.request(demand);
	}

	/** Takes in nothing new; what has arrived is still to be fetched. */
	void cancel() {
		end(End.COMPLETE);
		Flow.Subscription subscription = this.subscription.getAndSet(NoSubscription.INSTANCE);
		if (subscription != null) {
			subscription.cancel();
		}
	}

	/**
	 * What the publisher has signalled since the last look.
	 *
	 * @param events the events
	 * @param end how it ended after these events, or null if it goes on or if events are
	 * left
	 */
	record Arrival<E>(List<E> events, @Nullable End end) {
	}

	/**
	 * How the publisher ended.
	 *
	 * @param error why it can't go on, or null if it has sent everything
	 */
	record End(@Nullable Throwable error) {

		static final End COMPLETE = new End(null);

	}

}
