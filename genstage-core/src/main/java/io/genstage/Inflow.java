package io.genstage;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

import io.genstage.account.Activity;
import io.genstage.account.TimeAccount;
import io.genstage.batch.Batch;
import io.genstage.batch.BatchIntake;
import io.genstage.batch.Batching;
import io.genstage.buffer.EventList;
import io.genstage.delivery.Acknowledgement;
import io.genstage.delivery.Answer;
import io.genstage.delivery.Answers;
import io.genstage.delivery.BatchFailure;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.DeliveryGroup;
import io.genstage.delivery.Outcome;
import io.genstage.delivery.Verdict;
import io.genstage.demand.Counter;
import io.genstage.failure.Attempted;
import io.genstage.failure.Attempting;
import io.genstage.failure.Decision;
import io.genstage.failure.EventRejectedException;
import io.genstage.failure.FailedAttempt;
import io.genstage.failure.FailureDecider;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.FailuresDecider;
import io.genstage.failure.RetryAfterException;
import io.genstage.failure.Retrying;
import io.genstage.flight.FlightLog;
import io.genstage.flight.RecordedHandling;
import io.genstage.intake.Handling;
import io.genstage.intake.InFlight;
import io.genstage.intake.InFlightEvent;
import io.genstage.intake.InFlightIntake;
import io.genstage.intake.Inlet;
import io.genstage.intake.Intake;
import io.genstage.intake.Lasting;
import io.genstage.intake.Refused;
import io.genstage.intake.WindowIntake;
import io.genstage.log.StageLog;
import io.genstage.rate.RateGate;
import io.genstage.task.TaskIntake;
import io.genstage.task.Tasks;
import io.genstage.thread.StageScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The consuming side of a stage: its subscriptions, the intake that decides when to ask
 * by them, and the one place where its handler gets events.
 *
 * @param <E> the type of the events
 */
final class Inflow<E> implements Attempting<E> {

	private static final System.Logger logger = StageLog.of(Inflow.class);

	private final StageActor stage;

	private final Handler<E> handler;

	private final boolean perEvent;

	private final boolean async;

	private final boolean tasks;

	private final boolean takesDeliveries;

	private final boolean batching;

	/** Null if nobody wants to know what the stage spends its time on. */
	private final @Nullable TimeAccount account;

	private final FlightLog flight = FlightLog.get();

	/** Whoever may let the handler fail in its place, mostly nobody. */
	private final @Nullable List<FaultInjector> faults;

	/** Surrounds the calls of the handler, mostly nobody. */
	private final @Nullable StageObserver observer;

	private final IntakeClock clock;

	private final Intake<E> intake;

	/** Null if the stage fails with its handler. */
	private final @Nullable Retrying<E> retrying;

	/** How long an attempt may take, null for as long as it likes. */
	private final @Nullable Duration timeout;

	private final Burial burial;

	/** Null if the stage has no limit to its rate. */
	private final @Nullable RateGate<E> gate;

	/**
	 * Also those that are forgotten or have ended already, as long as events that came by
	 * them are not settled.
	 */
	private final OpenSubscriptions links = new OpenSubscriptions();

	private boolean suspended;

	/** By which the events came that are being handled, or the first of them. */
	private @Nullable OpenSubscription source;

	/** By which each of these events came, or empty if all came by the same. */
	private List<Inlet> sources = List.of();

	/** Up to which place events in hand are counted as handled, if not all at once. */
	private int counted;

	/** The events that the handler has now. */
	private List<E> inHand = List.of();

	/** These as the handler sees them. */
	private List<E> given = List.of();

	/** These as they came. */
	private List<E> carried = List.of();

	/** Whether a delivery is among them. */
	private boolean carrying;

	/** Which attempt this is for them. */
	private int attempt;

	/** The call that has them now, or had them last; null if nobody observes it. */
	private @Nullable ObservedCall observed;

	/** How many of them have been handled, if it is given one after the other. */
	private int handled;

	private final ResultPace pace = new ResultPace();

	/** How many events of their subscription had been settled before them. */
	private long settledBefore;

	/** Odd while the handler has them; any thread may look. */
	private final Counter calls = new Counter();

	/** Null if calls may take as long as they like. */
	private final @Nullable TimedCall timedCall;

	/** What the handler has reported as its failure, while it was called. */
	private @Nullable Throwable reportedFailure;

	/** The places of those of them that the handler has given up. */
	private final BitSet givenUp = new BitSet();

	/** What the stage has and will report itself, if it is one that does. */
	private final UnreportedDeliveries unreported = new UnreportedDeliveries();

	/** Stands for the subscription of events that nobody has sent, once there are any. */
	private @Nullable Inbound nobody;

	/** Events that will not be handled, since the stage stops, in their order. */
	private final IdentityHashMap<OpenSubscription, List<E>> left = new IdentityHashMap<>(0);

	Inflow(StageActor stage, StageOptions options, Handler<E> handler) {
		this.stage = stage;
		this.handler = handler;
		if (handler.takesDeliveries() && handler.reportsHandled()) {
			throw new IllegalArgumentException(
					"stage '%s' can't take deliveries, since it reports itself what it has handled"
						.formatted(stage.name()));
		}
		this.perEvent = handler.isPerEvent();
		this.async = handler.isAsync();
		this.tasks = options.tasks() != null;
		this.batching = options.batching() != null;
		this.account = stage.account();
		this.takesDeliveries = handler.takesDeliveries();
		this.faults = faults(options);
		this.observer = stage.observer();
		this.clock = new IntakeClock(stage);
		this.burial = new Burial(stage, options);
		this.retrying = (options.failure() != null) ? new Retrying<>(checkedPolicy(options), this, this.clock) : null;
		this.timeout = (this.retrying != null && options.failure() != null) ? options.failure().timeout() : null;
		this.timedCall = (this.timeout != null) ? new TimedCall(this.timeout, stage.scheduler()) : null;
		this.intake = intake(options, (this.retrying != null) ? this.retrying : this);
		this.gate = (options.rate() != null)
				? new RateGate<>(options.rate(), this.intake, this, this.clock, this::request) : null;
	}

	private static @Nullable List<FaultInjector> faults(StageOptions options) {
		List<FaultInjector> faults = options.listeners()
			.stream()
			.filter(FaultInjector.class::isInstance)
			.map(FaultInjector.class::cast)
			.toList();
		return faults.isEmpty() ? null : faults;
	}

	/** Lets the handler fail before it is called, if somebody wants that. */
	private void injectFault(E event) throws Exception {
		if (this.faults != null) {
			injectFaults(List.of(event));
		}
	}

	private void injectFaults(List<E> events) throws Exception {
		if (this.faults != null) {
			for (FaultInjector fault : this.faults) {
				fault.beforeHandling(this.stage.self(), events);
			}
		}
	}

	private FailurePolicy checkedPolicy(StageOptions options) {
		if (this.handler.reportsHandled()) {
			throw new IllegalArgumentException(
					"stage '%s' can't have a failure policy, since it reports itself what it has handled"
						.formatted(this.stage.name()));
		}
		return Objects.requireNonNull(options.failure());
	}

