package io.genstage;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.genstage.account.Activity;
import io.genstage.account.StageTimes;
import io.genstage.account.TimeAccount;
import io.genstage.buffer.EventList;
import io.genstage.delivery.DeliveryRow;
import io.genstage.delivery.Outcome;
import io.genstage.delivery.SettlementListener;
import io.genstage.delivery.SettlementQueue;
import io.genstage.delivery.Verdict;
import io.genstage.demand.Counter;
import io.genstage.intake.Lasting;
import io.genstage.log.StageLog;
import io.genstage.log.ThrownDescription;
import io.genstage.thread.StageScheduler;
import org.jspecify.annotations.Nullable;

/**
 * A running stage: takes one message after the other and knows when it is over. What a
 * message means for a kind of stage is said by the subclasses; what this kind can't get
 * is logged here.
 */
abstract sealed class StageActor implements StageContext permits ProducerActor, ConsumingActor {

	private static final System.Logger logger = StageLog.of(StageActor.class);

	private static final InstantSource CALENDAR = InstantSource.system();

	private final Stage stage;

	private final StageEnvironment environment;

	private final StageRef self;

	private final Counter in = new Counter();

	private final Counter out = new Counter();

	private final Counter discarded = new Counter();

	private final Counter deadLettered = new Counter();

	private final Counter skipped = new Counter();

	private final Counter retried = new Counter();

	private final Counter late = new Counter();

	/**
	 * Made when the first event is lost for a reason of its own, as few stages need it.
	 */
	private @Nullable LossLog losses;

	/** Those who wait for an answer, or null if nobody has called yet. */
	private @Nullable Callers callers;

	/** Messages behind events that are under way to this stage itself. */
	private int releasedInfos;

	private @Nullable ExitReason stopReason;

	private boolean failed;

	/** Whether the thread had been interrupted before it took the message in hand. */
	private boolean interruptedBefore;

	/** Made when the first delivery is emitted; any thread reads its numbers. */
	private volatile @Nullable SettlementQueue settlements;

	/** Null if nobody wants to know what takes long. */
	private final @Nullable StageWatch watch;

	/** Null if nobody wants to know what the stage spends its time on. */
	private final @Nullable TimeAccount account;

	/** Why the stage pauses, if it does for something that fails. */
	private volatile StageStatus.@Nullable Outage outage;

	/** Set once the stage has stopped. */
	private volatile @Nullable ExitReason exit;

	StageActor(String name, Stage stage, StageOptions options, StageEnvironment environment) {
		this.stage = stage;
		this.environment = environment;
		this.self = new StageRef(name, new Mailbox(environment.executor(), this::take, this::turn), () -> this,
				environment.scheduler(), environment.lookup());
		this.watch = (options.watch() != null && !options.watch().equals(Watch.NONE))
				? new StageWatch(this, options.watch()) : null;
		this.account = options.accounts() ? new TimeAccount(environment.scheduler()::nanoTime) : null;
	}

	private void turn(Runnable turn) {
		this.self.setTurning(Thread.currentThread());
		if (this.watch != null) {
			this.watch.wake();
		}
		if (this.account != null) {
			this.account.turn();
		}
		try {
			CurrentStage.run(this.self, turn);
			rest();
		}
		finally {
			this.self.setTurning(null);
		}
	}

	/** Notes what the stage does until it gets a message again. */
	private void rest() {
		if (this.account != null && this.exit == null && !this.self.mailbox().hasMessages()) {
			this.account.enter(resting(this.account));
		}
	}

	/** Returns what the stage waits for now, and notes which of its places are taken. */
	abstract Activity resting(TimeAccount account);

	/** Returns null if nobody wants to know what the stage spends its time on. */
	final @Nullable TimeAccount account() {
		return this.account;
	}

	/**
	 * A callback is going to be called for so many events, or for each of them. What asks
	 * an account that there may not be is here: code that gets it by a method is slower
	 * as long as its class is not loaded.
	 */
	final void beginCalls(int events) {
		if (this.account != null) {
			this.account.begin(events);
		}
	}

	/** The callback has handled so many events, or made them, in one call. */
	final void endCall(int events) {
		if (this.account != null) {
			this.account.endCall(events);
		}
	}

	/** Returns the time of this turn, or {@link TimeAccount#NO_MOMENT}. */
	final long moment() {
		return (this.account != null) ? this.account.moment() : TimeAccount.NO_MOMENT;
	}

