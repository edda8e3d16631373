package io.genstage;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.genstage.delivery.Verdict;
import io.genstage.intake.Lasting;

/**
 * A running stage that consumes: passes what concerns its producers on to its
 * {@link Inflow}. What it does with the events is said by the subclasses.
 *
 * @param <S> the kind of stage
 * @param <I> the type of the events it receives
 */
abstract sealed class ConsumingActor<S extends Stage, I> extends StageActor implements Handler<I>
		permits ConsumerActor, ProducerConsumerActor {

	private final S stage;

	private final Inflow<I> inflow;

	private boolean completing;

	ConsumingActor(String name, S stage, StageOptions options, StageEnvironment environment) {
		super(name, stage, options, environment);
		this.stage = stage;
		// Last, as the inflow asks about the stage at once.
		this.inflow = new Inflow<>(this, options, this);
	}

	final S stage() {
		return this.stage;
	}

	final Inflow<I> inflow() {
		return this.inflow;
	}

	/** Returns whether the stage is to stop when all that it has is handled. */
	final boolean isCompleting() {
		return this.completing;
	}

	@Override
	final void start() throws Exception {
		super.start();
		this.inflow.started();
	}

	@Override
	final void subscribeTo(StageRef producer, SubscribeOptions options, CompletableFuture<Subscription> reply)
			throws Exception {
		this.inflow.subscribe(producer, options, reply);
	}

	@Override
	final void resubscribe(OpenSubscription old, ExitReason reason, SubscribeOptions options,
			CompletableFuture<Subscription> reply) throws Exception {
		this.inflow.resubscribe(old, reason, options, reply);
	}

	@Override
	@SuppressWarnings("unchecked") // the stage chose its producers
	final void receive(OpenSubscription link, List<?> events) throws Exception {
		Inbound inbound = this.inflow.accept(link, events);
		if (inbound != null) {
			received(inbound, (List<I>) events);
		}
	}

	/** Takes events in, now or when there is use for them. */
	abstract void received(Inbound inbound, List<I> events) throws Exception;

	@Override
	final void loseProducer(OpenSubscription link, Cancellation cancellation) throws Exception {
		Inbound inbound = this.inflow.forget(link, cancellation);
		if (inbound != null) {
			lost(inbound);
		}
	}

	/** Ends a forgotten subscription behind the events that came by it. */
	abstract void lost(Inbound inbound) throws Exception;

	@Override
	final void wantThroughGate(OpenSubscription link, long demand) {
		this.inflow.wantThroughGate(link, demand);
	}

	@Override
	final boolean handledInHand(int events) {
		return this.inflow.site().handledInHand(events);
	}

	@Override
	final void reported(OpenSubscription link, List<?> events) {
		this.inflow.site().reported(link, events);
	}

	@Override
	final void discardedInHand(OpenSubscription link, List<?> events, Verdict verdict) {
		this.inflow.site().discardedInHand(link, events, verdict);
	}

	@Override
	final void settled(OpenSubscription link) {
		this.inflow.settled(link);
	}

	@Override
	public final Subscription source(int index) {
		return this.inflow.site().source(index);
	}

	@Override
	final void info(Object message) throws Exception {
		if (!this.inflow.wakesBy(message)) {
			noteHandling();
			onInfo(message);
		}
	}

	/** Hands the stage a message that is for itself. */
	abstract void onInfo(Object message) throws Exception;

	@Override
	final void call(Object request, Caller caller) throws Exception {
		if (!this.inflow.answers(request, caller)) {
			noteHandling();
			onCall(request, caller);
		}
	}

	/** Lets the stage answer a call that is for itself. */
	abstract void onCall(Object request, Caller caller) throws Exception;

	@Override
	final long calls() {
		return this.inflow.site().calls();
	}

	@Override
	final boolean isWorkedBeside() {
		return this.inflow.isWorkedBeside();
	}

	@Override
	final List<Lasting> lasting(long now) {
		return this.inflow.lasting(now);
	}

	@Override
	final void endWork() {
		this.inflow.endWork();
	}

	@Override
	final void retune(OpenSubscription link, SubscribeOptions options) throws Exception {
		if (this.inflow.retune(link, options)) {
			onRetune(link);
		}
	}

	abstract void onRetune(OpenSubscription link) throws Exception;

	@Override
	public final void fail(Throwable failure) {
		if (!this.inflow.site().catches(failure)) {
			super.fail(failure);
		}
	}

	@Override
	final void beginDrain() throws Exception {
		this.inflow.hurry();
	}

	@Override
	final void resume() {
		this.inflow.release();
	}

	@Override
	final void flush() throws Exception {
		this.inflow.flush();
		super.flush();
	}

	@Override
	public final void complete() {
		this.completing = true;
	}

	@Override
	final DemandMode demandMode() {
		return DemandMode.FORWARD;
	}

	@Override
	final List<SubscriptionStatus> producers() {
		return this.inflow.status();
	}

}