	@SuppressWarnings("unchecked") // the stage chose its options
	private Intake<E> intake(StageOptions options, Handling<E> handling) {
		if (options.tasks() != null) {
			return taskIntake((Tasks<E>) options.tasks(), options, handling);
		}
		if (this.handler.isAsync()) {
			return asyncIntake(options, handling);
		}
		if (options.inFlight() != null) {
			throw new IllegalArgumentException(
					"stage '%s' can't have events in flight, since it is no asynchronous stage: let it be an %s or an %s"
						.formatted(this.stage.name(), AsyncConsumerStage.class.getSimpleName(),
								AsyncProducerConsumerStage.class.getSimpleName()));
		}
		Batching<?> batching = options.batching();
		if (batching == null) {
			return new WindowIntake<>(handling);
		}
		if (this.handler.asksItself() || this.handler.reportsHandled()) {
			throw new IllegalArgumentException(
					"stage '%s' can't be given batches, since it %s itself: put a producer-consumer with the batching before it"
						.formatted(this.stage.name(),
								this.handler.asksItself() ? "asks for events" : "reports what it has handled"));
		}
		return new BatchIntake<>((Batching<E>) batching, handling, this.clock);
	}

	private Intake<E> taskIntake(Tasks<E> tasks, StageOptions options, Handling<E> handling) {
		String reason = reasonAgainstTasks(options);
		if (reason != null) {
			throw new IllegalArgumentException(
					"stage '%s' can't have a task for each event, since it %s".formatted(this.stage.name(), reason));
		}
		return new TaskIntake<>(tasks, handling, new StageTasks(this.stage), options.failure() != null);
	}

	private @Nullable String reasonAgainstTasks(StageOptions options) {
		if (options.batching() != null) {
			return "is given batches: remove one of the two";
		}
		if (this.handler.isAsync() || options.inFlight() != null) {
			return "has events in flight: remove one of the two";
		}
		if (this.handler.asksItself()) {
			return "asks for events itself";
		}
		return this.handler.reportsHandled() ? "reports what it has handled itself" : null;
	}

