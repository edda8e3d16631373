package io.genstage;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * A running consumer: handles events as they arrive.
 *
 * @param <E> the type of the events
 */
final class ConsumerActor<E> extends StageActor {

	private final ConsumerStage<E> stage;

	private final Inflow<E> inflow;

	private boolean completing;

	ConsumerActor(String name, ConsumerStage<E> stage, StageEnvironment environment) {
		super(name, stage, environment);
		this.stage = stage;
		this.inflow = new Inflow<>(this, stage::asksItself, stage::reportsHandled, (events, from) -> {
			stage.handleEvents(events, from);
			return Inflow.Emission.NONE;
		});
	}

	@Override
	void subscribeTo(StageRef producer, SubscribeOptions options, CompletableFuture<Subscription> reply)
			throws Exception {
		this.inflow.subscribe(producer, options, reply);
	}

	@Override
	void resubscribe(OpenSubscription old, ExitReason reason, SubscribeOptions options,
			CompletableFuture<Subscription> reply) throws Exception {
		this.inflow.resubscribe(old, reason, options, reply);
	}

	@Override
	@SuppressWarnings("unchecked") // the stage chose its producers
	void receive(OpenSubscription link, List<?> events) throws Exception {
		Inbound inbound = this.inflow.accept(link, events.size());
		if (inbound != null) {
			this.inflow.handle(inbound, (List<E>) events);
		}
	}

	@Override
	void loseProducer(OpenSubscription link, Cancellation cancellation) throws Exception {
		Inbound inbound = this.inflow.forget(link);
		if (inbound == null) {
			return;
		}
		listener().onCancel(Peer.PRODUCER, link, cancellation);
		this.stage.onCancel(link, cancellation);
		if (this.inflow.end(inbound, cancellation)) {
			stop(cancellation.reason());
		}
	}

	@Override
	void info(Object message) throws Exception {
		this.stage.onInfo(message);
	}

	@Override
	void infoBehindEvents(Object message) {
		release(message);
	}

	@Override
	void call(Object request, Caller caller) throws Exception {
		this.stage.onCall(request, caller);
	}

	@Override
	void retune(OpenSubscription link, SubscribeOptions options) throws Exception {
		if (this.inflow.retune(link, options)) {
			this.stage.onRetune(link);
		}
	}

	@Override
	void pause(CompletableFuture<@Nullable Void> paused) {
		this.inflow.suspend();
		paused.complete(null);
	}

	@Override
	void resume() {
		this.inflow.release();
	}

	@Override
	void drain() throws Exception {
		this.stage.onDrain(this);
	}

	@Override
	public void complete() {
		this.completing = true;
	}

	/** Events are handled as they arrive, so that none is left here. */
	@Override
	void settle() {
		if (this.completing && hasAllInfos()) {
			stop(ExitReason.NORMAL);
		}
	}

	@Override
	void settled(OpenSubscription link) {
		this.inflow.settled(link);
	}

	@Override
	void closeSides(ExitReason reason) {
		this.inflow.closeAll(reason);
	}

	@Override
	WaitingEvents waiting() {
		long backlog = this.stage.backlog();
		return new WaitingEvents(0, 0, 0, backlog, this.inflow.held(backlog, 0));
	}

	@Override
	DemandMode demandMode() {
		return DemandMode.FORWARD;
	}

	@Override
	List<SubscriptionStatus> producers() {
		return this.inflow.status();
	}

	@Override
	List<SubscriptionStatus> consumers() {
		return List.of();
	}

}
