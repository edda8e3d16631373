package io.genstage;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * The consuming side of a stage: its subscriptions, their demand, and the way of events
 * into its callback.
 *
 * @param <E> the type of the events
 */
final class Inflow<E> {

	private static final System.Logger logger = System.getLogger(Inflow.class.getName());

	private final StageActor stage;

	private final BooleanSupplier asksItself;

	private final BatchCallback<E> callback;

	/**
	 * Also those that are forgotten already, as long as events that came by them may be
	 * waiting.
	 */
	private final Links links = new Links();

	private boolean suspended;

	Inflow(StageActor stage, BooleanSupplier asksItself, BatchCallback<E> callback) {
		this.stage = stage;
		this.asksItself = asksItself;
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
	void resubscribe(Link old, ExitReason reason, SubscribeOptions options, CompletableFuture<Subscription> reply)
			throws Exception {
		Inbound replaced = old.inbound();
		if (replaced != null) {
			replaced.replace();
		}
		completing(reply, () -> open(old.producer(), options, (link) -> new Message.Replace(old, reason, link)));
	}

	private void completing(CompletableFuture<Subscription> reply, Callable<Link> subscribing) throws Exception {
		try {
			reply.complete(subscribing.call());
		}
		catch (Throwable ex) {
			reply.completeExceptionally(ex);
			throw ex;
		}
	}

	private Link open(StageRef producer, SubscribeOptions wanted, Function<Link, Message> request) throws Exception {
		boolean asksItself = this.asksItself.getAsBoolean();
		SubscribeOptions options = asksItself ? wanted.withManualDemand() : wanted;
		Link link = this.stage.newLink(producer, options);
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
	 * Returns the subscription by which events came, or null after telling the sender.
	 */
	@Nullable Inbound accept(Link link, int events) {
		Inbound inbound = link.inbound();
		if (inbound == null) {
			this.stage.lose(link, events);
			link.cancel(ExitReason.UNKNOWN_SUBSCRIPTION);
		}
		return inbound;
	}

	/**
	 * Handles the events of one message, batch by batch, and asks for more after each.
	 */
	void handle(Inbound inbound, List<E> events) throws Exception {
		int excess = inbound.demand().receive(events.size());
		if (excess > 0) {
			logger.log(Level.ERROR, () -> "stage '%s' got %d events in excess of what it had asked for by %s"
				.formatted(this.stage.name(), excess, inbound.link()));
		}
		int handled = 0;
		try {
			while (handled < events.size() && !this.stage.isStopping()) {
				int end = (int) Math.min((long) handled + inbound.demand().batchSize(), events.size());
				List<E> batch = events.subList(handled, end);
				this.callback.handle(batch, inbound.link());
				handled = end;
				this.stage.countIn(inbound.link(), batch.size());
				if (!this.stage.isStopping()) {
					replenish(inbound, batch.size());
				}
			}
		}
		finally {
			this.stage.lose(inbound.link(), events.size() - handled);
		}
	}

	private void replenish(Inbound inbound, int handled) {
		int ask = inbound.demand().replenish(handled);
		if (ask > 0 && inbound.isOpen()) {
			ask(inbound.link(), ask);
		}
	}

	private void ask(Link link, long demand) {
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
	boolean retune(Link link, SubscribeOptions options) {
		Inbound inbound = link.inbound();
		if (inbound == null) {
			return false;
		}
		link.retuned(options);
		ask(link, inbound.demand().retune(options));
		return link.isAskedByStage();
	}

	/** Holds all asks back, also those of subscriptions to come. */
	void suspend() {
		this.suspended = true;
		open().forEach(Link::suspend);
	}

	/** Asks for what was held back. */
	void release() {
		this.suspended = false;
		open().forEach((link) -> ask(link, link.release()));
	}

	/** Forgets a subscription that has ended, or returns null if there is none. */
	@Nullable Inbound forget(Link link) {
		Inbound inbound = link.inbound();
		if (inbound != null) {
			link.setInbound(null);
			inbound.close();
			link.close();
		}
		return inbound;
	}

	/**
	 * Ends a forgotten subscription, whose events have all been handled, and stops the
	 * stage if the mode says so.
	 */
	void end(Inbound inbound, Cancellation cancellation) {
		Link link = inbound.link();
		this.links.remove(link);
		link.end();
		ExitReason reason = cancellation.reason();
		if (inbound.isReplaced() || !link.options().cancel().stopsFor(reason)) {
			return;
		}
		logger.log(Level.INFO,
				() -> "stage '%s' stops because %s has ended: %s".formatted(this.stage.name(), link, cancellation));
		this.stage.stop(reason);
	}

	/** Tells all producers that the stage has stopped. */
	void closeAll(ExitReason reason) {
		for (Link link : this.links.all()) {
			Inbound inbound = forget(link);
			if (inbound != null) {
				link.tellProducer(new Message.Cancel(link, Cancellation.down(reason)));
			}
			else {
				link.end();
			}
		}
		this.links.clear();
	}

	List<SubscriptionStatus> status() {
		return this.links.status();
	}

	private List<Link> open() {
		return this.links.all().stream().filter((link) -> link.inbound() != null).toList();
	}

	/**
	 * The callback for one batch.
	 *
	 * @param <E> the type of the events
	 */
	@FunctionalInterface
	interface BatchCallback<E> {

		void handle(List<E> events, Subscription from) throws Exception;

	}

}
