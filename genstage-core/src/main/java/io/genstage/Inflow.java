package io.genstage;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.genstage.account.Activity;
import io.genstage.account.TimeAccount;
import io.genstage.failure.Retrying;
import io.genstage.intake.Inlet;
import io.genstage.intake.Intake;
import io.genstage.intake.Lasting;
import io.genstage.log.StageLog;
import io.genstage.rate.RateGate;
import org.jspecify.annotations.Nullable;

/**
 * The consuming side of a stage: its subscriptions, and the intake that decides when to
 * ask by them and when its {@link HandlingSite} gets their events.
 *
 * @param <E> the type of the events
 */
final class Inflow<E> {

	private static final System.Logger logger = StageLog.of(Inflow.class);

	private final StageActor stage;

	private final Handler<E> handler;

	/** Whether there are places for events that are worked on beside the turns. */
	private final boolean hasPlaces;

	private final boolean batching;

	private final IntakeClock clock;

	private final HandlingSite<E> site;

	private final Intake<E> intake;

	/** Null if the stage fails with its handler. */
	private final @Nullable Retrying<E> retrying;

	/** Null if the stage has no limit to its rate. */
	private final @Nullable RateGate<E> gate;

	/**
	 * Also those that are forgotten or have ended already, as long as events that came by
	 * them are not settled.
	 */
	private final OpenSubscriptions links = new OpenSubscriptions();

	private boolean suspended;

	Inflow(StageActor stage, StageOptions options, Handler<E> handler) {
		this.stage = stage;
		this.handler = handler;
		this.hasPlaces = handler.isAsync() || options.tasks() != null;
		this.batching = options.batching() != null;
		this.clock = new IntakeClock(stage);
		this.site = new HandlingSite<>(stage, options, handler, this);
		IntakeChoice<E> choice = new IntakeChoice<>(stage, options, handler);
		this.retrying = choice.retrying(this.site, this.site.failed(), this.clock);
		this.intake = choice.intake((this.retrying != null) ? this.retrying : this.site, this.clock);
		this.gate = (options.rate() != null)
				? new RateGate<>(options.rate(), this.intake, this.site, this.clock, this::request) : null;
	}

	/** Returns where the handler gets events. */
	HandlingSite<E> site() {
		return this.site;
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
		boolean asksItself = this.handler.asksItself() || this.intake.asksByItself();
		SubscribeOptions options = asksItself ? wanted.withManualDemand() : wanted;
		OpenSubscription link = this.stage.newLink(producer, options);
		if (asksItself) {
			link.letStageAsk();
		}
		Inbound inbound = new Inbound(link, this::want);
		link.setInbound(inbound);
		this.links.add(link);
		if (this.suspended) {
			link.suspend();
		}
		if (this.gate != null) {
			this.gate.subscribe(inbound);
			link.askThroughGate(options.manual());
		}
		link.tellProducer(request.apply(link));
		this.stage.subscribed(Peer.PRODUCER, link);
		this.intake.subscribe(inbound);
		settleGate();
		return link;
	}

	/**
	 * Returns the subscription by which events came, or null after notifying the sender.
	 */
	@Nullable Inbound accept(OpenSubscription link, List<?> events) {
		Inbound inbound = link.inbound();
		if (inbound == null) {
			String reason = "it doesn't know " + link;
			this.stage.lose(link, Discard.of(link, events, reason, null));
			this.stage.logDiscarded(events.size(), reason);
			link.cancel(ExitReason.UNKNOWN_SUBSCRIPTION);
		}
		else {
			link.receive(events.size());
		}
		return inbound;
	}

	/**
	 * Takes the events of one message in. What is not handled because the stage stops is
	 * lost when it {@linkplain #closeAll closes}.
	 */
	void take(Inbound inbound, List<E> events) throws Exception {
		if (this.gate != null) {
			this.gate.receive(inbound, events);
			this.gate.settle();
		}
		else {
			this.intake.receive(inbound, events);
		}
	}

	/** Takes note of what a stage asks for that asks itself and has a limit. */
	void wantThroughGate(OpenSubscription link, long demand) {
		Inbound inbound = link.inbound();
		if (inbound != null) {
			want(inbound, demand);
			settleGate();
		}
	}

	/** Called by the intake: asks for events, which may have to wait at the gate. */
	void want(Inbound inbound, long demand) {
		if (this.gate != null) {
			this.gate.want(inbound, demand);
		}
		else {
			request(inbound, demand);
		}
	}

