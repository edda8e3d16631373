package io.genstage.flow;

import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;

import io.genstage.CancelMode;
import io.genstage.ExitReason;
import io.genstage.StageRef;
import io.genstage.StageStartException;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.log.StageLog;

/**
 * The events of a stage for subscribers from outside, each of which is served by a
 * consumer stage of its own.
 *
 * @param <E> the type of the events
 */
final class StagePublisher<E> implements Flow.Publisher<E> {

	private static final System.Logger logger = StageLog.of(StagePublisher.class);

	/** Names of stages are unique in a system, and several publishers may share one. */
	private static final AtomicLong subscribers = new AtomicLong();

	private final StageSystem system;

	private final StageRef producer;

	private final SubscribeOptions options;

	StagePublisher(StageSystem system, StageRef producer, SubscribeOptions options) {
		if (!producer.status().kind().produces()) {
			throw new IllegalArgumentException("%s is a consumer, which has no events to publish".formatted(producer));
		}
		this.system = system;
		this.producer = producer;
		this.options = options.withCancel(CancelMode.PERMANENT);
	}

	@Override
	public void subscribe(Flow.Subscriber<? super E> subscriber) {
		serve(subscriber);
	}

	/** Serves a subscriber; the answer completes when it gets nothing more. */
	CompletionStage<ExitReason> serve(Flow.Subscriber<? super E> subscriber) {
		Objects.requireNonNull(subscriber, "a subscriber must not be null");
		StageRef consumer;
		try {
			consumer = this.system.start("flow subscriber " + subscribers.incrementAndGet(),
					new SubscriberConsumer<>(subscriber));
		}
		catch (StageStartException ex) {
			logger.log(Level.ERROR, () -> "subscriber %s threw when %s accepted it, which counts as a cancel"
				.formatted(subscriber.getClass().getName(), this.producer), ex);
			return CompletableFuture.completedFuture(ExitReason.failure(ex));
		}
		catch (IllegalStateException ex) {
			// The system is closed. The rules don't allow to throw that.
			subscriber.onSubscribe(NoSubscription.INSTANCE);
			subscriber.onError(ex);
			return CompletableFuture.completedFuture(ExitReason.failure(ex));
		}
		consumer.subscribeTo(this.producer, this.options);
		return consumer.whenStopped();
	}

}
