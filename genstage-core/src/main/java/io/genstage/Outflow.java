package io.genstage;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

import io.genstage.buffer.BufferKeep;
import io.genstage.buffer.EventBuffer;
import io.genstage.buffer.EventList;
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

	private static final String WITHOUT_DEMAND = "they were emitted without demand";

	private final StageActor stage;

	private final DiscardCallback<E> discardCallback;

	private final Dispatcher<E> dispatcher;

	/** Null where nobody waits for others, so that nobody has to keep a place. */
	private final @Nullable EmptyPlaces emptyPlaces;

	private final EventBuffer<E> buffer;

	private final Counter buffered = new Counter();

	private final Counter held = new Counter();

	private final Counter unserved = new Counter();

	private final int unservedSize;

	private final Unserved unservedRule;

	/** What has become of the events of the dispatch in hand. */
	private final SentEvents sentNow;

	private boolean dispatching;

	/** Whether the dispatcher has given back what it held. */
	private boolean dispatcherClosed;

	/** Events for which nobody had room, reported when all are where they belong. */
	private final List<E> overflow = new ArrayList<>(0);

	/** What the dispatcher could not dispatch, reported when it has come to its end. */
	private final List<Undispatched<E>> undispatched = new ArrayList<>(0);

	private final OpenSubscriptions links = new OpenSubscriptions();

	@SuppressWarnings("unchecked") // the options don't know the stage's type of events
	Outflow(StageActor stage, StageOptions options, int defaultBufferSize, DiscardCallback<E> discardCallback) {
		this.stage = stage;
		this.discardCallback = discardCallback;
		int bufferSize = (options.bufferSize() != null) ? options.bufferSize() : defaultBufferSize;
		this.unservedSize = (options.unserved() != null) ? options.unservedSize() : 0;
		this.unservedRule = (options.unserved() != null) ? options.unserved() : Unserved.WAIT;
		DispatcherFactory<?> factory = (options.dispatcher() != null) ? options.dispatcher() : Dispatchers.demand();
		this.sentNow = new SentEvents(factory.waitsForAll());
		this.dispatcher = ((DispatcherFactory<E>) factory).create(this);
		this.emptyPlaces = factory.waitsForAll() ? new EmptyPlaces(stage.self(), this.dispatcher, stage.listener())
				: null;
		this.buffer = new EventBuffer<>(bufferSize,
				(options.bufferKeep() != null) ? options.bufferKeep() : BufferKeep.LAST);
	}

	/** Accepts or refuses a consumer and returns the net demand that follows. */
	long subscribe(OpenSubscription link) throws Exception {
		if (link.isAccepted()) {
			logger.log(Level.ERROR, () -> "%s exists already, and the second one is refused".formatted(link));
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
			if (this.stage.wasBlocked() && link.isDry()) {
				link.starved.add(1);
			}
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
		discardUndispatched();
		return net;
	}

	/** Gives partitions up that nobody is going to serve. */
	void abandon(Collection<?> partitions) {
		this.dispatcher.abandon(partitions);
		noteHeld();
		discardUndispatched();
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
		if (!leftover.isEmpty()) {
			this.overflow.addAll(this.buffer.store(leftover));
			this.buffered.set(this.buffer.size());
		}
		discardOverflow();
	}

	/** What is emitted is lost too if the dispatcher fails on what stands before it. */
	private void sendBufferedBefore(List<E> events) throws Exception {
		try {
			sendBuffered();
		}
		catch (Exception | Error ex) {
			this.stage.discardAtTheEnd(events, "its dispatcher has failed on the events before them", ex);
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
			discardOverflow();
		}
		return sent;
	}

	private List<E> dispatch(List<E> events) {
		this.dispatching = true;
		try {
			List<E> leftover = this.dispatcher.dispatch(events);
			noteHeld();
			discardUndispatched();
			return leftover;
		}
		catch (RuntimeException | Error ex) {
			discardAfterFailure(events, ex);
			throw ex;
		}
		finally {
			this.dispatching = false;
			this.sentNow.clear();
		}
	}

	/**
	 * Gives up what a dispatcher that has failed has not sent, and what it holds. Of what
	 * it held before and doesn't give back, only the number is known.
	 */
	private void discardAfterFailure(List<E> events, Throwable failure) {
		String reason = "its dispatcher has failed on them";
		List<E> held = takeHeld(reason, failure);
		this.sentNow.add(this, held);
		this.stage.discardAtTheEnd(joined(held, this.sentNow.missingFrom(events)), reason, failure);
	}

	/**
	 * Returns what the dispatcher holds, which is not used any more. What it doesn't give
	 * back is lost by its number.
	 */
	private List<E> takeHeld(String reason, @Nullable Throwable cause) {
		if (this.dispatcherClosed) {
			return List.of();
		}
		this.dispatcherClosed = true;
		int expected = (int) this.held.get();
		this.held.set(0);
		this.unserved.set(0);
		List<E> held = List.of();
		try {
			expected = (int) Math.min(this.dispatcher.held(), expected);
			held = EventList.copyOf(this.dispatcher.takeHeld());
		}
		catch (RuntimeException ex) {
			logger.log(Level.WARNING,
					() -> "stage '%s': its dispatcher doesn't give back what it holds".formatted(this.stage.name()),
					ex);
		}
		this.stage.discardAtTheEnd(expected - held.size(), reason, cause);
		return held;
	}

	private List<E> joined(List<E> first, List<E> second) {
		List<E> joined = new ArrayList<>(first);
		joined.addAll(second);
		return joined;
	}

	private void discardUndispatched() {
		if (!this.undispatched.isEmpty()) {
			this.stage.discard(this.undispatched.stream().map(Undispatched::toDiscard).toList());
			this.undispatched.clear();
		}
	}

	/** Runs an action when all that was emitted so far has been sent or lost. */
	void afterSent(Runnable action) {
		this.buffer.afterStored(() -> this.dispatcher.afterHeld(action));
	}

	/** Returns whether deliveries that are emitted together mostly stay together. */
	boolean keepsTogether() {
		return !this.dispatcher.picksEvents();
	}

	long openDemand() {
		return this.dispatcher.openDemand();
	}

	/** Returns whether a consumer waits that has finished all that it was sent. */
	boolean isAwaited() {
		return openDemand() > 0 && this.links.all().stream().anyMatch(OpenSubscription::isStarving);
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
		noteGone(subscriber, events);
		this.stage.listener().onSend(link, events.size());
		link.tellConsumer(new Message.Events(link, events, this.stage.moment()));
	}

	private void noteGone(Object receiver, List<E> events) {
		if (this.dispatching) {
			this.sentNow.add(receiver, events);
		}
	}

	/**
	 * Called in the middle of a dispatch, whose end the stage's callback has to wait for.
	 */
	@Override
	public void discard(List<E> events) {
		noteGone(this, events);
		this.overflow.addAll(events);
	}

	@Override
	public void discard(List<E> events, String reason, @Nullable Throwable cause) {
		discard(null, events, reason, cause);
	}

	@Override
	public void discard(@Nullable Subscriber subscriber, List<E> events, String reason, @Nullable Throwable cause) {
		if (cause != null) {
			StageActor.throwIfFatal(cause);
		}
		noteGone((subscriber != null) ? subscriber : this, events);
		OpenSubscription link = (subscriber instanceof OpenSubscription known) ? known : null;
		Undispatched<E> last = this.undispatched.isEmpty() ? null : this.undispatched.get(this.undispatched.size() - 1);
		if (last == null || !last.isLostBy(link, reason, cause)) {
			last = new Undispatched<>(link, reason, cause);
			this.undispatched.add(last);
		}
		last.events.addAll(events);
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

	private void discardOverflow() throws Exception {
		if (this.overflow.isEmpty()) {
			return;
		}
		List<E> dropped = takeOverflow();
		this.stage.countDiscarded(Discard.of(dropped, WITHOUT_DEMAND, null));
		if (this.discardCallback.onDiscard(dropped)) {
			this.stage.logDiscarded(dropped.size(), WITHOUT_DEMAND);
		}
	}

	private List<E> takeOverflow() {
		List<E> dropped = EventList.copyOf(this.overflow);
		this.overflow.clear();
		return dropped;
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
		discardUndispatched();
		this.stage.discardAtTheEnd(takeOverflow(), WITHOUT_DEMAND, null);
		String stopped = "emitted and not handed on when it stopped (%s)".formatted(StageActor.summary(reason));
		Throwable cause = StageActor.causeOf(reason);
		this.stage.discardAtTheEnd(joined(takeHeld(stopped, cause), this.buffer.takeAll()), stopped, cause);
		this.buffered.set(0);
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
	 * Events that could not be dispatched, for one reason.
	 *
	 * @param <E> the type of the events
	 */
	private static final class Undispatched<E> {

		private final @Nullable OpenSubscription link;

		private final String reason;

		private final @Nullable Throwable cause;

		private final List<E> events = new ArrayList<>(1);

		Undispatched(@Nullable OpenSubscription link, String reason, @Nullable Throwable cause) {
			this.link = link;
			this.reason = reason;
			this.cause = cause;
		}

		@SuppressWarnings("ReferenceEquality") // what was thrown is the same once only
		boolean isLostBy(@Nullable OpenSubscription link, String reason, @Nullable Throwable cause) {
			return this.link == link && Objects.equals(this.cause, cause) && this.reason.equals(reason);
		}

		Discard toDiscard() {
			return new Discard(this.events, this.events.size(), this.reason, this.cause, this.link);
		}

	}

	/**
	 * The callback for discarded events, which answers whether to log a warning.
	 *
	 * @param <E> the type of the events
	 */
	@FunctionalInterface
	interface DiscardCallback<E> {

		boolean onDiscard(List<E> events) throws Exception;

	}

}