	/** Returns whether the stage is known to have waited for demand up to now. */
	final boolean wasBlocked() {
		return this.account != null && this.account.is(Activity.BLOCKED);
	}

	/** A callback is going to be called. */
	final void noteHandling() {
		if (this.account != null) {
			this.account.enter(Activity.HANDLING);
		}
	}

	/** Starts the stage on the calling thread; messages are taken afterwards. */
	void start() throws Exception {
		StageRef outer = CurrentStage.enter(this.self);
		noteHandling();
		try {
			this.stage.onStart(this);
			listener().onStart(this.self);
			if (!isStopping()) {
				settle();
			}
			stopIfWanted();
			rest();
		}
		finally {
			CurrentStage.leave(outer);
		}
		this.self.mailbox().open();
	}

	/** Forgets a stage that could not start; what was sent to it meanwhile bounces. */
	void abandon(Throwable cause) {
		this.exit = ExitReason.failure(cause);
		this.self.completeStopped(ExitReason.failure(cause));
		this.self.mailbox().open();
	}

	private void take(Message message) {
		if (this.exit != null) {
			message.bounceFrom(this);
			return;
		}
		this.interruptedBefore = Thread.currentThread().isInterrupted();
		try {
			message.deliverTo(this);
			if (!isStopping()) {
				settle();
			}
		}
		catch (Throwable ex) {
			noteFailure(ex);
			throwIfFatal(ex);
		}
		finally {
			stopIfWanted();
		}
	}

	private void noteFailure(Throwable ex) {
		this.failed = true;
		this.stopReason = ExitReason.failure(ex);
		logger.log(Level.ERROR, () -> "stage '%s' has failed and stops".formatted(name()), ex);
	}

	@Override
	public void fail(Throwable failure) {
		throwIfFatal(failure);
		noteFailure(failure);
	}

	@Override
	public boolean hasFailed() {
		return this.failed;
	}

	/** Returns what has failed last, or null if nothing has or that is not known. */
	final @Nullable Throwable failure() {
		return (this.failed && this.stopReason != null) ? causeOf(this.stopReason) : null;
	}

	@Override
	public final @Nullable StageObserver observer() {
		return this.environment.observer();
	}

	/** The thread must learn that the JVM is in trouble; the stack has recovered. */
	static void throwIfFatal(Throwable ex) {
		if (ex instanceof VirtualMachineError error && !(ex instanceof StackOverflowError)) {
			throw error;
		}
	}

	private void stopIfWanted() {
		ExitReason reason = this.stopReason;
		if (reason == null) {
			return;
		}
		try {
			finishAndStop(reason);
		}
		catch (Throwable ex) {
			logger.log(Level.ERROR, () -> "stage '%s' has failed while stopping".formatted(name()), ex);
		}
		closeSides(reason);
		logLosses();
		this.exit = reason;
		if (this.watch != null) {
			this.watch.stop();
		}
		if (this.account != null) {
			this.account.enter(null);
		}
		if (this.callers != null) {
			this.callers.end(new StageNotRunningException(name()));
		}
		this.environment.removal().accept(this.self);
		listener().onStop(this.self, reason);
		this.self.completeStopped(reason);
	}

	private void finishAndStop(ExitReason reason) throws Exception {
		try {
			if (reason.isClean()) {
				finish();
			}
		}
		finally {
			endWork();
			this.stage.onStop(reason);
		}
	}

	@Override
	public StageRef self() {
		return this.self;
	}

	@Override
	public void stop(ExitReason reason) {
		if (this.stopReason == null) {
			this.stopReason = reason;
		}
	}

	@Override
	public void tellLater(Duration delay, Object message) {
		if (delay.isNegative()) {
			throw new IllegalArgumentException("a delay must not be negative, was " + delay);
		}
		this.self.timers().addShared(1);
		this.environment.scheduler().schedule(delay, () -> {
			this.self.tell(message);
			// Behind the message, so that the stage never seems to have nothing to do.
			this.self.timers().addShared(-1);
		});
	}

