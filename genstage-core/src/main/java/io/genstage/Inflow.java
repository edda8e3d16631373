package io.genstage;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

/**
 * The consuming side of a stage: its subscriptions, their demand, and the way of events
 * into its callback.
 *
 * @param <E> the type of the events
 */
final class Inflow<E> {

	private static final System.Logger logger = StageLog.of(Inflow.class);

	private final StageActor stage;

	private final BooleanSupplier asksItself;

	private final BooleanSupplier reportsHandled;

	private final BatchCallback<E> callback;

	/**
	 * Also those that are forgotten or have ended already, as long as events that came by
	 * them are not settled.
	 */
	private final OpenSubscriptions links = new OpenSubscriptions();

	private boolean suspended;

	Inflow(StageActor stage, BooleanSupplier asksItself, BooleanSupplier reportsHandled, BatchCallback<E> callback) {
		this.stage = stage;
		this.asksItself = asksItself;
		this.reportsHandled = reportsHandled;
		this.callback = callback;
	}

	/** Subscribes the stage to a producer and asks it for the first events. */
	void subscribe(StageRef producer, SubscribeOptions options, CompletableFuture<Subscription> reply)
			throws Exception {
		completing(reply, () -> open(producer, options, Message.Subscribe::new));
	}

	/**
	 * Puts another subscription to the same producer in the place of one. The producer
	 * has no moment without one of the two.
	 */
	void resubscribe(OpenSubscription old, ExitReason reason, SubscribeOptions options,
			CompletableFuture<Subscription> reply) throws Exception {
		Inbound replaced = old.inbound();
		if (replaced != null) {
			replaced.replace();
		}
		completing(reply, () -> open(old.producer(), options, (link) -> new Message.Replace(old, reason, link)));
	}

	private void completing(CompletableFuture<Subscription> reply, Callable<OpenSubscription> subscribing)
			throws Exception {
		try {
			reply.complete(subscribing.call());
		}
		catch (Throwable ex) {
			reply.completeExceptionally(ex);
			throw ex;
		}
	}

	private OpenSubscription open(StageRef producer, SubscribeOptions wanted,
			Function<OpenSubscription, Message> request) throws Exception {
		boolean asksItself = this.asksItself.getAsBoolean();
		SubscribeOptions options = asksItself ? wanted.withManualDemand() : wanted;
		OpenSubscription link = this.stage.newLink(producer, options);
		if (asksItself) {
			link.letStageAsk();
		}
		link.setInbound(new Inbound(link));
		this.links.add(link);
		if (this.suspended) {
			link.suspend();
		}
		link.tellProducer(request.apply(link));
		this.stage.subscribed(Peer.PRODUCER, link);
		if (!options.manual() && !this.stage.isStopping()) {
			ask(link, options.maxDemand());
		}
		return link;
	}

	/**
	 * Returns the subscription by which events came, or null after notifying the sender.
	 */
	@Nullable Inbound accept(OpenSubscription link, int events) {
		Inbound inbound = link.inbound();
		if (inbound == null) {
			String reason = "it doesn't know " + link;
			this.stage.lose(link, events, reason, null);
			this.stage.logDiscarded(events, reason);
			link.cancel(ExitReason.UNKNOWN_SUBSCRIPTION);
		}
		else {
			link.receive(events);
		}
		return inbound;
	}

	/**
	 * Handles the events of one message, batch by batch, and asks for more after each.
	 * What is not handled because the stage stops is lost when it {@linkplain #closeAll
	 * closes}.
	 */
	void handle(Inbound inbound, List<E> events) throws Exception {
		int excess = inbound.demand().receive(events.size());
		if (excess > 0) {
			logger.log(Level.ERROR, () -> "stage '%s' got %d events in excess of what it had asked for by %s"
				.formatted(this.stage.name(), excess, inbound.link()));
		}
		int handled = 0;
		while (handled < events.size() && !this.stage.isStopping()) {
			int end = (int) Math.min((long) handled + inbound.demand().batchSize(), events.size());
			List<E> batch = events.subList(handled, end);
			handle(inbound.link(), batch);
			handled = end;
			if (!this.stage.isStopping()) {
				replenish(inbound, batch.size());
			}
		}
	}

	private void handle(OpenSubscription link, List<E> batch) throws Exception {
		long settledBefore = link.settled.get();
		Emission made = callback(link, batch);
		int rest = batch.size() - (int) (link.settled.get() - settledBefore);
		if (rest > 0 && !this.reportsHandled.getAsBoolean() && !this.stage.hasFailed()) {
			this.stage.countIn(link, rest);
		}
		made.emit();
	}

