package io.genstage;

import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.List;

import io.genstage.buffer.BufferKeep;
import io.genstage.buffer.EventBuffer;
import io.genstage.demand.Counter;
import io.genstage.dispatch.Demand;
import io.genstage.dispatch.Dispatcher;
import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.Outlet;
import io.genstage.dispatch.Subscriber;
import io.genstage.dispatch.SubscriptionRefusedException;
import io.genstage.dispatch.Unserved;
import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

/**
 * The producing side of a stage: the subscriptions to it, its dispatcher, and the buffer
 * behind which new events wait for demand.
 * <p>
 * Between two messages the buffer is empty or nobody has open demand. So events leave in
 * the order in which they were emitted.
 *
 * @param <E> the type of the events
 */
final class Outflow<E> implements Outlet<E> {

	private static final System.Logger logger = StageLog.of(Outflow.class);

	private final StageActor stage;

	private final DiscardCallback discardCallback;

	private final Dispatcher<E> dispatcher;

	/** Null where nobody waits for others, so that nobody has to keep a place. */
	private final @Nullable EmptyPlaces emptyPlaces;

	private final EventBuffer<E> buffer;

	private final Counter buffered = new Counter();

	private final Counter held = new Counter();

	private final Counter unserved = new Counter();

	private final int unservedSize;

	private final Unserved unservedRule;

	/** What the dispatch in hand has sent, or null outside of a dispatch. */
	private @Nullable SentEvents sentNow;

	/**
	 * Events that the dispatcher had accepted and has lost since they were dispatched.
	 */
	private int lostByDispatcher;

	/** What the dispatcher could not dispatch, reported when it has come to its end. */
	private @Nullable Undispatched undispatched;

	private final OpenSubscriptions links = new OpenSubscriptions();

	@SuppressWarnings("unchecked") // the options don't know the stage's type of events
	Outflow(StageActor stage, StageOptions options, int defaultBufferSize, DiscardCallback discardCallback) {
		this.stage = stage;
		this.discardCallback = discardCallback;
		int bufferSize = (options.bufferSize() != null) ? options.bufferSize() : defaultBufferSize;
		this.unservedSize = (options.unserved() != null) ? options.unservedSize() : 0;
		this.unservedRule = (options.unserved() != null) ? options.unserved() : Unserved.WAIT;
		DispatcherFactory<?> factory = (options.dispatcher() != null) ? options.dispatcher() : Dispatchers.demand();
		this.dispatcher = ((DispatcherFactory<E>) factory).create(this);
		this.emptyPlaces = factory.waitsForAll() ? new EmptyPlaces(stage.self(), this.dispatcher, stage.listener())
				: null;
		this.buffer = new EventBuffer<>(bufferSize,
				(options.bufferKeep() != null) ? options.bufferKeep() : BufferKeep.LAST);
	}

	/** Accepts or refuses a consumer and returns the net demand that follows. */
	long subscribe(OpenSubscription link) throws Exception {
		if (link.isAccepted()) {
			logger.log(Level.ERROR, () -> "%s exists already and is not accepted again".formatted(link));
			link.tellConsumer(new Message.Cancelled(link, Cancellation.cancel(ExitReason.DUPLICATED_SUBSCRIPTION)));
			return 0;
		}
		link.setAccepted(true);
		this.links.add(link);
		this.stage.subscribed(Peer.CONSUMER, link);
		try {
			long net = this.dispatcher.subscribe(link);
			noteHeld();
			if (link.place() != null) {
				link.place().take(link.consumer());
			}
			// Only now: nobody may pass the place while it is handed over.
			return Demand.add(net, whileEmpty(link.place(), Place.Empty.FORGOTTEN));
		}
		catch (SubscriptionRefusedException ex) {
			logger.log(Level.ERROR, () -> "stage '%s': %s".formatted(this.stage.name(), StageLog.describe(ex)));
			forget(link, Cancellation.cancel(ExitReason.of(ex.reason())));
			this.stage.consumerLeft(link, Cancellation.cancel(ExitReason.of(ex.reason())));
			return 0;
		}
	}

	/** Notes that a consumer can take more and returns the net demand that follows. */
	long ask(OpenSubscription link, long demand) {
		if (link.isAccepted()) {
			long net = this.dispatcher.ask(link, demand);
			noteHeld();
			return net;
		}
		link.tellConsumer(new Message.Cancelled(link, Cancellation.cancel(ExitReason.UNKNOWN_SUBSCRIPTION)));
		return 0;
	}

