package io.genstage;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

/**
 * A running consumer: handles events as they arrive.
 *
 * @param <E> the type of the events
 */
final class ConsumerActor<E> extends StageActor implements Inflow.Handler<E> {

	private final ConsumerStage<E> stage;

	private final Inflow<E> inflow;

	private boolean completing;

	ConsumerActor(String name, ConsumerStage<E> stage, StageOptions options, StageEnvironment environment) {
		super(name, stage, environment);
		this.stage = stage;
		this.inflow = new Inflow<>(this, options, this);
	}

	@Override
	public boolean asksItself() {
		return this.stage.asksItself();
	}

	@Override
	public boolean reportsHandled() {
		return this.stage.reportsHandled();
	}

	@Override
	public Inflow.Emission handle(List<E> events, Subscription from) throws Exception {
		this.stage.handleEvents(events, from);
		return Inflow.Emission.NONE;
	}

	@Override
	public boolean isAsync() {
		return this.stage instanceof AsyncConsumerStage;
	}

	@Override
	public CompletionStage<?> begin(E event, Subscription from) throws Exception {
		return ((AsyncConsumerStage<E>) this.stage).begin(event, from);
	}

	@Override
	public Inflow.Emission emission(@Nullable Object result) {
		return Inflow.Emission.NONE;
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
		Inbound inbound = this.inflow.accept(link, events);
		if (inbound != null) {
			this.inflow.take(inbound, (List<E>) events);
		}
	}

	@Override
	void loseProducer(OpenSubscription link, Cancellation cancellation) throws Exception {
		Inbound inbound = this.inflow.forget(link, cancellation);
		if (inbound != null) {
			this.inflow.endBehindEvents(inbound);
		}
	}

	@Override
	public void ended(Inbound inbound) throws Exception {
		listener().onCancel(Peer.PRODUCER, inbound.link(), inbound.cancellation());
		this.stage.onCancel(inbound.link(), inbound.cancellation());
		if (this.inflow.end(inbound)) {
			stop(inbound.cancellation().reason());
		}
	}

	@Override
	void wantThroughGate(OpenSubscription link, long demand) {
		this.inflow.wantThroughGate(link, demand);
	}

	@Override
	boolean handledInHand(int events) {
		return this.inflow.handledInHand(events);
	}

	@Override
	public Subscription source(int index) {
		return this.inflow.source(index);
	}

	@Override
	void info(Object message) throws Exception {
		if (!this.inflow.wakesBy(message)) {
			this.stage.onInfo(message);
		}
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
	void flush() throws Exception {
		this.inflow.flush();
		super.flush();
	}

	@Override
	void drain() throws Exception {
		this.inflow.drain();
	}

	@Override
	public void drained() throws Exception {
		this.stage.onDrain(this);
	}

	@Override
	void finish() throws Exception {
		this.inflow.finish();
	}

	@Override
	public void complete() {
		this.completing = true;
	}

	@Override
	void settle() {
		if (this.completing && !this.inflow.isBusy() && hasAllInfos()) {
			stop(ExitReason.NORMAL);
		}
	}

	@Override
	void discardedInHand(OpenSubscription link, List<?> events) {
		this.inflow.discardedInHand(link, events);
	}

	@Override
	void settled(OpenSubscription link) {
		this.inflow.settled(link);
	}

	@Override
	void closeSides(ExitReason reason) {
		this.inflow.closeAll(reason, List.of());
	}

	@Override
	WaitingEvents waiting() {
		long kept = this.stage.backlog();
		return new WaitingEvents(0, 0, 0, kept + this.inflow.collected(), this.inflow.held(kept, 0));
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
