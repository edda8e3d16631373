package io.genstage.flow;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Flow;

import io.genstage.Cancellation;
import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.Peer;
import io.genstage.StageContext;
import io.genstage.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * A consumer that serves a subscriber: its end, whatever it comes from, is the end that
 * the subscriber hears of.
 *
 * @param <E> the type of the events
 */
final class SubscriberConsumer<E> implements ConsumerStage<E> {

	private final Flow.Subscriber<? super E> subscriber;

	private @Nullable StageContext context;

	/** Any thread looks at it for the status. */
	private volatile @Nullable SubscriberFeed<E> delivery;

	private boolean allEndedClean = true;

	private boolean completing;

	/** What had become of a producer that was not there any more. */
	private ExitReason pastEnd = ExitReason.NO_STAGE;

	SubscriberConsumer(Flow.Subscriber<? super E> subscriber) {
		this.subscriber = Objects.requireNonNull(subscriber, "a subscriber must not be null");
	}

	@Override
	public boolean asksItself() {
		return true;
	}

	@Override
	public boolean reportsHandled() {
		return true;
	}

	@Override
	public void onStart(StageContext context) {
		if (this.context != null) {
			throw new IllegalStateException("a subscriber can be served only once: start a new stage with a new one");
		}
		this.context = context;
		SubscriberFeed<E> delivery = new SubscriberFeed<>(this.subscriber, context);
		this.delivery = delivery;
		delivery.begin();
	}

	@Override
	public void onSubscribe(Peer peer, Subscription subscription) {
		delivery().addProducer(subscription);
	}

	@Override
	public void handleEvents(List<E> events, Subscription from) {
		delivery().receive(events, from);
	}

	@Override
	public void onInfo(Object message) throws Exception {
		if (!delivery().isRequest(message)) {
			ConsumerStage.super.onInfo(message);
			return;
		}
		delivery().advance();
		completeIfDone();
	}

	/**
	 * The cancel mode decides what the end of one producer means. When all have come to a
	 * clean end there is nothing to decide.
	 */
	@Override
	public void onCancel(Subscription subscription, Cancellation cancellation) {
		ExitReason reason = cancellation.reason();
		if (reason.equals(ExitReason.NO_STAGE)) {
			reason = pastEndOf(subscription);
		}
		this.allEndedClean &= reason.isClean();
		delivery().removeProducer(subscription);
		if (this.allEndedClean && !delivery().hasProducers()) {
			this.completing = true;
			completeIfDone();
		}
	}

	private ExitReason pastEndOf(Subscription subscription) {
		ExitReason exit = subscription.producer().status().exit();
		if (exit != null) {
			this.pastEnd = exit;
		}
		return this.pastEnd;
	}

	@Override
	public void onDrain(StageContext context) {
		this.completing = true;
		completeIfDone();
	}

	private void completeIfDone() {
		if (this.completing && this.context != null && backlog() == 0) {
			this.context.complete();
		}
	}

	@Override
	public long backlog() {
		SubscriberFeed<E> delivery = this.delivery;
		return (delivery != null) ? delivery.waiting() : 0;
	}

	@Override
	public void onStop(ExitReason reason) {
		delivery().end(reason.equals(ExitReason.NO_STAGE) ? this.pastEnd : reason);
	}

	private SubscriberFeed<E> delivery() {
		SubscriberFeed<E> delivery = this.delivery;
		if (delivery == null) {
			throw new IllegalStateException("not started");
		}
		return delivery;
	}

}