	private Intake<E> asyncIntake(StageOptions options, Handling<E> handling) {
		if (options.batching() != null) {
			throw new IllegalArgumentException(
					"stage '%s' can't be given batches, since it begins one event after the other"
						.formatted(this.stage.name()));
		}
		return new InFlightIntake<>((options.inFlight() != null) ? options.inFlight() : InFlight.of(1), handling);
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
		if (message instanceof Completed completed) {
			completed.step().run();
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

	/** Returns how often the handler was called and how often that was over. */
	long calls() {
		return this.calls.get();
	}

	/** Returns whether events are worked on beside the turns. Any thread may ask. */
	boolean isWorkedBeside() {
		return (this.async || this.tasks) && this.intake.held() > 0;
	}

	/** Returns what is worked on beside the turns. */
	List<Lasting> lasting(long now) {
		return this.intake.lasting(now);
	}

	/** Returns what the stage waits for now, and notes which places are taken. */
	Activity resting(TimeAccount account) {
		boolean hasPlaces = this.async || this.tasks;
		if (hasPlaces) {
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
		if (hasPlaces && this.intake.placesTaken() > 0 && this.intake.placesTaken() >= this.intake.places()) {
			return waitingForResult();
		}
		if (this.batching && this.intake.held() > 0) {
			return Activity.COLLECTING;
		}
		boolean mayAskNobody = hasPlaces || this.retrying != null || this.handler.reportsHandled()
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
		if (this.handler.asksItself() && !this.tasks) {
			// Whoever it stands for asks for nothing.
			return Activity.BLOCKED;
		}
		return (this.links.inFlight() > 0) ? waitingForResult() : Activity.STARVED;
	}

	private Activity waitingForResult() {
		return (this.retrying != null && this.retrying.onlyWaits()) ? Activity.RETRYING : Activity.WAITING;
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

	@Override
	public void handle(Inlet inlet, List<E> events) throws Exception {
		attempt(inlet, events, 1);
	}

	@Override
	public void handle(List<Inlet> inlets, List<E> events) throws Exception {
		attempt(inlets, events, 1);
	}

	@Override
	public Attempted attempt(Inlet inlet, List<E> events, int attempt) throws Exception {
		this.attempt = attempt;
		take(((Inbound) inlet).link(), List.of(), events);
		return attemptInHand();
	}

	@Override
	public Attempted attempt(List<Inlet> inlets, List<E> events, int attempt) throws Exception {
		this.attempt = attempt;
		take(((Inbound) inlets.get(0)).link(), inlets, events);
		return attemptInHand();
	}

	private Attempted attemptInHand() throws Exception {
		RecordedHandling recorded = this.flight.handling(this.stage.name(), this.inHand.size());
		if (recorded == null) {
			return callInHand();
		}
		try {
			Attempted attempted = callInHand();
			recorded.end(attempted.firstFailure());
			return attempted;
		}
		catch (Throwable ex) {
			recorded.end(ex);
			throw ex;
		}
	}

	private Attempted callInHand() throws Exception {
		if (this.account != null) {
			this.account.begin(this.inHand.size());
		}
		return this.perEvent ? callForEach() : callOnce();
	}

	private void callFailed(@Nullable Throwable failure) {
		if (this.account != null && failure != null) {
			this.account.fail(failure instanceof RetryAfterException);
		}
	}

	private void take(OpenSubscription first, List<Inlet> inlets, List<E> events) {
		this.source = first;
		this.sources = inlets;
		this.settledBefore = first.settled.get();
		this.counted = 0;
		this.handled = 0;
		this.carried = events;
		this.carrying = EventList.hasDelivery(events);
		this.inHand = this.carrying ? payloads(events) : events;
		this.given = (this.takesDeliveries && !this.perEvent) ? deliveries(events) : this.inHand;
		this.givenUp.clear();
		this.reportedFailure = null;
		if (this.carrying && this.handler.reportsHandled()) {
			for (int place = 0; place < events.size(); place++) {
				this.unreported.add(source(place), delivery(place));
			}
		}
	}

	@SuppressWarnings("unchecked") // a delivery stands for an event of this type
	private static <E> E payloadOf(E event) {
		return (E) Delivery.payload(event);
	}

	private static <E> List<E> payloads(List<E> events) {
		return together(events, EventList.payloads(events));
	}

	private List<E> deliveries(List<E> events) {
		return together(events, events.stream().map(this::seen).toList());
	}

	private static <E> List<E> together(List<E> events, List<E> seen) {
		return (events instanceof Batch<?, E> batch) ? new Batch<>(batch.key(), seen, batch.closing()) : seen;
	}

	/**
	 * Returns what the handler is to see of an event in one attempt. If that is a
	 * delivery, it is a child: what is made of it in vain must not keep the event open.
	 */
	@SuppressWarnings("unchecked") // the stage says that it takes deliveries
	private E seen(E event) {
		if (!this.takesDeliveries) {
			return payloadOf(event);
		}
		return (E) ((event instanceof Delivery<?> delivery) ? delivery.with(delivery.event())
				: Delivery.ofPlain(event));
	}

	/** The attempt for which the handler has seen this is over. */
	private void close(E seen, boolean handled) {
		if (this.takesDeliveries && seen instanceof Delivery<?> delivery) {
			if (handled) {
				delivery.settle(Verdict.accepted());
			}
			else if (!delivery.isSettled()) {
				delivery.settleNow(Verdict.accepted());
			}
		}
	}

	private @Nullable Delivery<?> delivery(int place) {
		return this.carrying ? delivery(this.carried.get(place)) : null;
	}

	private static @Nullable Delivery<?> delivery(Object event) {
		return (event instanceof Delivery<?> delivery) ? delivery : null;
	}

	private void accept(@Nullable Delivery<?> delivery) {
		if (delivery != null && !delivery.isHandled() && !this.handler.reportsHandled()) {
			delivery.settle(Verdict.accepted());
		}
	}

	/** Returns the deliveries in hand at some places that are not settled. */
	private List<Delivery<?>> openDeliveries(BitSet places) {
		List<Delivery<?>> open = new ArrayList<>(this.carrying ? places.cardinality() : 0);
		if (this.carrying) {
			places.stream().forEach((place) -> addIfOpen(delivery(place), open));
		}
		return open;
	}

	/** Returns all deliveries in hand that are not settled. */
	private List<Delivery<?>> openDeliveries() {
		if (!this.carrying) {
			return List.of();
		}
		List<Delivery<?>> open = new ArrayList<>(this.carried.size());
		for (E event : this.carried) {
			addIfOpen(delivery(event), open);
		}
		return open;
	}

	private static void addIfOpen(@Nullable Delivery<?> delivery, List<Delivery<?>> open) {
		if (delivery != null && !delivery.isHandled()) {
			open.add(delivery);
		}
	}

	/**
	 * Emits what was made of several events together, and accepts these.
	 * @param by the call that has made it, or null if nobody observes it
	 */
	@SuppressWarnings("ReferenceEquality") // there is one only that emits nothing
	private void emit(Emission made, List<Delivery<?>> of, @Nullable ObservedCall by) throws Exception {
		if (of.isEmpty()) {
			made.emit((by != null) ? by::carrying : null);
		}
		else if (of.size() == 1) {
			made.emit(parent(of.get(0), by));
			accept(of.get(0));
		}
		else if (made == Emission.NONE) {
			acceptAll(of);
		}
		else {
			DeliveryGroup group = Delivery.group(of, !this.handler.reportsHandled());
			try {
				made.emit((by != null) ? (output) -> by.child(group, output) : group::with);
			}
			finally {
				group.close();
			}
		}
	}

	/** Returns what makes events of the results of an event, or null if they are such. */
	private static @Nullable UnaryOperator<Object> parent(@Nullable Delivery<?> delivery, @Nullable ObservedCall by) {
		if (delivery == null) {
			return (by != null) ? by::carrying : null;
		}
		return (by != null) ? (output) -> by.child(delivery, output) : delivery::with;
	}

	private void acceptAll(List<Delivery<?>> deliveries) {
		if (!this.handler.reportsHandled()) {
			Delivery.settleAll(deliveries, Verdict.accepted());
		}
	}

	/** Hands over all events at once. */
	private Attempted callOnce() throws Exception {
		Emission made = Emission.NONE;
		Attempted attempted = Attempted.HANDLED;
		List<Delivery<?>> handled = List.of();
		boolean known = false;
		try {
			made = callback();
			known = !this.stage.hasFailed();
			if (this.reportedFailure != null) {
				callFailed(this.reportedFailure);
				made = Emission.NONE;
				attempted = failedTogether(this.reportedFailure);
				handled = openDeliveries(attempted.handled());
			}
			else if (known) {
				if (this.account != null) {
					this.account.endCall(this.inHand.size());
				}
				countAll();
				handled = openDeliveries();
			}
		}
		catch (Exception ex) {
			if (!isWorthAnother(ex)) {
				throw ex;
			}
			callFailed(ex);
			attempted = (ex instanceof BatchFailure named) ? failed(named) : failedTogether(ex);
			handled = openDeliveries(attempted.handled());
			known = true;
		}
		finally {
			if (this.takesDeliveries) {
				boolean all = known && attempted == Attempted.HANDLED;
				this.given.forEach((seen) -> close(seen, all));
			}
			letGo(known);
		}
		emit(made, handled, this.observed);
		return attempted;
	}

	private Emission callback() throws Exception {
		ObservedCall observed = observe(this.inHand, this.carried, this.attempt);
		this.observed = observed;
		if (observed == null) {
			return calledBack();
		}
		try {
			Emission made = calledBack();
			observed.end(failureOfCall());
			return made;
		}
		catch (Throwable ex) {
			observed.end(ex);
			throw ex;
		}
	}

	private @Nullable ObservedCall observe(List<?> events, List<?> carried, int attempt) {
		return (this.observer != null) ? ObservedCall.begin(this.observer, this.stage.self(), events, carried, attempt)
				: null;
	}

	/** Returns what has failed in a call that has returned, if anything. */
	private @Nullable Throwable failureOfCall() {
		return (this.reportedFailure != null) ? this.reportedFailure : this.stage.failure();
	}

	private Emission calledBack() throws Exception {
		beginCall();
		try {
			injectFaults(this.inHand);
			Emission made = this.handler.handle(this.given, source(0));
			failIfLate();
			return made;
		}
		catch (BatchFailure ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw endsLate() ? lateFailure(ex) : ex;
		}
		finally {
			endCall();
		}
	}

	private void beginCall() {
		this.calls.add(1);
		if (this.timedCall != null) {
			this.timedCall.begin();
		}
	}

	private void endCall() {
		endsLate();
		this.calls.add(1);
		this.stage.clearInterrupt();
	}

	/** Ends the time of a call and returns whether it was over before. */
	private boolean endsLate() {
		return this.timedCall != null && this.timedCall.end();
	}

	private TimeoutException lateFailure(@Nullable Throwable cause) {
		return Objects.requireNonNull(this.timedCall).failure(this.stage.name(), cause);
	}

	/** Nobody knows what a call has done that was interrupted. */
	private void failIfLate() {
		if (!endsLate()) {
			return;
		}
		Throwable reported = this.reportedFailure;
		this.reportedFailure = null;
		Throwable failure = lateFailure(reported);
		if (!this.perEvent && isWorthAnother(failure)) {
			this.reportedFailure = failure;
		}
		else if (!this.perEvent || !catches(failure)) {
			this.reportedFailure = reported;
		}
	}

	/** Returns whether the handler has events that it was given to handle now. */
	private boolean isCalling() {
		return !this.async && (this.calls.get() & 1) != 0;
	}

	private void countAll() {
		if (!this.sources.isEmpty()) {
			countInHand(this.inHand.size());
			return;
		}
		OpenSubscription link = source(0);
		int rest = this.inHand.size() - settledInHand(link);
		if (rest > 0 && !this.handler.reportsHandled()) {
			this.stage.countIn(link, lastInHand(rest));
		}
	}

	/** Returns how many of the events in hand, which all came by it, are settled. */
	private int settledInHand(OpenSubscription link) {
		return (int) (link.settled.get() - this.settledBefore);
	}

	/** Returns the place behind those in hand that are counted as handled. */
	private int placeBehindHandled() {
		if (this.perEvent || !this.sources.isEmpty()) {
			return this.counted;
		}
		return placeBehind(0, settledInHand(source(0)) - this.givenUp.cardinality());
	}

	/** The call has failed, and with it all that the handler has not settled. */
	private Attempted failedTogether(Throwable failure) {
		return Attempted.failed(settledPlaces(), failure);
	}

	private BitSet settledPlaces() {
		BitSet settled = (BitSet) this.givenUp.clone();
		settled.set(0, placeBehindHandled());
		return settled;
	}

	/** The call has failed, and names the events at fault. */
	private Attempted failed(BatchFailure failure) {
		Answers answers = failure.answersTo(this.given);
		answers.complaints()
			.forEach((complaint) -> logger.log(Level.WARNING,
					() -> "stage '%s': %s".formatted(this.stage.name(), complaint)));
		BitSet settled = settledPlaces();
		List<Attempted.Failed> failed = new ArrayList<>();
		for (int place = settled.nextClearBit(0); place < this.inHand.size(); place = settled.nextClearBit(place + 1)) {
			Answer answer = answers.each().get(place);
			if (answer.cause() == failure) {
				return Attempted.failed(settled, failure);
			}
			if (answer.kind() == Answer.Kind.ACCEPTED) {
				settled.set(place);
				count(source(place), this.inHand.get(place));
			}
			else if (answer.kind() != Answer.Kind.UNTOUCHED) {
				failed.add(new Attempted.Failed(place, failureOf(answer)));
			}
		}
		return Attempted.failed(settled, failed);
	}

	/** Returns what a handler could have thrown to say the same. */
	static Throwable failureOf(Answer answer) {
		if (answer.kind() == Answer.Kind.RETRY) {
			return new RetryAfterException(answer.delay());
		}
		if (answer.kind() == Answer.Kind.REJECTED) {
			return new EventRejectedException(Objects.requireNonNullElse(answer.reason(), "rejected"), answer.cause());
		}
		return Objects.requireNonNull(answer.cause());
	}

	/**
	 * Hands over events one after the other, up to the first that fails. Meanwhile what
	 * is finished may go on already.
	 */
	private Attempted callForEach() throws Exception {
		int events = this.inHand.size();
		this.handler.expect(events);
		boolean several = events > 1;
		if (several) {
			this.pace.begin(events, this.clock.nanoTime());
		}
		Throwable failure = null;
		boolean goesOn = true;
		try {
			while (goesOn && this.handled < events) {
				failure = handle(this.inHand.get(this.handled));
				goesOn = failure == null && !this.stage.hasFailed();
				if (goesOn) {
					this.handled++;
					goesOn = !several || !this.pace.looksAfterNext() || handsOn();
				}
			}
		}
		finally {
			if (this.account != null) {
				this.account.endCalls(this.handled);
			}
			callFailed(failure);
			countFinished();
			letGo(failure != null);
		}
		this.handler.results().emit(null);
		return (failure == null) ? Attempted.HANDLED : Attempted.failedAt(this.handled, failure);
	}

	/**
	 * Hands over the next event in hand.
	 * @return what has failed, if that concerns the event only
	 */
	private @Nullable Throwable handle(E event) {
		E seen = this.takesDeliveries ? seen(this.carried.get(this.handled)) : event;
		ObservedCall observed = (this.observer != null)
				? observe(List.of(event), List.of(this.carried.get(this.handled)), this.attempt) : null;
		boolean sampled = this.account != null && this.account.samplesNext();
		beginCall();
		try {
			injectFault(event);
			this.handler.handleEvent(seen, source(this.handled));
			failIfLate();
			if (sampled && this.account != null && this.reportedFailure == null) {
				this.account.sample();
			}
		}
		catch (Exception ex) {
			failed(endsLate() ? lateFailure(ex) : ex);
		}
		catch (Error ex) {
			failed(ex);
		}
		finally {
			endCall();
			if (observed != null) {
				observed.end(failureOfCall());
			}
		}
		close(seen, this.reportedFailure == null && !this.stage.hasFailed());
		if (this.reportedFailure != null) {
			this.handler.drop();
		}
		else if (this.retrying != null || this.carrying || this.takesDeliveries || observed != null) {
			Delivery<?> delivery = delivery(this.handled);
			this.handler.keep(parent(delivery, observed));
			if (!this.stage.hasFailed()) {
				accept(delivery);
			}
		}
		return this.reportedFailure;
	}

	/**
	 * Counts what is finished and emits its results, if it is time to.
	 * @return whether the stage goes on, which may fail at what it can't emit
	 */
	private boolean handsOn() throws Exception {
		if (this.handled < this.inHand.size() && this.pace.goesOn(this.clock.nanoTime(), this.handler::isAwaited)) {
			countFinished();
			this.handler.results().emit(null);
		}
		return !this.stage.hasFailed();
	}

	private void countFinished() {
		if (!this.handler.reportsHandled()) {
			countInHand(this.handled);
		}
	}

	/**
	 * The event behind those that are handled has failed. Without a policy it takes the
	 * others in hand along, and the stage.
	 */
	private void failed(Throwable failure) {
		if (!catches(failure)) {
			this.stage.fail(failure);
		}
	}

	/** One that was interrupted since the stage is given up would be in vain again. */
	private boolean isWorthAnother(Throwable failure) {
		return this.retrying != null && failure instanceof Exception && !this.stage.self().isStopWanted();
	}

	/**
	 * Returns whether a failure in a call of the handler concerns the events in hand
	 * only, which have failed then.
	 */
	boolean catches(Throwable failure) {
		boolean concerns = isWorthAnother(failure) && isCalling() && !this.givenUp.get(this.handled)
				&& (!this.perEvent || this.counted <= this.handled);
		if (concerns && this.reportedFailure == null) {
			this.reportedFailure = failure;
		}
		return concerns;
	}

	/**
	 * Forgets what was in hand.
	 * @param known whether it is known of all what has become of them
	 */
	private void letGo(boolean known) {
		if (!known && !this.handler.reportsHandled()) {
			leaveInHand(this::source, placeBehindHandled());
		}
		this.sources = List.of();
		this.inHand = List.of();
		this.given = List.of();
		this.carried = List.of();
	}

	@Override
	public void begin(Inlet inlet, E event, InFlightEvent<E> inFlight) throws Exception {
		begin(inlet, event, inFlight, 1, (failure) -> {
		});
	}

	@Override
	public void begin(Inlet inlet, E event, InFlightEvent<E> inFlight, int attempt, Answered answered)
			throws Exception {
		InFlightEvent.Work work = inFlight.work();
		if (work != null) {
			work.begin(answered::answered);
			return;
		}
		OpenSubscription link = ((Inbound) inlet).link();
		this.source = link;
		if (this.account != null) {
			this.account.enter(Activity.HANDLING);
			inFlight.beginsAt(this.account.moment());
		}
		E seen = seen(event);
		ObservedCall observed = (this.observer != null) ? observe(List.of(payloadOf(event)), List.of(event), attempt)
				: null;
		if (this.handler.acknowledges()) {
			beginAcknowledged(new AcknowledgedAttempt(attempt, this.stage, delivery(event), inFlight::extend),
					new Begun<>(link, event, seen, new CompletableFuture<>(), () -> false, observed), inFlight,
					answered);
			return;
		}
		if (this.takesDeliveries) {
			// If it can't be begun.
			inFlight.onStop(() -> {
				close(seen, false);
				return false;
			});
		}
		RecordedHandling recorded = this.flight.handling(this.stage.name(), 1);
		CompletableFuture<?> future = begin(seen, link, observed);
		inFlight.onStop(() -> {
			future.cancel(true);
			close(seen, false);
			endStopped(observed);
			return false;
		});
		CompletableFuture<?> limited = limited(future);
		inFlight.begins();
		whenDone(limited, () -> {
			inFlight.ends();
			if (!future.isDone()) {
				future.cancel(true);
			}
			endRecorded(recorded, limited);
			conclude(new Begun<>(link, event, seen, limited, () -> false, observed), inFlight, answered);
		});
	}

	private void beginAcknowledged(AcknowledgedAttempt attempt, Begun<E> begun, InFlightEvent<E> inFlight,
			Answered answered) throws Exception {
		inFlight.onStop(() -> {
			close(begun.seen(), false);
			endStopped(begun.observed());
			return attempt.stop();
		});
		inFlight.begins();
		RecordedHandling recorded = this.flight.handling(this.stage.name(), 1);
		CompletableFuture<?> future = attempt.end(begin(begun, attempt.acknowledgement()), this.timeout);
		whenDone(future, () -> {
			inFlight.ends();
			endRecorded(recorded, future);
			conclude(new Begun<>(begun.link(), begun.event(), begun.seen(), future, attempt::isAccepted,
					begun.observed()), inFlight, answered);
		});
	}

	private static void endRecorded(@Nullable RecordedHandling recorded, CompletableFuture<?> future) {
		if (recorded != null) {
			recorded.end(thrownBy(future));
		}
	}

	/** The stage has stopped before an event in flight was finished. */
	private static void endStopped(@Nullable ObservedCall observed) {
		if (observed != null) {
			observed.end(new CancellationException("the stage has stopped"));
		}
	}

	/** Returns a future that fails when the time of an attempt is over. */
	private CompletableFuture<?> limited(CompletableFuture<?> future) {
		Duration limit = this.timeout;
		if (limit == null || future.isDone()) {
			return future;
		}
		CompletableFuture<@Nullable Object> limited = new CompletableFuture<>();
		StageScheduler.Timer timer = this.stage.scheduler()
			.schedule(limit, () -> limited.completeExceptionally(TimedCall.failure(this.stage.name(), limit, null)));
		CompletionStage<?> unused = future.whenComplete((value, failure) -> {
			timer.cancel();
			if (failure != null) {
				limited.completeExceptionally(failure);
			}
			else if (!limited.complete(value)) {
				this.stage.countLate();
			}
		});
		return limited;
	}

	/** Takes a step in a turn of the stage, at once if the future is complete. */
	private void whenDone(CompletableFuture<?> future, InFlightEvent.Finish step) throws Exception {
		if (future.isDone()) {
			step.run();
			return;
		}
		StageRef self = this.stage.self();
		self.works().addShared(1);
		CompletionStage<?> unused = future.whenComplete((value, failure) -> {
			self.tell(new Completed(step));
			// Behind the message, so that the stage never seems to have nothing to do.
			self.works().addShared(-1);
		});
	}

	@Override
	public boolean withdraw(InFlightEvent<E> inFlight) {
		return true;
	}

	@Override
	public void lastBegun() {
		// No event waits for others.
	}

	@Override
	public Inlet nobody() {
		Inbound nobody = (this.nobody != null) ? this.nobody : new Inbound(fromItself(), this::want);
		this.nobody = nobody;
		return nobody;
	}

	@Override
	public void work(@Nullable Inlet inlet, E event, int attempt) throws Exception {
		OpenSubscription link = (inlet != null) ? ((Inbound) inlet).link() : fromItself();
		RecordedHandling recorded = this.flight.handling(this.stage.name(), 1);
		if (recorded == null) {
			workObserved(event, link, attempt);
			return;
		}
		try {
			workObserved(event, link, attempt);
			recorded.end(null);
		}
		catch (Throwable ex) {
			recorded.end(ex);
			throw ex;
		}
	}

	private void workObserved(E event, OpenSubscription link, int attempt) throws Exception {
		ObservedCall observed = (this.observer != null) ? observe(List.of(payloadOf(event)), List.of(event), attempt)
				: null;
		if (observed == null) {
			workOnAccount(event, link);
			return;
		}
		try {
			workOnAccount(event, link);
			observed.end(null);
		}
		catch (Throwable ex) {
			observed.end(ex);
			throw ex;
		}
	}

	private void workOnAccount(E event, OpenSubscription link) throws Exception {
		if (this.account == null) {
			workInTime(event, link);
			return;
		}
		long began = this.account.time();
		try {
			workInTime(event, link);
			this.account.besideEnded(this.account.time() - began);
		}
		catch (Throwable ex) {
			this.account.besideFailed(ex instanceof RetryAfterException);
			throw ex;
		}
	}

	private void workInTime(E event, OpenSubscription link) throws Exception {
		if (this.timeout == null) {
			call(event, link);
			return;
		}
		TimedCall timed = new TimedCall(this.timeout, this.stage.scheduler());
		Exception failure = null;
		timed.begin();
		try {
			call(event, link);
		}
		catch (Exception ex) {
			failure = ex;
		}
		finally {
			failure = timed.end() ? timed.failure(this.stage.name(), failure) : failure;
		}
		if (failure != null) {
			throw failure;
		}
	}

	private void call(E event, OpenSubscription link) throws Exception {
		E seen = seen(event);
		boolean handled = false;
		try {
			injectFault(payloadOf(event));
			if (this.perEvent) {
				this.handler.handleEvent(seen, link);
			}
			else {
				this.handler.handle(List.of(seen), link);
			}
			handled = true;
		}
		catch (BatchFailure ex) {
			Exception failure = (this.retrying != null) ? failureOfOnly(seen, ex) : ex;
			handled = failure == null;
			if (failure != null) {
				throw failure;
			}
		}
		finally {
			close(seen, handled);
		}
	}

	/** Returns what is said of the only event of a call, or null if it is done. */
	private static @Nullable Exception failureOfOnly(Object event, BatchFailure named) {
		Answer answer = named.answersTo(List.of(event)).each().get(0);
		return switch (answer.kind()) {
			case ACCEPTED -> null;
			case UNTOUCHED -> named;
			default -> (failureOf(answer) instanceof Exception cause) ? cause : named;
		};
	}

	/** Returns a subscription for an event that nobody has sent, by which none comes. */
	private OpenSubscription fromItself() {
		OpenSubscription link = this.stage.newLink(this.stage.self(), SubscribeOptions.defaults());
		link.end();
		return link;
	}

	@Override
	public void finished(Inlet inlet, E event) {
		count(((Inbound) inlet).link(), event);
		accept(delivery(event));
	}

	private void count(OpenSubscription link, E event) {
		this.stage.countIn(link, List.of(payloadOf(event)));
		settled(link);
	}

	@Override
	public void lost(@Nullable Inlet inlet, List<E> events, String reason, @Nullable Throwable cause) {
		if (inlet != null) {
			OpenSubscription link = ((Inbound) inlet).link();
			this.stage.discard(link, List.of(Discard.of(link, events, reason, cause)));
		}
		else {
			this.stage.discard(events, reason, cause);
		}
	}

	private CompletableFuture<?> begin(E seen, OpenSubscription link, @Nullable ObservedCall observed)
			throws Exception {
		try {
			return begin(seen, link);
		}
		catch (Throwable ex) {
			if (observed != null) {
				observed.end(ex);
			}
			throw ex;
		}
		finally {
			if (observed != null) {
				observed.leave();
			}
		}
	}

	private CompletableFuture<?> begin(E seen, OpenSubscription link) throws Exception {
		beginCall();
		try {
			injectFault(payloadOf(seen));
			return futureInTime(this.handler.begin(seen, link));
		}
		catch (Exception ex) {
			if (this.retrying == null) {
				throw ex;
			}
			return CompletableFuture.failedFuture(endsLate() ? lateFailure(ex) : ex);
		}
		finally {
			endCall();
		}
	}

	/** What fails here may have been settled before. */
	private CompletableFuture<?> begin(Begun<E> begun, Acknowledgement acknowledgement) {
		beginCall();
		try {
			injectFault(payloadOf(begun.seen()));
			return futureInTime(this.handler.begin(begun.seen(), acknowledgement, begun.link()));
		}
		catch (Exception ex) {
			return CompletableFuture.failedFuture(endsLate() ? lateFailure(ex) : ex);
		}
		finally {
			endCall();
			if (begun.observed() != null) {
				begun.observed().leave();
			}
		}
	}

	/**
	 * Returns the future of a call, which has failed if the call itself took too long.
	 */
	private CompletableFuture<?> futureInTime(@Nullable CompletionStage<?> begun) {
		if (begun == null) {
			throw new IllegalStateException(
					"stage '%s' returned null for an event: return a future".formatted(this.stage.name()));
		}
		CompletableFuture<?> future = begun.toCompletableFuture();
		this.stage.self().refuseToFollow(future);
		if (endsLate()) {
			future.cancel(true);
			return CompletableFuture.failedFuture(lateFailure(null));
		}
		return future;
	}

	/** The work for an event in flight is over. */
	private void conclude(Begun<E> begun, InFlightEvent<E> inFlight, Answered answered) throws Exception {
		if (begun.observed() != null) {
			begun.observed().end(thrownBy(begun.future()));
		}
		Exception failure = (this.retrying != null) ? failureOf(begun.future()) : null;
		callFailed(failure);
		if (failure == null) {
			if (this.account != null) {
				this.account.attempted(inFlight.began());
			}
			inFlight.complete(() -> finish(begun));
		}
		else {
			close(begun.seen(), false);
		}
		answered.answered(failure);
	}

	private static @Nullable Exception failureOf(CompletableFuture<?> future) {
		try {
			valueOf(future);
			return null;
		}
		catch (Exception ex) {
			return ex;
		}
	}

	/** Returns what has failed in a future that is complete, whatever it is. */
	private static @Nullable Throwable thrownBy(CompletableFuture<?> future) {
		try {
			valueOf(future);
			return null;
		}
		catch (Exception | Error ex) {
			return ex;
		}
	}

	private void finish(Begun<E> begun) throws Exception {
		Emission made;
		try {
			made = this.handler.emission(valueOf(begun.future()));
		}
		catch (Exception | Error ex) {
			close(begun.seen(), false);
			if (begun.accepted().getAsBoolean()) {
				count(begun.link(), begun.event());
			}
			else {
				leave(begun.link(), List.of(begun.event()));
			}
			throw ex;
		}
		close(begun.seen(), true);
		count(begun.link(), begun.event());
		Delivery<?> delivery = delivery(begun.event());
		if (delivery != null && !delivery.isHandled() && begun.future().join() instanceof Outcome outcome
				&& outcome != Outcome.ACCEPTED) {
			delivery.settle(handedOn(outcome));
			return;
		}
		// What is settled already has no children.
		emit(made, (delivery != null && !delivery.isSettled()) ? List.of(delivery) : List.of(), begun.observed());
	}

	/** The outcome of what was sent elsewhere is that of the event it was made from. */
	private static Verdict handedOn(Outcome outcome) {
		String reason = "so was an event that was made from it";
		return switch (outcome) {
			case ACCEPTED -> Verdict.accepted();
			case HANDED_OVER -> Verdict.handedOver(reason);
			case SKIPPED -> Verdict.skipped(reason);
			case DEAD_LETTERED -> Verdict.deadLettered(reason, null);
			case FAILED -> Verdict.failed(reason, null);
		};
	}

	private static @Nullable Object valueOf(CompletableFuture<?> future) throws Exception {
		try {
			Object value = future.join();
			if (value == Outcome.FAILED) {
				throw new IllegalStateException("the event has failed whose outcome is that of this one");
			}
			return value;
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof Exception cause) {
				throw cause;
			}
			if (ex.getCause() instanceof Error cause) {
				throw cause;
			}
			throw ex;
		}
	}

	// What becomes of events that fail

	@Override
	public void unfinished(Inlet inlet, int change) {
		this.intake.unfinished(inlet, change);
	}

	@Override
	public Object payload(E event) {
		return Delivery.payload(event);
	}

	@Override
	public boolean isAcknowledged(E event) {
		return event instanceof Delivery<?> delivery && delivery.hasSource();
	}

	@Override
	public Decision decide(FailureDecider decider, E event, Throwable cause, int attempts) {
		try {
			return Objects.requireNonNull(decider.decide(payload(event), cause, attempts),
					"a decider must not return null");
		}
		catch (Exception ex) {
			decidesNothing(ex);
			return Decision.byPolicy();
		}
	}

	@Override
	public List<Decision> decide(FailuresDecider decider, List<FailedAttempt<?>> failed) {
		try {
			List<Decision> decisions = List
				.copyOf(Objects.requireNonNull(decider.decideAll(failed), "a decider must not return null"));
			if (decisions.size() != failed.size()) {
				throw new IllegalStateException("expected %d decisions, one for each event that has failed, but got %d"
					.formatted(failed.size(), decisions.size()));
			}
			return decisions;
		}
		catch (Exception ex) {
			decidesNothing(ex);
			return Collections.nCopies(failed.size(), Decision.byPolicy());
		}
	}

	private void decidesNothing(Exception failure) {
		logger.log(Level.ERROR,
				() -> "stage '%s': whoever decides about failed events has failed, so the policy decides"
					.formatted(this.stage.name()),
				failure);
	}

	@Override
	public void retries(Ending<E> ending, Duration delay) {
		this.stage.countRetry(failed(ending), delay);
	}

	private FailedEvent failed(Ending<E> ending) {
		Throwable cause = (ending.cause() != null) ? ending.cause() : new EventRejectedException(ending.reason());
		return new FailedEvent(((Inbound) ending.inlet()).link(), payload(ending.event()), ending.attempts(), cause,
				ending.reason());
	}

	@Override
	public void settle(Ending<E> ending, Outcome outcome) {
		OpenSubscription link = ((Inbound) ending.inlet()).link();
		if (outcome == Outcome.FAILED) {
			Inlet sender = (ending.inlet() != this.nobody) ? ending.inlet() : null;
			lost(sender, List.of(ending.event()), ending.reason(), ending.cause());
		}
		else {
			Delivery<?> delivery = delivery(ending.event());
			if (delivery != null && !delivery.isHandled()) {
				delivery.settle((outcome == Outcome.SKIPPED) ? Verdict.skipped(ending.reason())
						: Verdict.deadLettered(ending.reason(), ending.cause()));
			}
			this.stage.countGivenUp(link, failed(ending), outcome);
		}
	}

	@Override
	public void bury(Ending<E> ending, Answered answered) throws Exception {
		Delivery<?> open = open(ending);
		if (isFailedInstead(open)) {
			settle(ending, Outcome.FAILED);
			answered.answered(null);
			return;
		}
		CompletableFuture<?> future = this.burial.bury(failed(ending), ending, open);
		whenDone(future, () -> buried(ending, future, answered));
	}

	private void buried(Ending<E> ending, CompletableFuture<?> written, Answered answered) throws Exception {
		Exception failure = failureOf(written);
		end(ending, true, failure);
		answered.answered(failure);
	}

	@Override
	public void follow(Ending<E> ending, Followed answered) throws Exception {
		if (isFailedInstead(open(ending))) {
			settle(ending, Outcome.FAILED);
			answered.answered(true, null);
			return;
		}
		CompletableFuture<Boolean> future = this.burial.follow(failed(ending), ending);
		whenDone(future, () -> {
			Exception failure = failureOf(future);
			boolean kept = failure == null && future.join();
			end(ending, kept, failure);
			answered.answered(kept, failure);
		});
	}

	private @Nullable Delivery<?> open(Ending<E> ending) {
		Delivery<?> delivery = delivery(ending.event());
		return (delivery != null && delivery.hasSource()) ? delivery : null;
	}

	/** Returns whether the source of an event gives it again, or keeps it. */
	private boolean isFailedInstead(@Nullable Delivery<?> open) {
		return open != null && (open.isReplayed() || !this.burial.isSafe());
	}

	/** Ends what has become a letter, and reports what could not. */
	private void end(Ending<E> ending, boolean kept, @Nullable Exception failure) {
		if (failure == null) {
			this.burial.buried(ending);
			if (kept) {
				settle(ending, Outcome.DEAD_LETTERED);
			}
		}
		else {
			logger.log(Level.ERROR, () -> "stage '%s' waits, since a dead letter could not be stored; it tries again"
				.formatted(this.stage.name()), failure);
		}
	}

	@Override
	public boolean ordersLetters() {
		return this.burial.ordersLetters();
	}

	@Override
	public boolean mayBeBehind() {
		return this.burial.mayBeBehind();
	}

	@Override
	public boolean isReplayed(E event) {
		return event instanceof Delivery<?> delivery && delivery.isReplayed();
	}

	@Override
	public Turn turn(E event) {
		return isReplayed(event) ? Turn.FREE : this.burial.turn(payload(event));
	}

	@Override
	public void outage(@Nullable Throwable failure) {
		this.stage.noteOutage(failure);
	}

	/** Counts events in hand as handled up to one of them, each for its subscription. */
	private void countInHand(int end) {
		while (this.counted < end) {
			OpenSubscription link = source(this.counted);
			int start = this.counted;
			this.counted = this.sources.isEmpty() ? end : endOfSame(link, end);
			List<E> handled = openInHand(start, this.counted);
			if (!handled.isEmpty()) {
				this.stage.countIn(link, handled);
				settled(link);
			}
		}
	}

	private int endOfSame(OpenSubscription link, int limit) {
		int end = this.counted;
		while (end < limit && link(end) == link) {
			end++;
		}
		return end;
	}

	/** Returns the last so many events in hand that have not been given up. */
	private List<E> lastInHand(int events) {
		List<E> open = openInHand(0, this.inHand.size());
		return (events == open.size()) ? open : open.subList(open.size() - events, open.size());
	}

	/** Returns the events in hand within a range that have not been given up. */
	private List<E> openInHand(int start, int end) {
		if (this.givenUp.isEmpty()) {
			return (end - start == this.inHand.size()) ? this.inHand : this.inHand.subList(start, end);
		}
		List<E> open = new ArrayList<>(end - start);
		for (int place = this.givenUp.nextClearBit(start); place < end; place = this.givenUp.nextClearBit(place + 1)) {
			open.add(this.inHand.get(place));
		}
		return open;
	}

	/** Returns the place behind so many events in hand that have not been given up. */
	private int placeBehind(int start, int events) {
		int place = start;
		for (int passed = 0; passed < events; passed++) {
			place = this.givenUp.nextClearBit(place) + 1;
		}
		return place;
	}

	/**
	 * Notes that the stage has reported events as handled, some time after it got them.
	 */
	void reported(OpenSubscription link, List<?> events) {
		this.unreported.settle(link, events, Verdict.accepted());
	}

	/** Notes that the handler has given events up, in hand or from before. */
	void discardedInHand(OpenSubscription link, List<?> events, Verdict verdict) {
		this.unreported.settle(link, events, verdict);
		for (Object event : events) {
			int place = placeInHand(link, Delivery.payload(event));
			if (place >= 0) {
				this.givenUp.set(place);
				Delivery<?> delivery = delivery(place);
				if (delivery != null && !delivery.isHandled()) {
					delivery.settle(verdict);
				}
			}
			else {
				forgetLeft(link, event);
			}
		}
	}

	@SuppressWarnings("ReferenceEquality") // equal events are different ones
	private int placeInHand(OpenSubscription link, Object event) {
		for (int place = this.givenUp.nextClearBit(0); place < this.inHand.size(); place = this.givenUp
			.nextClearBit(place + 1)) {
			if (this.inHand.get(place) == event && source(place) == link) {
				return place;
			}
		}
		return -1;
	}

	@SuppressWarnings("ReferenceEquality") // equal events are different ones
	private void forgetLeft(OpenSubscription link, Object event) {
		List<E> known = this.left.getOrDefault(link, List.of());
		for (int place = 0; place < known.size(); place++) {
			if (known.get(place) == event) {
				known.remove(place);
				return;
			}
		}
	}

	/** Notes that events in hand will not be handled, from a place on. */
	private void leaveInHand(IntFunction<OpenSubscription> links, int start) {
		for (int place = this.givenUp.nextClearBit(start); place < this.inHand.size(); place = this.givenUp
			.nextClearBit(place + 1)) {
			leave(links.apply(place), List.of(this.carried.get(place)));
		}
	}

	private void leave(OpenSubscription link, List<E> events) {
		this.left.computeIfAbsent(link, (unknown) -> new ArrayList<>()).addAll(events);
	}

	@Override
	public void left(Inlet inlet, List<E> events) {
		leave(((Inbound) inlet).link(), events);
	}

	private OpenSubscription link(int index) {
		return ((Inbound) this.sources.get(index)).link();
	}

	/**
	 * Counts the next events in hand as handled, if each of them is counted by its place.
	 * @return whether the handler has such events in hand
	 */
	boolean handledInHand(int events) {
		boolean oneByOne = this.perEvent && !this.inHand.isEmpty() && !this.handler.reportsHandled();
		if (this.sources.isEmpty() && !oneByOne) {
			return false;
		}
		if (this.perEvent) {
			countInHand(this.handled);
		}
		int open = this.inHand.size() - this.counted - this.givenUp.get(this.counted, this.inHand.size()).cardinality();
		if (events < 0 || events > open) {
			throw new IllegalArgumentException("stage '%s' can't report %d events, of which it has %d in hand"
				.formatted(this.stage.name(), events, open));
		}
		countInHand(placeBehind(this.counted, events));
		return true;
	}

	/** Returns the subscription by which an event in hand came. */
	OpenSubscription source(int index) {
		return this.sources.isEmpty() ? Objects.requireNonNull(this.source, "no event is being handled") : link(index);
	}

	@Override
	public boolean goesOn() {
		return !this.stage.isStopping();
	}

	@Override
	public boolean hasFailed() {
		return this.stage.hasFailed();
	}

	@Override
	public void discard(Inlet inlet, List<Refused<E>> refused) {
		OpenSubscription link = ((Inbound) inlet).link();
		this.stage.discard(link,
				refused.stream()
					.map((lost) -> Discard.of(link, List.of(lost.event()), lost.reason(), lost.cause()))
					.toList());
	}

	@Override
	public void exceeded(Inlet inlet, int events) {
		logger.log(Level.ERROR, () -> "stage '%s' got %d events in excess of what it had asked for by %s"
			.formatted(this.stage.name(), events, inlet));
	}

	@Override
	public void ended(Inlet inlet) throws Exception {
		this.handler.ended((Inbound) inlet);
	}

	@Override
	public void drained() throws Exception {
		this.handler.drained();
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
		queued.forEach((message) -> left(message.inbound(), message.events()));
		String stopped = "received and not handled when it stopped (%s)".formatted(StageActor.summary(reason));
		int lost = 0;
		for (OpenSubscription link : this.links.all()) {
			lost += link.unsettled();
			lose(link, stopped, StageActor.causeOf(reason));
			Cancellation down = Cancellation.down(reason);
			if (forget(link, down) != null) {
				link.tellProducer(new Message.Cancel(link, down));
			}
			else {
				link.end();
			}
		}
		this.links.clear();
		this.left.clear();
		this.unreported.settleAll(Verdict.failed(stopped, StageActor.causeOf(reason)));
		this.stage.logDiscarded(lost, stopped);
	}

	private void lose(OpenSubscription link, String reason, @Nullable Throwable cause) {
		List<E> known = this.left.getOrDefault(link, List.of());
		// What the stage has reported since then are the first of them.
		List<E> events = known.subList(Math.max(known.size() - link.unsettled(), 0), known.size());
		if (!events.isEmpty()) {
			this.stage.lose(link, Discard.of(link, events, reason, cause));
		}
		this.stage.lose(link, link.unsettled(), reason, cause);
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

	/**
	 * What the stage makes of what comes in.
	 *
	 * @param <E> the type of the events
	 */
	interface Handler<E> {

		boolean asksItself();

		boolean reportsHandled();

		boolean takesDeliveries();

		/**
		 * Handles events.
		 * @return what is to follow when they have been counted as handled
		 */
		Emission handle(List<E> events, Subscription from) throws Exception;

		/** Returns whether it handles one event after the other, instead of lists. */
		boolean isPerEvent();

		/** So many events are going to be handled one after the other. */
		void expect(int events);

		/** Handles an event, and keeps what it leads to. */
		void handleEvent(E event, Subscription from) throws Exception;

		/**
		 * Keeps what the last event has led to.
		 * @param parent makes deliveries of it, if its events are such
		 */
		void keep(@Nullable UnaryOperator<Object> parent);

		/** Drops what the last event has led to before it has failed. */
		void drop();

		/**
		 * Returns what is to follow when the events that were handled one after the other
		 * have been counted.
		 */
		Emission results();

		/** Returns whether somebody who has nothing to do waits for results. */
		boolean isAwaited();

		/** Returns whether it begins events one by one, instead of handling them. */
		boolean isAsync();

		/** Begins to handle an event. */
		@Nullable CompletionStage<?> begin(E event, Subscription from) throws Exception;

		/** Returns whether it settles the events itself that it begins. */
		boolean acknowledges();

		/** Begins to handle an event that it settles itself. */
		@Nullable CompletionStage<?> begin(E event, Acknowledgement acknowledgement, Subscription from) throws Exception;

		/** Returns what is to follow when an event with this result is counted. */
		Emission emission(@Nullable Object result);

		/** All events of a subscription that has ended have gone as far as they can. */
		void ended(Inbound inbound) throws Exception;

		/** All events have been handled, and none will come. */
		void drained() throws Exception;

	}

	/**
	 * The message that something is over that was done beside the turns of the stage.
	 */
	private record Completed(InFlightEvent.Finish step) {
	}

	/**
	 * An event in flight.
	 *
	 * @param seen what the handler has got of it
	 * @param future the work for it
	 * @param accepted returns whether it is done, whatever its results are
	 * @param observed the call that has begun it, or null if nobody observes it
	 */
	private record Begun<E>(OpenSubscription link, E event, E seen, CompletableFuture<?> future,
			BooleanSupplier accepted, @Nullable ObservedCall observed) {
	}

	/**
	 * What handled events lead to.
	 */
	@FunctionalInterface
	interface Emission {

		/** Of a stage that emits nothing. */
		Emission NONE = (parent) -> {
		};

		/**
		 * Emits the results.
		 * @param parent makes deliveries of them, if their events are such
		 */
		void emit(@Nullable UnaryOperator<Object> parent) throws Exception;

	}

}