	@Override
	public void execute(Executor executor, Runnable work) {
		this.self.works().addShared(1);
		try {
			executor.execute(() -> {
				this.self.working().add(Thread.currentThread());
				try {
					CurrentStage.run(this.self, work);
				}
				finally {
					this.self.working().remove(Thread.currentThread());
					this.self.works().addShared(-1);
				}
			});
		}
		catch (Throwable ex) {
			this.self.works().addShared(-1);
			throw ex;
		}
	}

	@Override
	public void clearInterrupt() {
		// An interrupt that was there before is for whoever lent the thread.
		if (!this.interruptedBefore && !this.self.isStopWanted()) {
			Thread.interrupted();
		}
	}

	/** Returns the dead letters that stages of the system are writing. */
	final LettersUnderWay lettersUnderWay() {
		return this.environment.letters();
	}

	@Override
	public long nanoTime() {
		return this.environment.scheduler().nanoTime();
	}

	@Override
	public Executor executor() {
		return this.environment.executor();
	}

	StageScheduler scheduler() {
		return this.environment.scheduler();
	}

	/** Returns whether the stage stops as soon as the step in hand is made. */
	boolean isStopping() {
		return this.stopReason != null;
	}

	/** Any thread may ask. */
	boolean hasStopped() {
		return this.exit != null;
	}

	String name() {
		return this.self.name();
	}

	StageListener listener() {
		return this.environment.listener();
	}

	OpenSubscription newLink(StageRef producer, SubscribeOptions options) {
		return new OpenSubscription(this.environment.subscriptionIds().getAsLong(), producer, this.self, options);
	}

	void subscribed(Peer peer, OpenSubscription link) throws Exception {
		listener().onSubscribe(peer, link);
		this.stage.onSubscribe(peer, link);
	}

	/** Notes that events have come that were sent at some time. */
	final void noteArrival(int events, long sent) {
		if (this.account != null) {
			this.account.arrived(events, sent);
		}
	}

	/** Returns whether events of a subscription were sent to this stage. */
	private boolean hasCome(OpenSubscription link) {
		return link.consumer() == this.self && link.producer() != this.self;
	}

	/**
	 * Counts events as handled. The one place to do so, so that none is counted without
	 * being named.
	 */
	void countIn(OpenSubscription link, List<?> events) {
		this.in.add(events.size());
		link.settled.add(events.size());
		if (this.account != null && hasCome(link)) {
			this.account.handled(events.size());
		}
		settled(link);
		listener().onHandle(link, events);
	}

	/** Counts that an event is going to be handled again. */
	void countRetry(FailedEvent failed, Duration delay) {
		this.retried.add(1);
		listener().onRetry(this.self, failed, delay);
	}

	/** Counts a word on an event that is settled already. Any thread may call this. */
	void countLate() {
		this.late.addShared(1);
	}

	/** Counts an event that is given up, and neither handled nor lost. */
	void countGivenUp(OpenSubscription link, FailedEvent failed, Outcome outcome) {
		((outcome == Outcome.DEAD_LETTERED) ? this.deadLettered : this.skipped).add(1);
		link.settled.add(1);
		if (this.account != null && hasCome(link)) {
			this.account.lost(1);
		}
		settled(link);
		listener().onGiveUp(this.self, failed, outcome);
	}

	/** Notes that an event waits at its source for its next attempt, and not here. */
	void countGivenBack(OpenSubscription link) {
		link.settled.add(1);
		if (this.account != null && hasCome(link)) {
			this.account.lost(1);
		}
		settled(link);
	}

	@Override
	public void sourceUnavailable(@Nullable Throwable failure) {
		if ((failure != null) != (this.outage != null)) {
			noteOutage(failure, "waits for its %s, which can't be reached; it tries again from time to time"
				.formatted(StageKind.of(this.stage).produces() ? "source" : "target"));
		}
	}

	/** Reports that the stage pauses since everything fails, or goes on. */
	void noteOutage(@Nullable Throwable failure) {
		noteOutage(failure, "pauses, since everything fails alike; it tries from time to time with one event");
	}

	private void noteOutage(@Nullable Throwable failure, String what) {
		if (failure != null) {
			logger.log(Level.ERROR, () -> "stage '%s' %s".formatted(name(), what), failure);
		}
		else {
			logger.log(Level.INFO, () -> "stage '%s' goes on".formatted(name()));
		}
		this.outage = (failure != null) ? new StageStatus.Outage(failure, CALENDAR.instant()) : null;
		listener().onOutage(this.self, failure);
	}