	boolean knows(OpenSubscription link) {
		return link.isAccepted();
	}

	/** Removes a consumer, which is notified, and returns the net demand that follows. */
	long cancel(OpenSubscription link, Cancellation cancellation) {
		forget(link, cancellation);
		long net = whileEmpty(link.place(), Place.Empty.HELD);
		net = Demand.add(net, this.dispatcher.cancel(link));
		noteHeld();
		countUndispatched();
		return net;
	}

	/** Gives partitions up that nobody is going to serve. */
	void abandon(Collection<?> partitions) {
		this.dispatcher.abandon(partitions);
		noteHeld();
		countUndispatched();
	}

	private void noteHeld() {
		this.held.set(this.dispatcher.held());
		this.unserved.set(this.dispatcher.unserved());
	}

	/** Says what to do while a place is empty, if it is, and returns the net demand. */
	long whileEmpty(@Nullable Place place, Place.Empty empty) {
		if (this.emptyPlaces == null || place == null) {
			return 0;
		}
		if (empty == Place.Empty.FORGOTTEN) {
			return this.emptyPlaces.forget(place);
		}
		if (this.links.all().stream().anyMatch((link) -> link.place() == place)) {
			return 0;
		}
		return (empty == Place.Empty.HELD) ? this.emptyPlaces.hold(place) : this.emptyPlaces.pass(place);
	}

	/** Returns how much requested demand nobody waits for now. */
	long unclaimed() {
		return this.dispatcher.unclaimed();
	}

	/** Forgets demand that nobody waits for. */
	void withdraw(long demand) {
		if (demand > 0) {
			this.dispatcher.withdraw(demand);
		}
	}

	private void forget(OpenSubscription link, Cancellation cancellation) {
		link.setAccepted(false);
		this.links.remove(link);
		link.close();
		link.tellConsumer(new Message.Cancelled(link, Cancellation.cancel(cancellation.reason())));
	}

	/** Sends events to whoever can take them and buffers the others. */
	void emit(List<E> events) throws Exception {
		sendBufferedBefore(events);
		List<E> leftover = dispatchWanted(events);
		int dropped = 0;
		if (!leftover.isEmpty()) {
			dropped = this.buffer.store(leftover);
			this.buffered.set(this.buffer.size());
		}
		tellDiscarded(takeLost() + dropped);
	}

	/** What is emitted is lost too if the dispatcher fails on what stands before it. */
	private void sendBufferedBefore(List<E> events) throws Exception {
		try {
			sendBuffered();
		}
		catch (Exception | Error ex) {
			this.stage.discard(events.size(), "its dispatcher has failed on the events before them");
			throw ex;
		}
	}

	/**
	 * Dispatches until nobody can take more. Once is not enough where subscribers ask
	 * again for what they have rejected.
	 */
	private List<E> dispatchWanted(List<E> events) {
		List<E> leftover = events;
		int offered;
		do {
			offered = leftover.size();
			leftover = dispatch(leftover);
		}
		while (!leftover.isEmpty() && leftover.size() < offered && this.dispatcher.openDemand() > 0);
		return leftover;
	}

	/** Sends buffered events as long as somebody can take them. */
	void sendBuffered() throws Exception {
		while (!this.buffer.isEmpty() && this.dispatcher.openDemand() > 0) {
			if (sendBuffered(this.dispatcher.openDemand()) == 0) {
				return;
			}
		}
	}

	/** Sends up to so many buffered events and returns how many were taken. */
	int sendBuffered(long limit) throws Exception {
		int sent = 0;
		boolean allTaken = true;
		while (sent < limit && allTaken && !this.buffer.isEmpty()) {
			List<E> oldest = this.buffer.take(limit - sent);
			// Set before, too: if the dispatcher fails, what it sent is not buffered.
			this.buffered.set(this.buffer.size());
			List<E> leftover = dispatch(oldest);
			this.buffer.putBack(leftover);
			this.buffered.set(this.buffer.size());
			this.buffer.runPassedActions();
			allTaken = leftover.isEmpty();
			sent += oldest.size() - leftover.size();
			tellDiscarded(takeLost());
		}
		return sent;
	}

