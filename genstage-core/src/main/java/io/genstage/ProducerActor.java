package io.genstage;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

import io.genstage.account.Activity;
import io.genstage.account.TimeAccount;
import io.genstage.demand.DemandLog;
import io.genstage.dispatch.Demand;
import io.genstage.rate.DemandGate;
import org.jspecify.annotations.Nullable;

/**
 * A running producer: turns net demand into {@code handleDemand}, and what it returns
 * into events for its consumers.
 *
 * @param <E> the type of the events
 */
final class ProducerActor<E> extends StageActor {

	static final int DEFAULT_BUFFER_SIZE = 10_000;

	private final ProducerStage<E> stage;

	private final Outflow<E> outflow;

	private final IntakeClock clock = new IntakeClock(this);

	/** Null if the stage has no limit to its rate. */
	private final @Nullable DemandGate gate;

	/** Null if any number of its events may be open. */
	private final @Nullable SettlementGate settlementGate;

	private final DemandLog<E> log = new DemandLog<>();

	private volatile DemandMode mode;

	/** Demand that the stage has got and has not emitted events for. */
	private long owed;

	private boolean paused;

	private boolean completing;

	private boolean drained;

	ProducerActor(String name, ProducerStage<E> stage, StageOptions options, StageEnvironment environment) {
		super(name, stage, options, environment);
		this.stage = stage;
		this.mode = (options.demandMode() != null) ? options.demandMode() : DemandMode.FORWARD;
		this.outflow = new Outflow<>(this, options, DEFAULT_BUFFER_SIZE, stage::onDiscard);
		this.gate = (options.rate() != null) ? new DemandGate(options.rate(), this.clock) : null;
		this.settlementGate = (options.maxUnsettled() != null)
				? new SettlementGate(options.maxUnsettled(), this::unsettledAtSource) : null;
	}

	@Override
	void acceptConsumer(OpenSubscription link) throws Exception {
		long net = this.outflow.subscribe(link);
		if (link.place() != null) {
			withdrawUnclaimed();
		}
		demand(net);
	}

	@Override
	void ask(OpenSubscription link, long demand) throws Exception {
		demand(this.outflow.ask(link, demand));
	}

	@Override
	void cancelConsumer(OpenSubscription link, Cancellation cancellation) throws Exception {
		if (!this.outflow.knows(link)) {
			return;
		}
		// The dispatcher forgets first, so that the callback's events don't go to the one
		// who left.
		long net = this.outflow.cancel(link, cancellation);
		consumerLeft(link, cancellation);
		if (link.place() != null) {
			withdrawUnclaimed();
		}
		demand(net);
	}

	@Override
	void abandon(Collection<?> partitions) {
		this.outflow.abandon(partitions);
	}

	@Override
	void whileEmpty(Place place, Place.Empty empty) throws Exception {
		long net = this.outflow.whileEmpty(place, empty);
		withdrawUnclaimed();
		demand(net);
	}

	/** Lets the stage off from demand that went with its consumer. */
	private void withdrawUnclaimed() throws Exception {
		long unclaimed = Math.min(this.outflow.unclaimed(), this.owed);
		if (unclaimed > 0) {
			long withdrawn = withdraw(unclaimed);
			this.owed -= withdrawn;
			this.outflow.withdraw(withdrawn);
		}
	}

	private long withdraw(long demand) throws Exception {
		return (this.settlementGate != null) ? this.settlementGate.withdraw(demand, this::withdrawFromGate)
				: withdrawFromGate(demand);
	}

	private long withdrawFromGate(long demand) throws Exception {
		return (this.gate != null) ? this.gate.withdraw(demand, this::withdrawFromStage) : withdrawFromStage(demand);
	}

	private long withdrawFromStage(long demand) throws Exception {
		return Math.min(Math.max(this.stage.withdrawDemand(demand), 0), demand);
	}

	@Override
	void consumerLeft(OpenSubscription link, Cancellation cancellation) throws Exception {
		listener().onCancel(Peer.CONSUMER, link, cancellation);
		emit(this.stage.onCancel(link, cancellation));
	}