	private Emission callback(OpenSubscription link, List<E> batch) throws Exception {
		try {
			return this.callback.handle(batch, link);
		}
		finally {
			this.stage.clearInterrupt();
		}
	}

	private void replenish(Inbound inbound, int handled) {
		int ask = inbound.demand().replenish(handled);
		if (ask > 0 && inbound.isOpen()) {
			ask(inbound.link(), ask);
		}
	}

	private void ask(OpenSubscription link, long demand) {
		long admitted = link.admit(demand);
		if (admitted > 0) {
			link.asked.add(admitted);
			this.stage.listener().onAsk(link, admitted);
			link.tellProducer(new Message.Ask(link, admitted));
		}
	}

	/**
	 * Changes the demand of a subscription, unless it has ended.
	 * @return whether the stage has to follow, which asks itself
	 */
	boolean retune(OpenSubscription link, SubscribeOptions options) {
		Inbound inbound = link.inbound();
		if (inbound == null) {
			return false;
		}
		link.retuned(options);
		ask(link, inbound.demand().retune(options.maxDemand(), options.minDemand()));
		return link.isAskedByStage();
	}

	/** Holds all asks back, also those of subscriptions to come. */
	void suspend() {
		this.suspended = true;
		open().forEach(OpenSubscription::suspend);
	}

	/** Asks for what was held back. */
	void release() {
		this.suspended = false;
		open().forEach((link) -> ask(link, link.release()));
	}

	/** Forgets a subscription that has ended, or returns null if there is none. */
	@Nullable Inbound forget(OpenSubscription link) {
		Inbound inbound = link.inbound();
		if (inbound != null) {
			link.setInbound(null);
			inbound.close();
			link.close();
		}
		return inbound;
	}

	/** Returns whether the end of a forgotten subscription stops the stage. */
	boolean stopsStage(Inbound inbound, Cancellation cancellation) {
		return !inbound.isReplaced() && inbound.link().options().cancel().stopsFor(cancellation.reason());
	}

	/**
	 * Ends a forgotten subscription, whose events have all been handled.
	 * @return whether that stops the stage
	 */
	boolean end(Inbound inbound, Cancellation cancellation) {
		OpenSubscription link = inbound.link();
		link.end();
		settled(link);
		boolean stops = stopsStage(inbound, cancellation);
		if (stops) {
			logger.log(Level.INFO,
					() -> "stage '%s' stops because %s has ended: %s".formatted(this.stage.name(), link, cancellation));
		}
		return stops;
	}

	/** Lets go of a subscription that has ended when all its events are settled. */
	void settled(OpenSubscription link) {
		if (link.isEnded() && link.unsettled() == 0) {
			this.links.remove(link);
		}
	}

	/**
	 * Notifies all producers that the stage has stopped, and loses all that has come and
	 * is not settled.
	 */
	void closeAll(ExitReason reason) {
		String stopped = "received and not handled when it stopped (%s)".formatted(StageActor.summary(reason));
		int lost = 0;
		for (OpenSubscription link : this.links.all()) {
			lost += link.unsettled();
			this.stage.lose(link, link.unsettled(), stopped, StageActor.causeOf(reason));
			Inbound inbound = forget(link);
			if (inbound != null) {
				link.tellProducer(new Message.Cancel(link, Cancellation.down(reason)));
			}
			else {
				link.end();
			}
		}
		this.links.clear();
		this.stage.logDiscarded(lost, stopped);
	}

	List<SubscriptionStatus> status() {
		return this.links.status();
	}

	/**
	 * Returns how many events were sent to the stage and are unfinished, or are kept by
	 * it.
	 * @param kept those that the stage itself says it keeps; if it reports what it has
	 * handled, they are among those that are not settled, but for some that nobody sent
	 * @param queued those that wait to be handed to it
	 */
	long held(long kept, long queued) {
		long unsettled = this.links.inFlight();
		return this.reportsHandled.getAsBoolean() ? Math.max(unsettled, kept + queued) : unsettled + kept;
	}

	private List<OpenSubscription> open() {
		return this.links.all().stream().filter((link) -> link.inbound() != null).toList();
	}

	/**
	 * The callback for one batch.
	 *
	 * @param <E> the type of the events
	 */
	@FunctionalInterface
	interface BatchCallback<E> {

		/**
		 * Handles the events.
		 * @return what is to follow when they have been counted as handled
		 */
		Emission handle(List<E> events, Subscription from) throws Exception;

	}

	/**
	 * What a handled batch leads to.
	 */
	@FunctionalInterface
	interface Emission {

		/** Of a stage that emits nothing. */
		Emission NONE = () -> {
		};

		void emit() throws Exception;

	}

}