	private List<E> dispatch(List<E> events) {
		int lostBefore = this.lostByDispatcher;
		SentEvents sent = new SentEvents();
		this.sentNow = sent;
		try {
			List<E> leftover = this.dispatcher.dispatch(events);
			noteHeld();
			countUndispatched();
			return leftover;
		}
		catch (RuntimeException | Error ex) {
			this.stage.discard(lostBefore + sent.missingFrom(events), "its dispatcher has failed on them");
			throw ex;
		}
		finally {
			this.sentNow = null;
		}
	}

	private void countUndispatched() {
		Undispatched lost = this.undispatched;
		if (lost != null) {
			this.undispatched = null;
			this.stage.discard(lost.events, lost.reason, lost.cause);
		}
	}

	private int takeLost() {
		int lost = this.lostByDispatcher;
		this.lostByDispatcher = 0;
		return lost;
	}

	/** Runs an action when all that was emitted so far has been sent or lost. */
	void afterSent(Runnable action) {
		this.buffer.afterStored(() -> this.dispatcher.afterHeld(action));
	}

	long openDemand() {
		return this.dispatcher.openDemand();
	}

	boolean isBufferEmpty() {
		return this.buffer.isEmpty();
	}

	/** Returns whether all that was emitted has been sent. */
	boolean isAllSent() {
		return this.buffer.isEmpty() && this.held.get() == 0;
	}

	@Override
	public void send(Subscriber subscriber, List<E> events) {
		if (EmptyPlaces.isMissed(subscriber, events)) {
			return;
		}
		OpenSubscription link = (OpenSubscription) subscriber;
		link.sent.add(events.size());
		if (this.sentNow != null) {
			this.sentNow.add(events);
		}
		this.stage.listener().onSend(link, events.size());
		link.tellConsumer(new Message.Events(link, events));
	}

	/**
	 * Called in the middle of a dispatch, whose end the stage's callback has to wait for.
	 */
	@Override
	public void discard(int count) {
		this.lostByDispatcher += count;
	}

	@Override
	public void discard(int count, String reason, @Nullable Throwable cause) {
		if (cause != null) {
			StageActor.throwIfFatal(cause);
		}
		if (this.undispatched == null) {
			this.undispatched = new Undispatched(reason, cause);
		}
		this.undispatched.events += count;
	}

	@Override
	public int unservedSize() {
		return this.unservedSize;
	}

	@Override
	public Unserved unservedRule() {
		return this.unservedRule;
	}

	@Override
	public void warn(String message) {
		logger.log(Level.WARNING, () -> "stage '%s': %s".formatted(this.stage.name(), message));
	}

	private void tellDiscarded(int dropped) throws Exception {
		if (dropped == 0) {
			return;
		}
		this.stage.countDiscarded(dropped);
		if (this.discardCallback.onDiscard(dropped)) {
			this.stage.logDiscarded(dropped, "they were emitted without demand");
		}
	}

	/** Notifies all consumers that the stage has stopped and loses what is buffered. */
	void closeAll(ExitReason reason) {
		for (OpenSubscription link : this.links.all()) {
			link.setAccepted(false);
			link.close();
			link.tellConsumer(new Message.Cancelled(link, Cancellation.down(reason)));
		}
		this.links.clear();
		if (this.emptyPlaces != null) {
			this.emptyPlaces.clear();
		}
		this.stage.discard((int) buffered(),
				"emitted and not handed on when it stopped (%s)".formatted(StageActor.summary(reason)));
		this.buffered.set(0);
		this.held.set(0);
		this.unserved.set(0);
	}

	/** Returns how many of the buffered events wait for consumers that aren't there. */
	long unservedEvents() {
		return this.unserved.get();
	}

	long buffered() {
		return this.buffered.get() + this.held.get();
	}

	List<SubscriptionStatus> status() {
		return this.links.status();
	}

	/**
	 * Events that could not be dispatched, with the reason of the first of them.
	 */
	private static final class Undispatched {

		private final String reason;

		private final @Nullable Throwable cause;

		private int events;

		Undispatched(String reason, @Nullable Throwable cause) {
			this.reason = reason;
			this.cause = cause;
		}

	}

	/**
	 * The callback for discarded events, which answers whether to log a warning.
	 */
	@FunctionalInterface
	interface DiscardCallback {

		boolean onDiscard(int count) throws Exception;

	}

}