	@Override
	void info(Object message) throws Exception {
		if (!this.clock.wakesBy(message)) {
			noteHandling();
			emit(this.stage.onInfo(message));
		}
		else if (this.gate != null) {
			passOn(this.gate.next());
		}
	}

	@Override
	void infoBehindEvents(Object message) {
		Runnable release = () -> release(message);
		// Events emitted while demand is collected are not in the buffer yet. Collected
		// demand holds nothing up: its events don't exist yet.
		if (this.log.events() == 0) {
			this.outflow.afterSent(release);
		}
		else {
			this.log.addAction(release);
		}
	}

	@Override
	void call(Object request, Caller caller) throws Exception {
		noteHandling();
		emit(this.stage.onCall(request, caller));
	}

	@Override
	void setDemandMode(DemandMode mode) throws Exception {
		this.mode = mode;
		replayLog();
	}

	@Override
	void pause(CompletableFuture<@Nullable Void> paused) {
		this.paused = true;
		paused.complete(null);
	}

	@Override
	void resume() throws Exception {
		this.paused = false;
		replayLog();
	}

	private void replayLog() throws Exception {
		if (isAccumulating()) {
			return;
		}
		for (DemandLog.Entry<E> entry = this.log.poll(); entry != null && !isStopping(); entry = this.log.poll()) {
			if (entry instanceof DemandLog.Demand<E> demanded) {
				serve(demanded.demand(), Demand.add(this.owed, this.log.events()));
			}
			else if (entry instanceof DemandLog.Emission<E> emission) {
				this.outflow.emit(emission.events());
			}
			else if (entry instanceof DemandLog.Action<E> next) {
				this.outflow.afterSent(next.action());
			}
		}
	}

	@Override
	void beginDrain() throws Exception {
		if (!this.stage.onDrainBegin(this)) {
			drain();
		}
	}

	@Override
	void drain() throws Exception {
		if (!this.drained) {
			this.drained = true;
			this.stage.onDrain(this);
		}
	}

	@Override
	void consumersGone(@Nullable ExitReason cause) throws Exception {
		this.stage.onConsumersGone(cause);
	}

	@Override
	public void complete() {
		this.completing = true;
	}

	/**
	 * Acts on net demand, or collects it. While demand is collected, the buffer is left
	 * alone: what is in it was emitted before all that the log holds, and leaves before
	 * it.
	 */
	private void demand(long net) throws Exception {
		if (net > 0 && isAccumulating()) {
			this.log.addDemand(net);
		}
		else if (net > 0) {
			serve(net, 0);
		}
	}

	/**
	 * Serves net demand from the buffer and asks the stage for what is missing. That may
	 * be less than the dispatcher has passed on, since a stage also emits events that it
	 * was not asked for. Without looking at what is still open, it would be asked for
	 * more than anybody wants each time that it does so.
	 * @param net the demand that the dispatcher has passed on
	 * @param coming how many events will come for the open demand anyway
	 */
	private void serve(long net, long coming) throws Exception {
		long uncovered = net - this.outflow.sendBuffered(net);
		long demand = Math.min(uncovered, this.outflow.openDemand() - coming);
		if (demand > 0) {
			handleDemand(demand);
		}
	}

	private void handleDemand(long demand) throws Exception {
		if (isStopping() || this.completing) {
			return;
		}
		this.owed = Demand.add(this.owed, demand);
		passToGate((this.settlementGate != null) ? this.settlementGate.demand(demand) : demand);
	}

	private void passToGate(long demand) throws Exception {
		if (demand > 0) {
			passOn((this.gate != null) ? this.gate.demand(demand) : demand);
		}
	}

	private void passOn(long demand) throws Exception {
		if (demand > 0 && !isStopping() && !this.completing) {
			emit(callback(demand));
		}
	}

	private List<E> callback(long demand) throws Exception {
		beginCalls((int) Math.min(demand, Integer.MAX_VALUE));
		try {
			List<E> events = this.stage.handleDemand(demand);
			endCall((events != null) ? events.size() : 0);
			return events;
		}
		finally {
			clearInterrupt();
		}
	}

	@Override
	@SuppressWarnings("unchecked") // who emits in its name knows what it emits
	void emitFromOutside(List<?> events) throws Exception {
		emit((List<E>) events);
	}