	private void request(Inlet inlet, long demand) {
		if (this.stage.isStopping()) {
			return;
		}
		OpenSubscription link = ((Inbound) inlet).link();
		if (link.options().manual()) {
			link.askGranted(demand);
		}
		else {
			ask(link, demand);
		}
	}

	private void settleGate() {
		if (this.gate != null) {
			this.gate.settle();
		}
	}

	/**
	 * Returns whether a message of the stage to itself is for the intake, which has done
	 * then what it wanted to do.
	 */
	boolean wakesBy(Object message) throws Exception {
		if (this.site.takes(message)) {
			settleGate();
			return true;
		}
		if (message instanceof StageTasks.StepMessage steps) {
			steps.step().take();
			wakeIntake();
			return true;
		}
		if (!this.clock.wakesBy(message)) {
			return false;
		}
		if (this.gate != null) {
			this.gate.wake();
		}
		if (!this.stage.hasFailed()) {
			wakeIntake();
		}
		return true;
	}

	private void wakeIntake() throws Exception {
		this.intake.wake();
		if (this.retrying != null) {
			this.retrying.wake();
		}
		settleGate();
	}

	void flush() {
		this.intake.flush();
		settleGate();
	}

	/** Handles what is held, since nothing more will come; {@code drained} follows. */
	void drain() throws Exception {
		if (this.gate != null) {
			this.gate.drain();
			this.gate.settle();
		}
		else {
			this.intake.drain();
		}
	}

	/** The stage has started. */
	void started() {
		this.intake.started();
	}

	/** Returns whether events are worked on beside the turns. Any thread may ask. */
	boolean isWorkedBeside() {
		return this.hasPlaces && this.intake.held() > 0;
	}

	/** Returns what is worked on beside the turns. */
	List<Lasting> lasting(long now) {
		return this.intake.lasting(now);
	}

	/** Returns what the stage waits for now, and notes which places are taken. */
	Activity resting(TimeAccount account) {
		if (this.hasPlaces) {
			account.places(this.intake.places(), this.intake.placesTaken());
		}
		else if (this.retrying != null) {
			int held = (int) this.retrying.held();
			account.places((held > 0) ? windows() : 0, held);
		}
		if (this.suspended) {
			return Activity.PAUSED;
		}
		if (this.retrying != null && this.retrying.holdsAllUp()) {
			return Activity.RETRYING;
		}
		if (this.gate != null && this.gate.isHolding()) {
			return Activity.RATE_LIMITED;
		}
		if (this.hasPlaces && this.intake.placesTaken() > 0 && this.intake.placesTaken() >= this.intake.places()) {
			return waitingForResult();
		}
		if (this.batching && this.intake.held() > 0) {
			return Activity.COLLECTING;
		}
		boolean mayAskNobody = this.hasPlaces || this.retrying != null || this.handler.reportsHandled()
				|| this.handler.asksItself();
		return (mayAskNobody && asksNobody()) ? withoutDemand() : Activity.STARVED;
	}

	/** Returns how many events may be asked for and not handled. */
	private int windows() {
		int windows = 0;
		for (OpenSubscription link : this.links.all()) {
			windows += link.options().maxDemand();
		}
		return windows;
	}

	private boolean asksNobody() {
		for (OpenSubscription link : this.links.all()) {
			if (link.asked.get() > link.sent.get()) {
				return false;
			}
		}
		return true;
	}

	private Activity withoutDemand() {
		if (this.handler.asksItself()) {
			// Whoever it stands for asks for nothing.
			return Activity.BLOCKED;
		}
		return (this.links.inFlight() > 0) ? waitingForResult() : Activity.STARVED;
	}

	private Activity waitingForResult() {
		return (this.retrying != null && this.retrying.onlyWaits()) ? Activity.RETRYING : Activity.WAITING;
	}

	/** Lets events keep their places in the demand, or gives them back. */
	void unfinished(Inlet inlet, int change) {
		this.intake.unfinished(inlet, change);
	}

	/** Ends what is worked on beside the turns of the stage, which stops. */
	void endWork() {
		this.intake.endWork();
	}

	/** Returns whether a call is for the intake, which answers it then. */
	boolean answers(Object request, Caller caller) throws Exception {
		if (request instanceof StageTasks.Question question) {
			question.answering().accept(caller);
			wakeIntake();
			return true;
		}
		return false;
	}