	private SettlementQueue settlements() {
		SettlementQueue known = this.settlements;
		if (known != null) {
			return known;
		}
		SettlementQueue queue = newSettlements();
		if (this.watch != null) {
			queue = this.watch.watched(queue);
		}
		this.settlements = queue;
		return queue;
	}

	/** Returns where events are settled that it has emitted. Any thread may ask. */
	@Nullable SettlementQueue knownSettlements() {
		return this.settlements;
	}

	/** Returns how often its handler was called, plus how often it returned. */
	long calls() {
		return 0;
	}

	/** Returns whether events are worked on beside its turns. Any thread may ask. */
	boolean isWorkedBeside() {
		return false;
	}

	/** Returns what is worked on beside its turns, as {@code Intake#lasting} says. */
	List<Lasting> lasting(long now) {
		return List.of();
	}

	@Nullable StageRef find(String name) {
		return this.environment.lookup().apply(name);
	}

	private SettlementQueue newSettlements() {
		Executor reporting = this.environment.lastingTasks().on(this.environment.executor());
		return new SettlementQueue(reporting, new SettlementListener() {

			@Override
			public void onBusy() {
				StageActor.this.self.works().addShared(1);
			}

			@Override
			public void onIdle() {
				StageActor.this.self.works().addShared(-1);
			}

			@Override
			public void onSettled(int events) {
				settledAtSource();
			}

		});
	}

	/** Sources have heard of the end of emitted events. Called by any thread. */
	void settledAtSource() {
	}

	/**
	 * Returns how many emitted events of this run are open at their sources. Any thread
	 * may call this.
	 */
	final long unsettledAtSource() {
		SettlementQueue queue = this.settlements;
		return (queue != null) ? queue.unsettled() : 0;
	}

	/**
	 * Counts events as emitted, and takes those with a settlement into the engine.
	 * @param together whether they mostly stay together
	 * @return the events that are to go on
	 */
	<E> List<E> countOut(List<E> events, boolean together) {
		this.out.add(events.size());
		if (!EventList.hasDelivery(events)) {
			listener().onEmit(this.self, events);
			return events;
		}
		DeliveryRow known = EventList.rowOf(events);
		boolean divided = known != null && known.isNew() && known.size() != events.size();
		List<E> given = divided ? EventList.apart(events) : events;
		known = divided ? null : known;
		DeliveryRow row = (known == null && together) ? DeliveryRow.ofSource(given) : known;
		List<E> emitted = (row != null && known == null) ? EventList.of(row) : given;
		listener().onEmit(this.self, EventList.payloads(emitted));
		if (!((row != null) ? settlements().enter(row) : settlements().enter(emitted))) {
			throw new IllegalStateException(
					"stage '%s' has emitted a delivery twice: make another one of its event".formatted(name()));
		}
		return emitted;
	}

	@Override
	public void handled(Subscription from, List<?> events) {
		if (handledInHand(events.size())) {
			return;
		}
		OpenSubscription link = unfinished(from, events.size());
		if (!events.isEmpty()) {
			countIn(link, events);
			reported(link, events);
		}
	}

	/** Notes which events the stage has reported as handled. */
	void reported(OpenSubscription link, List<?> events) {
	}

	/** Counts events in hand, if the handler has some of several subscriptions. */
	boolean handledInHand(int events) {
		return false;
	}

	@Override
	public Subscription source(int index) {
		throw new IllegalStateException("stage '%s' handles no events".formatted(name()));
	}

	@Override
	public void discard(List<?> events, String reason, @Nullable Throwable cause) {
		if (!events.isEmpty()) {
			discard(List.of(Discard.of(events, reason, cause)));
		}
	}

	@Override
	public void discard(Subscription from, List<?> events, String reason, @Nullable Throwable cause) {
		OpenSubscription link = unfinished(from, events.size());
		if (!events.isEmpty()) {
			discard(link, List.of(Discard.of(link, events, reason, cause)));
			discardedInHand(link, events, Verdict.failed(reason, cause));
		}
	}

	/** Notes which of the events that its callback has got the stage has given up. */
	void discardedInHand(OpenSubscription link, List<?> events, Verdict verdict) {
	}

	/** Counts and logs received events that are lost at once while the stage goes on. */
	void discard(OpenSubscription link, List<Discard> all) {
		discard(all, (lost) -> lose(link, lost));
		settled(link);
	}