	private void emit(List<E> returned) throws Exception {
		List<E> checked = checkedEvents(returned);
		if (this.gate != null) {
			this.gate.pass(checked.size());
		}
		if (this.settlementGate != null) {
			this.settlementGate.pass(checked.size());
		}
		if (checked.isEmpty()) {
			return;
		}
		List<E> events = countOut(checked, this.outflow.keepsTogether());
		this.owed = Math.max(this.owed - events.size(), 0);
		if (isAccumulating()) {
			this.log.addEmission(events);
		}
		else {
			this.outflow.emit(events);
		}
	}

	/**
	 * Sees to it that no consumer waits in vain. The dispatchers only report the demand
	 * that is new; but demand can also be open because the events that were on their way
	 * to a lost consumer wait in the buffer or were dropped from it, or because the
	 * dispatcher has discarded some.
	 */
	@Override
	void settle() throws Exception {
		if (!isAccumulating()) {
			this.outflow.sendBuffered();
			long forgotten = this.outflow.openDemand() - this.owed;
			if (forgotten > 0) {
				handleDemand(forgotten);
				askAgainIfDiscarded();
			}
			passOnWhatMayBeOpen();
		}
		if (this.completing && this.outflow.isAllSent() && this.log.events() == 0 && hasAllInfos()) {
			stop(ExitReason.NORMAL);
		}
	}

	private void passOnWhatMayBeOpen() throws Exception {
		if (this.settlementGate == null || this.completing || isStopping()) {
			return;
		}
		passToGate(this.settlementGate.next());
		if (this.settlementGate.hasMore()) {
			// By a message, so that a producer of plain events can still be stopped.
			self().mailbox().tell(new Message.Settle());
		}
	}

	@Override
	void settledAtSource() {
		if (this.settlementGate != null && this.settlementGate.isHolding()) {
			self().mailbox().tell(new Message.Settle());
		}
	}

	/**
	 * A dispatcher that discards events asks for others. That goes on by a message, so
	 * that a producer of nothing but such events can still be stopped.
	 */
	private void askAgainIfDiscarded() {
		if (this.outflow.openDemand() > this.owed && !this.completing && !isStopping()) {
			self().mailbox().tell(new Message.Settle());
		}
	}

	private boolean isAccumulating() {
		return this.paused || this.mode == DemandMode.ACCUMULATE;
	}

	@Override
	void closeSides(ExitReason reason) {
		if (this.gate != null) {
			this.gate.close();
		}
		this.outflow.closeAll(reason);
		List<E> lost = new ArrayList<>();
		for (DemandLog.Entry<E> entry = this.log.poll(); entry != null; entry = this.log.poll()) {
			if (entry instanceof DemandLog.Emission<E> emission) {
				lost.addAll(emission.events());
			}
		}
		discardAtTheEnd(lost, "emitted while demand was collected, and not handed on when it stopped (%s)"
			.formatted(StageActor.summary(reason)), causeOf(reason));
	}

	@Override
	Activity resting(TimeAccount account) {
		if (isAccumulating()) {
			return Activity.PAUSED;
		}
		if (this.gate != null && this.gate.isHolding()) {
			return Activity.RATE_LIMITED;
		}
		boolean isOwing = this.owed > 0 && (this.settlementGate == null || !this.settlementGate.isHolding());
		return isOwing ? Activity.STARVED : Activity.BLOCKED;
	}

	@Override
	@Nullable Long arrivals() {
		OptionalLong arrivals = this.stage.arrivals();
		return arrivals.isPresent() ? (Long) arrivals.getAsLong() : null;
	}

	@Override
	@Nullable SourceProgress progress() {
		return this.stage.progress();
	}

	@Override
	WaitingEvents waiting() {
		long buffered = this.outflow.buffered() + this.log.events();
		long backlog = this.stage.backlog();
		return new WaitingEvents(buffered, this.outflow.unservedEvents(), 0, backlog, buffered + backlog);
	}

	@Override
	DemandMode demandMode() {
		return this.mode;
	}

	@Override
	List<SubscriptionStatus> producers() {
		return List.of();
	}

	@Override
	List<SubscriptionStatus> consumers() {
		return this.outflow.status();
	}

}