	/** Handles what the intake holds, since the stage stops in good order. */
	void finish() throws Exception {
		this.intake.finish();
		if (this.retrying != null) {
			this.retrying.hurry();
		}
	}

	/** Tries again at once what waits for it, since the pipeline drains. */
	void hurry() throws Exception {
		if (this.retrying != null) {
			this.retrying.hurry();
			settleGate();
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
		inbound.demand().retune(options.maxDemand(), options.minDemand());
		if (this.handler.asksItself()) {
			return true;
		}
		if (this.gate != null) {
			// By lower limits less may be wanted than waits at the gate.
			this.intake.withdraw(inbound, this.gate.withdraw(inbound));
		}
		this.intake.retune(inbound);
		settleGate();
		return false;
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
	@Nullable Inbound forget(OpenSubscription link, Cancellation cancellation) {
		Inbound inbound = link.inbound();
		if (inbound != null) {
			link.setInbound(null);
			inbound.close(cancellation);
			link.close();
		}
		return inbound;
	}

	/**
	 * Ends a forgotten subscription, all of whose events have been taken in;
	 * {@code ended} follows.
	 */
	void endBehindEvents(Inbound inbound) throws Exception {
		boolean stops = stopsStage(inbound);
		boolean inGoodOrder = inbound.cancellation().reason().isClean();
		if (this.gate != null) {
			this.gate.end(inbound, stops, inGoodOrder);
			this.gate.settle();
		}
		else {
			this.intake.end(inbound, stops && inGoodOrder);
		}
	}

	/** Returns whether the end of a forgotten subscription stops the stage. */
	boolean stopsStage(Inbound inbound) {
		return !inbound.isReplaced() && inbound.link().options().cancel().stopsFor(inbound.cancellation().reason());
	}

	/**
	 * Closes a subscription that has ended, for which nothing is to be done any more.
	 * @return whether that stops the stage
	 */
	boolean end(Inbound inbound) {
		OpenSubscription link = inbound.link();
		link.end();
		settled(link);
		boolean stops = stopsStage(inbound);
		if (stops) {
			logger.log(Level.INFO, () -> "stage '%s' stops because %s has ended: %s".formatted(this.stage.name(), link,
					inbound.cancellation()));
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
	 * is not settled. Of what the stage has kept itself, only the number is known.
	 * @param queued what has not been taken in
	 */
	void closeAll(ExitReason reason, List<IncomingQueue.Received<E>> queued) {
		this.intake.close();
		if (this.retrying != null) {
			this.retrying.close();
		}
		if (this.gate != null) {
			this.gate.close();
		}
		queued.forEach((message) -> this.site.left(message.inbound(), message.events()));
		String stopped = "received and not handled when it stopped (%s)".formatted(StageActor.summary(reason));
		int lost = 0;
		for (OpenSubscription link : this.links.all()) {
			lost += link.unsettled();
			this.site.lose(link, stopped, StageActor.causeOf(reason));
			Cancellation down = Cancellation.down(reason);
			if (forget(link, down) != null) {
				link.tellProducer(new Message.Cancel(link, down));
			}
			else {
				link.end();
			}
		}
		this.links.clear();
		this.site.close(stopped, StageActor.causeOf(reason));
		this.stage.logDiscarded(lost, stopped);
	}

	List<SubscriptionStatus> status() {
		return this.links.status();
	}

	/** Returns whether events are in flight, so that the stage must not complete. */
	boolean isBusy() {
		return this.intake.isBusy() || (this.retrying != null && this.retrying.isBusy());
	}

	/** Returns how many events have come and wait to be handed to the stage. */
	long collected() {
		return this.intake.held() + ((this.gate != null) ? this.gate.held() : 0) + retrying();
	}

	/** Returns how many of these are going to be handled again. */
	long retrying() {
		return (this.retrying != null) ? this.retrying.held() : 0;
	}

	/**
	 * Returns how many events were sent to the stage and are unfinished, or are kept by
	 * it.
	 * @param kept those that the stage itself says it keeps; if it reports what it has
	 * handled, they are among those that are not settled, but for some that nobody sent,
	 * as are those that are collected
	 * @param queued those that wait to be taken in
	 */
	long held(long kept, long queued) {
		long unsettled = this.links.inFlight();
		long known = queued + collected();
		return this.handler.reportsHandled() ? Math.max(unsettled, kept + known) : Math.max(unsettled, known) + kept;
	}

	private List<OpenSubscription> open() {
		return this.links.all().stream().filter((link) -> link.inbound() != null).toList();
	}

}
