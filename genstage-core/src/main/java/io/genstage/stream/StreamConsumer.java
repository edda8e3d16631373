package io.genstage.stream;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.genstage.CancelMode;
import io.genstage.Cancellation;
import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.StageContext;
import io.genstage.StageRef;
import io.genstage.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * The stage behind a stream: subscribes, and hands over what comes. It asks for the first
 * events only; the reader asks for more.
 *
 * @param <E> the type of the events
 */
final class StreamConsumer<E> implements ConsumerStage<E> {

	/*
	 * To the engine all subscriptions are temporary, since the stage must outlive them
	 * until each has been confirmed to be cancelled. What their real modes say is decided
	 * here.
	 */

	private final Handover<E> handover;

	private final Release release;

	private final Map<Subscription, CancelMode> open = new LinkedHashMap<>();

	/** Subscriptions on their way to be opened. */
	private int opening;

	/** Set when no new source is wanted, but all that comes from the others still is. */
	private boolean draining;

	/** Set when nothing is wanted any more. */
	private boolean leaving;

	private @Nullable StageContext context;

	StreamConsumer(Handover<E> handover, Release release) {
		this.handover = handover;
		this.release = release;
	}

	@Override
	public void onStart(StageContext context) {
		this.context = context;
		subscribeToRequested();
		// Comes behind the subscribing, which is done by messages to itself.
		context.self().tell(Step.RELEASE);
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
	public void handleEvents(List<E> events, Subscription from) {
		if (this.leaving || !this.handover.deliver(new Portion<>(from, events))) {
			context().discard(from, events, "the stream that reads them has ended", null);
		}
	}

	/** Events are handled when the reader has taken them. */

	private void report(Portion<E> delivery) {
		context().handled(delivery.from(), delivery.events());
	}

	@Override
	public long backlog() {
		return this.handover.waiting();
	}

	@Override
	public void onInfo(Object message) throws Exception {
		if (message instanceof Step step) {
			take(step);
		}
		else {
			ConsumerStage.super.onInfo(message);
		}
	}

	private void take(Step step) {
		switch (step) {
			case SUBSCRIBE -> subscribeToRequested();
			case RELEASE ->
				this.release.tell(this.open.keySet().stream().map(Subscription::producer).distinct().toList());
			case TAKEN -> this.handover.taken().forEach(this::report);
			case LEAVE -> leave();
		}
	}

	private void subscribeToRequested() {
		this.handover.requested().forEach(this::subscribe);
	}

	private void subscribe(Source source) {
		Optional<StageRef> producer = source.find();
		if (this.draining) {
			this.handover.drop();
		}
		else if (producer.isEmpty()) {
			end(source.name(), source.cancel(), ExitReason.NO_STAGE);
		}
		else if (!this.leaving) {
			this.opening++;
			// Completed by this stage itself, in its turn and before the first events.
			context().self()
				.subscribeTo(producer.get(), source.options().withCancel(CancelMode.TEMPORARY))
				.thenAccept((subscription) -> opened(subscription, source.cancel()));
		}
	}

	private void opened(Subscription subscription, CancelMode mode) {
		this.opening--;
		this.open.put(subscription, mode);
		if (this.leaving || this.draining) {
			subscription.cancel(ExitReason.NORMAL);
		}
		else {
			subscription.ask(subscription.options().maxDemand());
		}
	}

	@Override
	public void onCancel(Subscription subscription, Cancellation cancellation) {
		CancelMode mode = this.open.remove(subscription);
		if (mode != null) {
			end(subscription.producer().name(), mode, cancellation.reason());
			completeWhenAlone();
		}
	}

	private void end(String producer, CancelMode mode, ExitReason reason) {
		if (mode.stopsFor(reason) && !this.draining) {
			this.handover.fail(() -> new EventStreamException(
					"the stream has ended because its producer '%s' has: %s".formatted(producer, reason), reason));
			leave();
		}
		else {
			this.handover.drop();
		}
	}

	/** Cancels everything; what was on its way is discarded. */
	private void leave() {
		if (!this.leaving) {
			this.leaving = true;
			cancelAll();
			completeWhenAlone();
		}
	}

	/** Lets the reader take what has come, and then ends as if the producers had. */
	@Override
	public void onDrain(StageContext context) {
		this.draining = true;
		cancelAll();
	}

	private void cancelAll() {
		this.open.keySet().forEach((subscription) -> subscription.cancel(ExitReason.NORMAL));
	}

	private void completeWhenAlone() {
		if (this.leaving && this.open.isEmpty() && this.opening == 0) {
			context().complete();
		}
	}

	@Override
	public void onStop(ExitReason reason) {
		// The reader gets what is left, unless it has closed the stream.
		this.handover.takenOrLeft().forEach(this::report);
		this.handover.fail(() -> new EventStreamException(
				"the stream has ended because its own stage was stopped: %s".formatted(reason), reason));
	}

	private StageContext context() {
		if (this.context == null) {
			throw new IllegalStateException("not started");
		}
		return this.context;
	}

	/**
	 * What the reader wants of it.
	 */
	enum Step {

		/** To subscribe to what was requested. */
		SUBSCRIBE,

		/** To set the demand mode. */
		RELEASE,

		/** To count what it has taken. */
		TAKEN,

		/** To end. */
		LEAVE

	}

}
