package io.genstage;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

import io.genstage.delivery.Answer;
import io.genstage.delivery.Answers;
import io.genstage.delivery.BatchFailure;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.Verdict;
import io.genstage.failure.Aftermath;
import io.genstage.failure.Attempted;
import io.genstage.failure.Attempting;
import io.genstage.failure.Attempting.Answered;
import io.genstage.flight.RecordedHandling;
import io.genstage.intake.InFlightEvent;
import io.genstage.intake.Inlet;
import io.genstage.intake.Refused;
import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

/**
 * The one place where the handler of a stage gets events: a list at once, or one after
 * the other. What it begins beside that is passed on to {@link EventsInFlight} and
 * {@link TaskCalls}.
 *
 * @param <E> the type of the events
 */
final class HandlingSite<E> implements Attempting<E> {

	private static final System.Logger logger = StageLog.of(HandlingSite.class);

	private final StageActor stage;

	private final Handler<E> handler;

	private final Inflow<E> inflow;

	private final boolean perEvent;

	private final boolean async;

	/** Whether the stage tries again what has failed, instead of failing with it. */
	private final boolean retries;

	private final HandlerCalls<E> calls;

	private final Settlements<E> settlements;

	private final InHand<E> inHand;

	private final LeftEvents<E> left;

	private final FutureSteps steps;

	private final EventsInFlight<E> inFlight;

	private final TaskCalls<E> tasks;

	private final FailedEvents<E> failed;

	private final ResultPace pace = new ResultPace();

	/** What the stage has and will report itself, if it is one that does. */
	private final UnreportedDeliveries unreported = new UnreportedDeliveries();

	/** Which attempt this is for the events in hand. */
	private int attempt;

	/** The call that has them now, or had them last; null if nobody observes it. */
	private @Nullable ObservedCall observed;

	/** How many of them have been handled, if the handler gets them one by one. */
	private int handled;

	/** What the handler has reported as its failure, while it was called. */
	private @Nullable Throwable reportedFailure;

	/** Stands for the subscription of events that nobody has sent, once there are any. */
	private @Nullable Inbound nobody;

	HandlingSite(StageActor stage, StageOptions options, Handler<E> handler, Inflow<E> inflow) {
		this.stage = stage;
		this.handler = handler;
		this.inflow = inflow;
		this.perEvent = handler.isPerEvent();
		this.async = handler.isAsync();
		this.retries = options.failure() != null;
		this.calls = new HandlerCalls<>(stage, options);
		this.settlements = new Settlements<>(handler);
		this.inHand = new InHand<>(stage, handler, this.settlements);
		this.left = new LeftEvents<>(stage);
		this.steps = new FutureSteps(stage.self());
		this.inFlight = new EventsInFlight<>(stage, options, handler, this.calls, this.settlements, this.left,
				this.steps);
		this.tasks = new TaskCalls<>(stage, options, handler, this.calls, this.settlements);
		this.failed = new FailedEvents<>(stage, options, this, this.steps);
	}

	/** Returns what becomes of events that fail. */
	Aftermath<E> failed() {
		return this.failed;
	}

	/** Returns how often the handler was called and how often that was over. */
	long calls() {
		return this.calls.count();
	}