	/** Counts and logs emitted events that are lost at once while the stage goes on. */
	void discard(List<Discard> all) {
		discard(all, this::countDiscarded);
	}

	private void discard(List<Discard> all, Consumer<Discard> counting) {
		Map<String, Integer> byReason = new LinkedHashMap<>();
		try {
			for (Discard lost : all) {
				byReason.merge(described(lost.reason(), lost.cause()), lost.count(), Integer::sum);
				counting.accept(lost);
			}
		}
		finally {
			byReason.forEach((reason, events) -> logLoss(events, reason));
		}
	}

	/** Counts and logs emitted events that are lost since the stage fails or stops. */
	void discardAtTheEnd(List<?> events, String reason, @Nullable Throwable cause) {
		if (!events.isEmpty()) {
			countDiscarded(Discard.of(events, reason, cause));
			logDiscarded(events.size(), reason);
		}
	}

	/** Counts and logs such events that nobody knows. */
	void discardAtTheEnd(int events, String reason, @Nullable Throwable cause) {
		if (events > 0) {
			countDiscarded(Discard.unknown(events, reason, cause));
			logDiscarded(events, reason);
		}
	}

	/** Returns what has failed if that is the reason of an end. */
	static @Nullable Throwable causeOf(ExitReason reason) {
		return (reason instanceof ExitReason.Failure failure) ? failure.cause() : null;
	}

	private static String described(String reason, @Nullable Throwable cause) {
		if (cause == null) {
			return reason;
		}
		throwIfFatal(cause);
		return reason + ": " + ThrownDescription.describe(cause);
	}

	private void logLoss(int events, String reason) {
		LossLog log = (this.losses != null) ? this.losses : new LossLog(this);
		this.losses = log;
		log.add(events, reason);
	}

	void logDueLosses() {
		if (this.losses != null) {
			this.losses.logDue();
		}
	}

	private void logLosses() {
		if (this.losses != null) {
			this.losses.flush();
		}
	}

	/** Lets a message come after some time, for which no drain waits. */
	StageScheduler.Timer tellAfter(Duration delay, Message message) {
		return this.environment.scheduler().schedule(delay, () -> this.self.mailbox().tell(message));
	}

	private OpenSubscription unfinished(Subscription from, int events) {
		OpenSubscription link = OpenSubscription.of(from);
		if (events < 0 || link.consumer() != this.self || events > link.unsettled()) {
			throw new IllegalArgumentException("stage '%s' can't report %d events of %s, of which %d are unfinished"
				.formatted(name(), events, link, link.unsettled()));
		}
		return link;
	}

	/** Counts received events that are not going to be handled. */
	void lose(OpenSubscription link, int events, String reason, @Nullable Throwable cause) {
		if (events > 0) {
			lose(link, Discard.unknown(link, events, reason, cause));
		}
	}

	void lose(OpenSubscription link, Discard lost) {
		link.settled.add(lost.count());
		link.discarded.add(lost.count());
		if (this.account != null && hasCome(link)) {
			this.account.lost(lost.count());
		}
		countDiscarded(lost);
	}

	/** Counts events that came after the stage had stopped. */
	void bounce(OpenSubscription link, List<?> events) {
		link.bounce(events.size());
		lose(link, Discard.of(link, events, cameAfterTheStop(link), null));
	}

	/** Logs events that came after the stage had stopped, when no more can come. */
	void logBounced(OpenSubscription link) {
		logDiscarded(link.bounced(), cameAfterTheStop(link));
	}

	private static String cameAfterTheStop(OpenSubscription link) {
		return "they came by %s after it had stopped".formatted(link);
	}

	/**
	 * Counts a loss. The one place to do so, so that none is counted without being named.
	 */
	void countDiscarded(Discard lost) {
		int events = lost.count();
		this.discarded.add(events);
		if (EventList.hasDelivery(lost.events())) {
			// Sources hear also of events that were lost before they were emitted.
			settlements().enter(lost.events());
		}
		listener().onDiscard(this.self, lost.settled());
	}

	/**
	 * Returns a text about an end without the message of a failure, which may hold data.
	 */
	static String summary(ExitReason reason) {
		return (reason instanceof ExitReason.Failure failure)
				? "failure (%s)".formatted(failure.cause().getClass().getName()) : reason.toString();
	}

