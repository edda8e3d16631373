package io.genstage;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import io.genstage.account.Activity;
import io.genstage.account.TimeAccount;
import io.genstage.buffer.EventList;
import io.genstage.delivery.Acknowledgement;
import io.genstage.delivery.Delivery;
import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

/**
 * A running producer-consumer: handles what it receives while its consumers have open
 * demand, and queues it otherwise.
 *
 * @param <I> the type of the events it receives
 * @param <O> the type of the events it emits
 */
final class ProducerConsumerActor<I, O> extends ConsumingActor<ProducerConsumerStage<I, O>, I> {

	private static final System.Logger logger = StageLog.of(ProducerConsumerActor.class);

	private final IncomingQueue<I> queue = new IncomingQueue<>();

	private final Outflow<O> outflow;

	/** Ends that stop the stage, and whose events have been handed on. */
	private final Queue<Inbound> due = new ArrayDeque<>(1);

	/** What a stage that is given one event after the other has made of them. */
	private EventList.Builder<O> results = new EventList.Builder<>(0);

	/** How many of them are of events that are handled. */
	private int kept;

	private final Consumer<O> addingResult = this::addResult;

	ProducerConsumerActor(String name, ProducerConsumerStage<I, O> stage, StageOptions options,
			StageEnvironment environment) {
		super(name, stage, options, environment);
		this.outflow = new Outflow<>(this, options, StageOptions.UNLIMITED, stage::onDiscard);
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
	public Emission handle(List<I> events, Subscription from) throws Exception {
		List<O> returned = checkedEvents(stage().handleEvents(events, from));
		return (parent) -> emitChecked(children(returned, parent));
	}

	@Override
	public boolean isPerEvent() {
		return stage() instanceof PerEventProducerConsumerStage;
	}

	@Override
	public void expect(int events) {
		this.results = new EventList.Builder<>(events);
	}

	@Override
	public void handleEvent(I event, Subscription from) throws Exception {
		((PerEventProducerConsumerStage<I, O>) stage()).handleEvent(event, from, this.addingResult);
	}

	private void addResult(@Nullable O result) {
		if (result == null) {
			throw new IllegalStateException(
					"stage '%s' has made null of an event: leave it out for no result".formatted(name()));
		}
		this.results.add(result);
	}

	@Override
	public Emission results() {
		List<O> finished = this.results.build();
		this.kept = 0;
		return (parent) -> emitChecked(finished);
	}

	@Override
	@SuppressWarnings("unchecked") // a delivery stands for an event of this type
	public void keep(@Nullable UnaryOperator<Object> parent) {
		if (parent != null) {
			this.results.replaceFrom(this.kept, (result) -> (O) child(result, parent));
		}
		else if (takesDeliveries()) {
			this.results.replaceFrom(this.kept, (result) -> (O) child(result, UnaryOperator.identity()));
		}
		this.kept = this.results.size();
	}

	@Override
	public void drop() {
		this.results.truncate(this.kept);
	}

	@SuppressWarnings("unchecked") // a delivery stands for an event of this type
	private List<O> children(List<O> results, @Nullable UnaryOperator<Object> parent) {
		if (parent == null && !takesDeliveries()) {
			return results;
		}
		EventList<O> together = (parent instanceof Settlements.Outputs outputs && this.outflow.keepsTogether())
				? outputs.together(results) : null;
		if (together != null) {
			return together;
		}
		UnaryOperator<Object> made = (parent != null) ? parent : UnaryOperator.identity();
		return EventList.copyOf((List<O>) results.stream().map((result) -> child(result, made)).toList());
	}

	/**
	 * Returns a result as one of its event, unless the stage has said itself of which. If
	 * nobody waits for that one, it is a plain event.
	 */
	private static Object child(Object result, UnaryOperator<Object> parent) {
		if (result instanceof Delivery<?> delivery) {
			return delivery.hasSource() ? delivery : plain(delivery);
		}
		return parent.apply(result);
	}

	/** Returns the event of a delivery for which nobody waits, with what it carries. */
	private static Object plain(Delivery<?> delivery) {
		Object context = delivery.context();
		return (context != null) ? Delivery.carrying(delivery.event(), context) : delivery.event();
	}

	@Override
	public boolean isAwaited() {
		return this.outflow.isAwaited();
	}

	@Override
	public boolean isAsync() {
		return stage() instanceof AsyncProducerConsumerStage;
	}

	@Override
	public CompletionStage<?> begin(I event, Subscription from) throws Exception {
		return ((AsyncProducerConsumerStage<I, O>) stage()).begin(event, from);
	}

	@Override
	public boolean acknowledges() {
		return stage() instanceof AcknowledgingProducerConsumerStage;
	}

	@Override
	public CompletionStage<?> begin(I event, Acknowledgement acknowledgement, Subscription from) throws Exception {
		return ((AcknowledgingProducerConsumerStage<I, O>) stage()).begin(event, acknowledgement, from);
	}

	@Override
	@SuppressWarnings("unchecked") // the future of this stage
	public Emission emission(@Nullable Object result) {
		List<O> returned = checkedEvents((List<O>) result);
		return (parent) -> emitChecked(children(returned, parent));
	}

	@Override
	void received(Inbound inbound, List<I> events) {
		this.queue.addEvents(inbound, events);
	}

	@Override
	void lost(Inbound inbound) {
		this.queue.addEnd(inbound);
	}

	@Override
	void acceptConsumer(OpenSubscription link) throws Exception {
		this.outflow.subscribe(link);
	}

	@Override
	void ask(OpenSubscription link, long demand) {
		this.outflow.ask(link, demand);
	}

	@Override
	void cancelConsumer(OpenSubscription link, Cancellation cancellation) throws Exception {
		if (this.outflow.knows(link)) {
			this.outflow.cancel(link, cancellation);
			if (link.place() != null) {
				// What it had asked for is nobody's now, and nothing may flow for it.
				this.outflow.withdraw(this.outflow.unclaimed());
			}
			consumerLeft(link, cancellation);
		}
	}

	@Override
	void abandon(Collection<?> partitions) {
		this.outflow.abandon(partitions);
	}

	@Override
	void whileEmpty(Place place, Place.Empty empty) {
		this.outflow.whileEmpty(place, empty);
	}

	@Override
	void consumerLeft(OpenSubscription link, Cancellation cancellation) throws Exception {
		listener().onCancel(Peer.CONSUMER, link, cancellation);
		emit(stage().onCancel(Peer.CONSUMER, link, cancellation));
	}

	@Override
	void onInfo(Object message) throws Exception {
		emit(stage().onInfo(message));
	}

	@Override
	void infoBehindEvents(Object message) {
		Runnable release = () -> release(message);
		if (this.queue.isEmpty()) {
			this.outflow.afterSent(release);
		}
		else {
			this.queue.addAction(() -> this.outflow.afterSent(release));
		}
	}

	@Override
	void onCall(Object request, Caller caller) throws Exception {
		emit(stage().onCall(request, caller));
	}

	@Override
	void setDemandMode(DemandMode mode) {
		if (mode == DemandMode.ACCUMULATE) {
			logger.log(Level.ERROR,
					() -> "stage '%s' is a producer-consumer, which always forwards demand: only producers accumulate it"
						.formatted(name()));
		}
	}

	@Override
	void drain() {
		this.queue.addAction(inflow()::drain);
	}

	@Override
	public void drained() throws Exception {
		emit(stage().onDrain(this));
	}

	@Override
	void onRetune(OpenSubscription link) throws Exception {
		stage().onRetune(link);
	}

	@Override
	void pause(CompletableFuture<@Nullable Void> paused) {
		inflow().suspend();
		if (this.queue.isEmpty()) {
			paused.complete(null);
		}
		else {
			this.queue.addAction(() -> paused.complete(null));
		}
	}

	/**
	 * Sends what is buffered, and handles what is queued while there is demand for it.
	 * The gate is the demand that is open now, not the demand that once came: so a stage
	 * whose consumers have gone, or are held up by one of them, stops consuming.
	 */
	@Override
	void settle() throws Exception {
		this.outflow.sendBuffered();
		boolean goesOn = true;
		while (goesOn && !isStopping()) {
			goesOn = takeNext();
		}
		if (isCompleting() && this.queue.isEmpty() && !inflow().isBusy() && this.outflow.isAllSent() && hasAllInfos()) {
			stop(ExitReason.NORMAL);
		}
	}

	/** Takes the next step that is possible, and returns whether there was one. */
	private boolean takeNext() throws Exception {
		Inbound ended = this.due.poll();
		if (ended != null) {
			end(ended);
			return true;
		}
		IncomingQueue.Entry<I> entry = this.outflow.isBufferEmpty() ? this.queue.poll(this.outflow.openDemand() > 0)
				: null;
		if (entry != null) {
			take(entry);
		}
		return entry != null;
	}

	private void take(IncomingQueue.Entry<I> entry) throws Exception {
		if (entry instanceof IncomingQueue.Received<I> received) {
			inflow().take(received.inbound(), received.events());
		}
		else if (entry instanceof IncomingQueue.Ended<I> ended) {
			inflow().endBehindEvents(ended.inbound());
		}
		else if (entry instanceof IncomingQueue.Action<I> next) {
			next.action().take();
		}
	}

	/*
	 * An end that stops the stage waits for all that was emitted before it: first for the
	 * outputs of the events that came by the subscription, then for what the callback
	 * adds. The dispatcher may hold such events for somebody who never comes. So the end
	 * is put aside, and does not hold up what is queued behind it.
	 */

	@Override
	public void ended(Inbound inbound) throws Exception {
		if (inflow().stopsStage(inbound)) {
			this.outflow.afterSent(() -> this.due.add(inbound));
		}
		else {
			end(inbound);
		}
	}

	private void end(Inbound inbound) throws Exception {
		OpenSubscription link = inbound.link();
		Cancellation cancellation = inbound.cancellation();
		listener().onCancel(Peer.PRODUCER, link, cancellation);
		emit(stage().onCancel(Peer.PRODUCER, link, cancellation));
		if (inflow().end(inbound)) {
			this.outflow.afterSent(() -> stop(cancellation.reason()));
		}
	}

	@Override
	@SuppressWarnings("unchecked") // who emits in its name knows what it emits
	void emitFromOutside(List<?> events) throws Exception {
		emit((List<O>) events);
	}

	private void emit(List<O> returned) throws Exception {
		emitChecked(checkedEvents(returned));
	}

	private void emitChecked(List<O> events) throws Exception {
		if (!events.isEmpty()) {
			this.outflow.emit(countOut(events, this.outflow.keepsTogether()));
		}
	}

	@Override
	void closeSides(ExitReason reason) {
		inflow().closeAll(reason, this.queue.clear());
		this.outflow.closeAll(reason);
	}

	@Override
	Activity resting(TimeAccount account) {
		Activity resting = inflow().resting(account);
		boolean hasEvents = !this.queue.isEmpty() || !this.outflow.isBufferEmpty();
		return (hasEvents && resting != Activity.PAUSED) ? Activity.BLOCKED : resting;
	}

	@Override
	WaitingEvents waiting() {
		long queued = this.queue.events();
		long kept = stage().backlog();
		long buffered = this.outflow.buffered();
		return new WaitingEvents(buffered, this.outflow.unservedEvents(), queued, kept + inflow().collected(),
				buffered + inflow().held(kept, queued), inflow().retrying());
	}

	@Override
	List<SubscriptionStatus> consumers() {
		return this.outflow.status();
	}

}