	/** Returns whether a message of the stage to itself was a step of what it does. */
	boolean takes(Object message) throws Exception {
		return this.steps.takes(message);
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

	private void take(OpenSubscription first, List<Inlet> inlets, List<E> events) {
		this.handled = 0;
		this.reportedFailure = null;
		this.inHand.take(first, inlets, events);
		if (this.inHand.isCarrying() && this.handler.reportsHandled()) {
			for (int place = 0; place < events.size(); place++) {
				this.unreported.add(this.inHand.source(place), this.inHand.delivery(place));
			}
		}
	}

	private Attempted attemptInHand() throws Exception {
		RecordedHandling recorded = this.calls.beginAll(this.inHand.events().size());
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
		return this.perEvent ? callForEach() : callOnce();
	}

	/** Hands over all events at once. */
	private Attempted callOnce() throws Exception {
		Emission made = Emission.NONE;
		Attempted attempted = Attempted.HANDLED;
		List<Delivery<?>> handled = List.of();
		List<E> all = List.of();
		boolean known = false;
		try {
			made = callback();
			known = !this.stage.hasFailed();
			if (this.reportedFailure != null) {
				this.calls.failed(this.reportedFailure);
				made = Emission.NONE;
				attempted = failedTogether(this.reportedFailure);
				handled = this.inHand.openDeliveries(attempted.handled());
			}
			else if (known) {
				this.calls.endCall(this.inHand.events().size());
				this.inHand.countAll();
				all = this.inHand.isCarrying() ? this.inHand.carried() : all;
			}
		}
		catch (Exception ex) {
			if (!isWorthAnother(ex)) {
				throw ex;
			}
			this.calls.failed(ex);
			attempted = (ex instanceof BatchFailure named) ? failed(named) : failedTogether(ex);
			handled = this.inHand.openDeliveries(attempted.handled());
			known = true;
		}
		finally {
			if (this.settlements.areSeen()) {
				boolean done = known && attempted == Attempted.HANDLED;
				this.inHand.given().forEach((seen) -> this.settlements.close(seen, done));
			}
			letGo(known);
		}
		if (all.isEmpty()) {
			this.settlements.emit(made, handled, this.observed);
		}
		else {
			this.settlements.emitOfAll(made, all, this.observed);
		}
		return attempted;
	}

	private Emission callback() throws Exception {
		ObservedCall observed = this.calls.observe(this.inHand.events(), this.inHand.carried(), this.attempt);
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

	/** Returns what has failed in a call that has returned, if anything. */
	private @Nullable Throwable failureOfCall() {
		return (this.reportedFailure != null) ? this.reportedFailure : this.stage.failure();
	}

	private Emission calledBack() throws Exception {
		this.calls.begin();
		try {
			return this.calls.areScoped() ? calledWithinScope() : called();
		}
		finally {
			this.calls.end();
		}
	}

	private Emission called() throws Exception {
		try {
			this.calls.injectFaults(this.inHand.events());
			Emission made = this.handler.handle(this.inHand.given(), this.inHand.source(0));
			failIfLate();
			return made;
		}
		catch (BatchFailure ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw this.calls.endsLate() ? this.calls.lateFailure(ex) : ex;
		}
	}

	/** A consumer makes nothing. */
	private Emission calledWithinScope() throws Exception {
		ScopedCall call = this.calls.scoped((leftOut) -> {
			this.inHand.leaveOut(leftOut);
			if (!this.inHand.given().isEmpty()) {
				Emission unused = called();
				passFailureOn();
			}
		});
		try {
			call.makeWithin(this.inHand.carried());
		}
		catch (ScopedCall.ReportedException ex) {
			// It is noted.
		}
		catch (Exception ex) {
			throw (!call.isMade() && this.calls.endsLate()) ? this.calls.lateFailure(ex) : ex;
		}
		return Emission.NONE;
	}

	/** A scope has to know of a failure that the handler has reported, and not thrown. */
	private void passFailureOn() throws ScopedCall.ReportedException {
		// It ends before the time of the call does, which is over with it.
		boolean unused = this.calls.endsLate();
		Throwable failure = failureOfCall();
		if (failure != null) {
			throw new ScopedCall.ReportedException(failure);
		}
	}

	/** Nobody knows what a call has done that was interrupted. */
	private void failIfLate() {
		if (!this.calls.endsLate()) {
			return;
		}
		Throwable reported = this.reportedFailure;
		this.reportedFailure = null;
		Throwable failure = this.calls.lateFailure(reported);
		if (!this.perEvent && isWorthAnother(failure)) {
			this.reportedFailure = failure;
		}
		else if (!this.perEvent || !catches(failure)) {
			this.reportedFailure = reported;
		}
	}

	/** Returns whether the handler has events that it was given to handle now. */
	private boolean isCalling() {
		return !this.async && this.calls.isCalling();
	}

	/** The call has failed, and with it all that the handler has not settled. */
	private Attempted failedTogether(Throwable failure) {
		return Attempted.failed(this.inHand.settledPlaces(), failure);
	}

	/** The call has failed, and names the events at fault. */
	private Attempted failed(BatchFailure failure) {
		// What a scope has surrounded is undone, so nothing is handled.
		boolean undone = this.calls.areScoped();
		Answers answers = failure.answersTo(this.inHand.given());
		answers.complaints()
			.forEach((complaint) -> logger.log(Level.WARNING,
					() -> "stage '%s': %s".formatted(this.stage.name(), complaint)));
		BitSet settled = this.inHand.settledPlaces();
		List<Attempted.Failed> failed = new ArrayList<>();
		for (int place = settled.nextClearBit(0); place < this.inHand.events().size(); place = settled
			.nextClearBit(place + 1)) {
			if (this.inHand.isLeftOut(place)) {
				continue;
			}
			Answer answer = answers.each().get(this.inHand.placeAmongGiven(place));
			if (answer.cause() == failure) {
				return Attempted.failed(settled, failure);
			}
			boolean accepted = answer.kind() == Answer.Kind.ACCEPTED;
			if (accepted && !undone) {
				settled.set(place);
				this.stage.countIn(this.inHand.source(place), List.of(this.inHand.events().get(place)));
			}
			else if (!accepted && answer.kind() != Answer.Kind.UNTOUCHED) {
				failed.add(new Attempted.Failed(place, FailedEvents.failureOf(answer)));
			}
		}
		return Attempted.failed(settled, failed);
	}

	/**
	 * Hands over events one after the other, up to the first that fails. Meanwhile what
	 * is finished may go on already.
	 */
	private Attempted callForEach() throws Exception {
		int events = this.inHand.events().size();
		this.handler.expect(events);
		boolean several = events > 1;
		if (several) {
			this.pace.begin(events, this.stage.nanoTime());
		}
		Throwable failure = null;
		boolean goesOn = true;
		try {
			while (goesOn && this.handled < events) {
				failure = handle(this.inHand.events().get(this.handled));
				goesOn = failure == null && !this.stage.hasFailed();
				if (goesOn) {
					this.handled++;
					goesOn = !several || !this.pace.looksAfterNext() || handsOn();
				}
			}
		}
		finally {
			this.calls.endCalls(this.handled);
			this.calls.failed(failure);
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
		E seen = this.settlements.areSeen() ? this.settlements.seen(this.inHand.carried().get(this.handled)) : event;
		ObservedCall observed = this.calls.observe(this.inHand, this.handled, this.attempt);
		boolean sampled = this.calls.samplesNext();
		this.calls.begin();
		try {
			if (this.calls.areScoped()) {
				callWithinScope(event, seen);
			}
			else {
				call(event, seen);
			}
			if (sampled && this.reportedFailure == null) {
				this.calls.sample();
			}
		}
		catch (Exception ex) {
			failed(this.calls.endsLate() ? this.calls.lateFailure(ex) : ex);
		}
		catch (Error ex) {
			failed(ex);
		}
		finally {
			this.calls.end();
			if (observed != null) {
				observed.end(failureOfCall());
			}
		}
		this.settlements.close(seen, this.reportedFailure == null && !this.stage.hasFailed());
		if (this.reportedFailure != null) {
			this.handler.drop();
		}
		else if (this.retries || this.inHand.isCarrying() || this.settlements.areSeen() || observed != null) {
			Delivery<?> delivery = this.inHand.delivery(this.handled);
			this.handler.keep(Settlements.parent(delivery, observed));
			if (!this.stage.hasFailed()) {
				this.settlements.accept(delivery);
			}
		}
		return this.reportedFailure;
	}

	private void call(E event, E seen) throws Exception {
		this.calls.injectFault(event);
		this.handler.handleEvent(seen, this.inHand.source(this.handled));
		failIfLate();
	}

	private void callWithinScope(E event, E seen) throws Exception {
		ScopedCall call = this.calls.scoped((leftOut) -> {
			if (leftOut.isEmpty()) {
				callTimed(event, seen);
				passFailureOn();
			}
		});
		try {
			call.makeWithin(List.of(this.inHand.carried().get(this.handled)));
		}
		catch (ScopedCall.ReportedException ex) {
			// It is noted.
		}
		catch (Exception ex) {
			failed((!call.isMade() && this.calls.endsLate()) ? this.calls.lateFailure(ex) : ex);
		}
	}

	/** What comes out of a scope must not be taken for late for a second time. */
	private void callTimed(E event, E seen) throws Exception {
		try {
			call(event, seen);
		}
		catch (Exception ex) {
			throw this.calls.endsLate() ? this.calls.lateFailure(ex) : ex;
		}
	}

	/**
	 * Counts what is finished and emits its results, if it is time to.
	 * @return whether the stage goes on, which may fail at what it can't emit
	 */
	private boolean handsOn() throws Exception {
		if (this.handled < this.inHand.events().size()
				&& this.pace.goesOn(this.stage.nanoTime(), this.handler::isAwaited)) {
			countFinished();
			this.handler.results().emit(null);
		}
		return !this.stage.hasFailed();
	}

	private void countFinished() {
		if (!this.handler.reportsHandled()) {
			this.inHand.countUpTo(this.handled);
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
		return this.retries && failure instanceof Exception && !this.stage.self().isStopWanted();
	}

	/**
	 * Returns whether a failure in a call of the handler concerns the events in hand
	 * only, which have failed then.
	 */
	boolean catches(Throwable failure) {
		boolean concerns = isWorthAnother(failure) && isCalling() && !this.inHand.isGivenUp(this.handled)
				&& (!this.perEvent || this.inHand.counted() <= this.handled);
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
			this.inHand.leave(this.left, this.inHand.placeBehindHandled());
		}
		this.inHand.clear();
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
		this.inHand.comeBy(link);
		this.inFlight.begin(link, event, inFlight, attempt, answered);
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
		Inbound nobody = (this.nobody != null) ? this.nobody : new Inbound(fromItself(), this.inflow::want);
		this.nobody = nobody;
		return nobody;
	}

	boolean isNobody(Inlet inlet) {
		return inlet == this.nobody;
	}

	@Override
	public void work(@Nullable Inlet inlet, E event, int attempt) throws Exception {
		this.tasks.work(event, (inlet != null) ? ((Inbound) inlet).link() : fromItself(), attempt);
	}

	/** Returns a subscription for an event that nobody has sent, by which none comes. */
	private OpenSubscription fromItself() {
		OpenSubscription link = this.stage.newLink(this.stage.self(), SubscribeOptions.defaults());
		link.end();
		return link;
	}

	@Override
	public void finished(Inlet inlet, E event) {
		this.stage.countIn(((Inbound) inlet).link(), List.of(Settlements.payloadOf(event)));
		this.settlements.accept(Settlements.delivery(event));
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

	@Override
	public void unfinished(Inlet inlet, int change) {
		this.inflow.unfinished(inlet, change);
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
			if (!this.inHand.giveUp(link, Delivery.payload(event), verdict)) {
				this.left.forget(link, event);
			}
		}
	}

	@Override
	public void left(Inlet inlet, List<E> events) {
		this.left.add(((Inbound) inlet).link(), events);
	}

	/**
	 * Counts the next events in hand as handled, if each of them is counted by its place.
	 * @return whether the handler has such events in hand
	 */
	boolean handledInHand(int events) {
		boolean oneByOne = this.perEvent && !this.inHand.events().isEmpty() && !this.handler.reportsHandled();
		if (!this.inHand.isOfSeveral() && !oneByOne) {
			return false;
		}
		if (this.perEvent) {
			this.inHand.countUpTo(this.handled);
		}
		int open = this.inHand.open();
		if (events < 0 || events > open) {
			throw new IllegalArgumentException("stage '%s' can't report %d events, of which it has %d in hand"
				.formatted(this.stage.name(), events, open));
		}
		this.inHand.countNext(events);
		return true;
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

	/** Returns the subscription by which an event came that the handler has. */
	OpenSubscription source(int place) {
		return this.inHand.sourceOfGiven(place);
	}

	/** Loses all that came by a subscription and is not settled. */
	void lose(OpenSubscription link, String reason, @Nullable Throwable cause) {
		this.left.lose(link, reason, cause);
	}

	/** The stage has stopped: nothing that it has will be reported. */
	void close(String reason, @Nullable Throwable cause) {
		this.left.clear();
		this.unreported.settleAll(Verdict.failed(reason, cause));
	}

}
