package io.genstage.flow;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;

import io.genstage.ExitReason;
import io.genstage.StageContext;
import io.genstage.Subscription;

/**
 * Hands the events of a stage's producers to one subscriber, as many as it requests.
 * <p>
 * Each producer is asked for all that is requested, since nobody knows which of them will
 * have events. What several of them send beyond the request waits here for the next one.
 *
 * @param <E> the type of the events
 */
final class SubscriberFeed<E> {

	private final Flow.Subscriber<? super E> subscriber;

	private final Doorbell doorbell;

	private final StageSubscription requested;

	private final StageContext context;

	private final Map<Subscription, AskWindow> windows = new LinkedHashMap<>();

	/** Only the stage changes it; any thread may count it. */
	private final Queue<Waiting<E>> waiting = new ConcurrentLinkedQueue<>();

	SubscriberFeed(Flow.Subscriber<? super E> subscriber, StageContext context) {
		this.subscriber = subscriber;
		this.context = context;
		this.doorbell = new Doorbell(context.self()::tell);
		this.requested = new StageSubscription(context.self()::stop, this.doorbell);
	}

	void begin() {
		this.subscriber.onSubscribe(this.requested);
	}

	/** Returns whether a message says that the subscriber has requested something. */
	boolean isRequest(Object message) {
		return message == this.doorbell;
	}

	void addProducer(Subscription subscription) {
		this.windows.put(subscription,
				new AskWindow(subscription.options().maxDemand(), subscription.options().minDemand()));
		advance();
	}

	void removeProducer(Subscription subscription) {
		this.windows.remove(subscription);
	}

	boolean hasProducers() {
		return !this.windows.isEmpty();
	}

	void receive(List<E> events, Subscription from) {
		AskWindow window = this.windows.get(from);
		if (window != null) {
			window.arrived(events.size());
		}
		events.forEach((event) -> this.waiting.add(new Waiting<>(event, from)));
		advance();
	}

	/** Hands over what is requested and asks for what is missing. */
	void advance() {
		this.doorbell.answer();
		while (!this.waiting.isEmpty() && this.requested.take()) {
			handOver(this.waiting.remove());
		}
		long open = this.requested.open();
		this.windows.forEach((subscription, window) -> subscription.ask(window.cover(open)));
	}

	private void handOver(Waiting<E> next) {
		try {
			this.subscriber.onNext(next.event());
			this.context.handled(next.from(), List.of(next.event()));
		}
		catch (Throwable ex) {
			// By the rules it counts as cancelled: it must not hear of the end.
			this.requested.cancel();
			throw ex;
		}
	}

	/** Returns how many events wait for a request. Called by any thread. */
	int waiting() {
		return this.waiting.size();
	}

	/**
	 * Signals to the subscriber that there are no more events, unless it has cancelled.
	 */
	void end(ExitReason reason) {
		if (this.requested.isCancelled()) {
			return;
		}
		if (reason.isClean()) {
			this.subscriber.onComplete();
		}
		else {
			this.subscriber.onError(errorOf(reason));
		}
	}

	private static Throwable errorOf(ExitReason reason) {
		return (reason instanceof ExitReason.Failure failure) ? failure.cause() : new StageEndedException(reason);
	}

	/**
	 * An event that was not requested yet.
	 *
	 * @param event the event
	 * @param from the subscription it came by
	 * @param <E> the type of the event
	 */
	private record Waiting<E>(E event, Subscription from) {
	}

}