	/** Logs a loss. The one place to do so, so that each is logged once. */
	void logDiscarded(int events, String reason) {
		if (events > 0) {
			logger.log(Level.WARNING, () -> "stage '%s' has discarded %d events: %s".formatted(name(), events, reason));
		}
	}

	/**
	 * Checks the events that a callback returned and keeps them from being changed. A
	 * {@code null} among them fails the stage; those before it are still emitted.
	 */
	<E> List<E> checkedEvents(@Nullable List<E> returned) {
		if (returned == null) {
			throw new IllegalStateException(
					"a callback of stage '%s' returned null: return an empty list for no events".formatted(name()));
		}
		try {
			return EventList.copyOf(returned);
		}
		catch (NullPointerException ex) {
			return upToNull(new ArrayList<>(returned), ex);
		}
	}

	private <E> List<E> upToNull(List<E> returned, NullPointerException cause) {
		int before = returned.indexOf(null);
		if (before < 0) {
			throw cause;
		}
		List<E> behind = returned.subList(before, returned.size()).stream().filter(Objects::nonNull).toList();
		this.out.add(behind.size());
		discardAtTheEnd(behind, "a callback returned them behind a null", null);
		fail(new IllegalStateException(
				"element %d of what a callback of stage '%s' returned is null: leave it out for no event"
					.formatted(before + 1, name())));
		return EventList.copyOf(returned.subList(0, before));
	}

	/** Does what has become possible by the message that was just handled. */
	abstract void settle() throws Exception;

	/** Handles what was taken in and is held, since the stage stops in good order. */
	void finish() throws Exception {
	}

	/** Ends what is worked on beside the turns of the stage, which stops. */
	void endWork() {
	}

	/** Notifies all other sides of subscriptions that the stage has stopped. */
	abstract void closeSides(ExitReason reason);

	/** Any thread may call this. */
	StageStatus status() {
		WaitingEvents waiting = waiting();
		return new StageStatus(name(), StageKind.of(this.stage), this.exit, demandMode(), counts(), waiting,
				producers(), consumers(), (this.exit == null) ? this.outage : null,
				(this.exit == null && this.watch != null) ? this.watch.overdue() : List.of(), times(), arrivals(),
				progress());
	}

	/** Returns null if the stage keeps no account. Any thread may call this. */
	@Nullable StageTimes times() {
		return (this.account != null) ? this.account.read() : null;
	}

	/** Returns how many events have come from outside, or null if nobody knows. */
	@Nullable Long arrivals() {
		return null;
	}

	/** Returns how far a source has come, or null if there is none. */
	@Nullable SourceProgress progress() {
		return null;
	}

	/** Any thread may call this. */
	EventCounts counts() {
		return new EventCounts(this.in.get(), this.out.get(), this.discarded.get(), this.deadLettered.get(),
				this.skipped.get(), this.retried.get(), this.late.get());
	}

	/** Any thread may call this, as the following. */
	abstract WaitingEvents waiting();

	abstract DemandMode demandMode();

	abstract List<SubscriptionStatus> producers();

	abstract List<SubscriptionStatus> consumers();

	abstract void info(Object message) throws Exception;

	/** Hands a message to the stage when all that it has emitted has been handed on. */
	abstract void infoBehindEvents(Object message);

	/**
	 * Sends a message on its way to this stage itself, behind all that was sent to it.
	 */
	void release(Object message) {
		this.releasedInfos++;
		this.self.mailbox().tell(new Message.ReleasedInfo(message));
	}

	void releasedInfo(Object message) throws Exception {
		this.releasedInfos--;
		info(message);
	}

	/** Returns whether all messages behind events that were released have come. */
	boolean hasAllInfos() {
		return this.releasedInfos == 0;
	}

	/** Lets the stage answer a call, unless nobody waits for it any more. */
	void answer(Object request, Caller caller) throws Exception {
		if (caller.isAnswered()) {
			return;
		}
		Callers callers = (this.callers != null) ? this.callers : new Callers();
		this.callers = callers;
		callers.add(caller);
		call(request, caller);
		if (isStopping()) {
			callers.answerAtTheEnd(caller);
		}
		else {
			caller.eventsEmitted();
		}
	}

	abstract void call(Object request, Caller caller) throws Exception;

