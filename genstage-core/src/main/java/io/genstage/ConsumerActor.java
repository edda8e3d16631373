package io.genstage;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

import io.genstage.account.Activity;
import io.genstage.account.TimeAccount;
import io.genstage.delivery.Acknowledgement;
import org.jspecify.annotations.Nullable;

/**
 * A running consumer: handles events as they arrive.
 *
 * @param <E> the type of the events
 */
final class ConsumerActor<E> extends ConsumingActor<ConsumerStage<E>, E> {

	ConsumerActor(String name, ConsumerStage<E> stage, StageOptions options, StageEnvironment environment) {
		super(name, stage, options, environment);
	}

	@Override
	public boolean asksItself() {
		return stage().asksItself();
	}

	@Override
	public boolean reportsHandled() {
		return stage().reportsHandled();
	}

	@Override
	public boolean takesDeliveries() {
		return stage().takesDeliveries();
	}

	@Override
	public Emission handle(List<E> events, Subscription from) throws Exception {
		stage().handleEvents(events, from);
		return Emission.NONE;
	}

	@Override
	public boolean isPerEvent() {
		return stage() instanceof PerEventConsumerStage;
	}

	@Override
	public void expect(int events) {
		// It makes nothing of them.
	}

	@Override
	public void handleEvent(E event, Subscription from) throws Exception {
		((PerEventConsumerStage<E>) stage()).handleEvent(event, from);
	}

	@Override
	public void keep(@Nullable UnaryOperator<Object> parent) {
		// There are no results.
	}

	@Override
	public void drop() {
		// There are no results.
	}

	@Override
	public Emission results() {
		return Emission.NONE;
	}

	@Override
	public boolean isAwaited() {
		return false;
	}

	@Override
	public boolean isAsync() {
		return stage() instanceof AsyncConsumerStage;
	}

	@Override
	public CompletionStage<?> begin(E event, Subscription from) throws Exception {
		return ((AsyncConsumerStage<E>) stage()).begin(event, from);
	}

	@Override
	public boolean acknowledges() {
		return stage() instanceof AcknowledgingConsumerStage;
	}

	@Override
	public CompletionStage<?> begin(E event, Acknowledgement acknowledgement, Subscription from) throws Exception {
		return ((AcknowledgingConsumerStage<E>) stage()).begin(event, acknowledgement, from);
	}

	@Override
	public Emission emission(@Nullable Object result) {
		return Emission.NONE;
	}

	@Override
	void received(Inbound inbound, List<E> events) throws Exception {
		inflow().take(inbound, events);
	}

	@Override
	void lost(Inbound inbound) throws Exception {
		inflow().endBehindEvents(inbound);
	}

	@Override
	public void ended(Inbound inbound) throws Exception {
		listener().onCancel(Peer.PRODUCER, inbound.link(), inbound.cancellation());
		stage().onCancel(inbound.link(), inbound.cancellation());
		if (inflow().end(inbound)) {
			stop(inbound.cancellation().reason());
		}
	}

	@Override
	void onInfo(Object message) throws Exception {
		stage().onInfo(message);
	}

	@Override
	void infoBehindEvents(Object message) {
		release(message);
	}

	@Override
	void onCall(Object request, Caller caller) throws Exception {
		stage().onCall(request, caller);
	}

	@Override
	void onRetune(OpenSubscription link) throws Exception {
		stage().onRetune(link);
	}

	@Override
	void pause(CompletableFuture<@Nullable Void> paused) {
		inflow().suspend();
		paused.complete(null);
	}

	@Override
	void drain() throws Exception {
		inflow().drain();
	}

	@Override
	public void drained() throws Exception {
		stage().onDrain(this);
	}

	@Override
	void finish() throws Exception {
		inflow().finish();
	}

	@Override
	void settle() {
		if (isCompleting() && !inflow().isBusy() && hasAllInfos()) {
			stop(ExitReason.NORMAL);
		}
	}

	@Override
	void closeSides(ExitReason reason) {
		inflow().closeAll(reason, List.of());
	}

	@Override
	Activity resting(TimeAccount account) {
		return inflow().resting(account);
	}

	@Override
	WaitingEvents waiting() {
		long kept = stage().backlog();
		return new WaitingEvents(0, 0, 0, kept + inflow().collected(), inflow().held(kept, 0), inflow().retrying());
	}

	@Override
	List<SubscriptionStatus> consumers() {
		return List.of();
	}

}