	/** Takes in nothing more, and reports when what it has taken in is handled. */
	abstract void pause(CompletableFuture<@Nullable Void> paused);

	abstract void resume() throws Exception;

	/** Takes in nothing new and completes. */
	void drain() throws Exception {
		complete();
	}

	/** Takes in nothing more from outside, if it is a stage that does. */
	void beginDrain() throws Exception {
	}

	/** Handles what it holds only to have more of it. */
	void flush() throws Exception {
		this.stage.onFlush();
	}

	/** Is in vain from now on, or {@code null} if it is not any more. */
	void consumersGone(@Nullable ExitReason cause) throws Exception {
	}

	// What only a consuming stage gets

	void subscribeTo(StageRef producer, SubscribeOptions options, CompletableFuture<Subscription> reply)
			throws Exception {
		refuseToSubscribe(producer.name(), reply);
	}

	private void refuseToSubscribe(String producer, CompletableFuture<Subscription> reply) {
		logMisdirected("subscribe to stage '%s'".formatted(producer));
		reply.completeExceptionally(new IllegalArgumentException(
				"stage '%s' is no consumer and can't subscribe to stage '%s'".formatted(name(), producer)));
	}

	/** Subscribes to a producer that somebody knows only by its name. */
	void subscribeTo(String producer, SubscribeOptions options, CompletableFuture<Subscription> reply)
			throws Exception {
		// Otherwise a stage that needs no producer would stop for the lack of one.
		if (!StageKind.of(this.stage).consumes()) {
			refuseToSubscribe(producer, reply);
			return;
		}
		StageRef found = this.environment.lookup().apply(producer);
		if (found != null) {
			subscribeTo(found, options, reply);
			return;
		}
		reply.completeExceptionally(new StageNotRunningException(producer));
		if (options.cancel().stopsFor(ExitReason.NO_STAGE)) {
			logger.log(Level.ERROR, () -> "stage '%s' (%s) stops: it subscribes to stage '%s', which is not running"
				.formatted(name(), this.stage.getClass().getName(), producer));
			stop(ExitReason.NO_STAGE);
		}
	}

	void resubscribe(OpenSubscription old, ExitReason reason, SubscribeOptions options,
			CompletableFuture<Subscription> reply) throws Exception {
		// Nobody has a subscription of a stage that is no consumer.
		subscribeTo(old.producer(), options, reply);
	}

	void retune(OpenSubscription link, SubscribeOptions options) throws Exception {
		logMisdirected("the new demand of " + link);
	}

	/** Asks for events that may have to wait for the rate of the stage. */
	void wantThroughGate(OpenSubscription link, long demand) {
		logMisdirected("what is asked for by " + link);
	}

	void receive(OpenSubscription link, List<?> events) throws Exception {
		logMisdirected("events by " + link);
		String reason = "it has no use for them";
		lose(link, Discard.of(link, events, reason, null));
		logDiscarded(events.size(), reason);
	}

	void loseProducer(OpenSubscription link, Cancellation cancellation) throws Exception {
		logMisdirected("the end of " + link);
	}

	/** Looks whether all events of a subscription are settled that has ended. */
	void settled(OpenSubscription link) {
	}

	// What only a producing stage gets

	void acceptConsumer(OpenSubscription link) throws Exception {
		logMisdirected(link.toString());
	}

	void ask(OpenSubscription link, long demand) throws Exception {
		logMisdirected("an ask by " + link);
	}

	void cancelConsumer(OpenSubscription link, Cancellation cancellation) throws Exception {
		logMisdirected("the cancel of " + link);
	}

	void consumerLeft(OpenSubscription link, Cancellation cancellation) throws Exception {
	}

	/** Emits events that no callback has returned. */
	void emitFromOutside(List<?> events) throws Exception {
		logMisdirected("events to emit");
	}

	void whileEmpty(Place place, Place.Empty empty) throws Exception {
		logMisdirected(place.toString());
	}

	void abandon(Collection<?> partitions) {
		logMisdirected("the end of partitions");
	}

	void setDemandMode(DemandMode mode) throws Exception {
		logMisdirected("demand mode " + mode);
	}

	private void logMisdirected(String what) {
		logger.log(Level.ERROR, () -> "stage '%s' is a %s, which can't handle this message: %s".formatted(name(),
				StageKind.of(this.stage), what));
	}

}
