package io.genstage;

import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import io.genstage.delivery.SettlementQueue;
import io.genstage.demand.FieldHandle;
import io.genstage.intake.Lasting;
import io.genstage.log.StageLog;
import io.genstage.thread.StageScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Looks from time to time, while a stage has something to do, whether anything takes it
 * longer than it should, and reports that once.
 */
final class StageWatch {

	/*
	 * The looks are those of a timer, since a stage that is stuck can't look at itself.
	 * The timer ends when the stage has nothing to do, and begins again with its next
	 * turn. A turn that begins sees the timer ended, or the last look sees the turn: the
	 * mailbox is busy before the turn reads "armed", and the look reads the mailbox
	 * behind having written it.
	 */

	private static final System.Logger logger = StageLog.of(StageWatch.class);

	private static final VarHandle ARMED = FieldHandle.of(MethodHandles.lookup(), "armed", boolean.class);

	private static final int LOOKS = 4;

	private static final Duration LEAST_PERIOD = Duration.ofMillis(1);

	private final StageActor stage;

	private final Watch limits;

	private final Duration period;

	/** Used by the timer only, as one look follows the other. */
	private final @Nullable CallWatch calls;

	/** The last call that was noticed. */
	private volatile @Nullable LongCall call;

	private volatile @Nullable Overdue beside;

	private volatile SettlementQueue.@Nullable Aged unsettled;

	/** Who held events when it was reported that some are unsettled. */
	private volatile List<String> holders = List.of();

	private volatile boolean armed;

	private volatile boolean stopped;

	private volatile StageScheduler.@Nullable Timer timer;

	StageWatch(StageActor stage, Watch limits) {
		this.stage = stage;
		this.limits = limits;
		this.period = period(limits);
		Duration limit = limits.handleWithin();
		this.calls = (limit != null) ? new CallWatch(limit.toNanos()) : null;
	}

	private static Duration period(Watch limits) {
		Duration shorter = Objects.requireNonNullElse(limits.handleWithin(), Duration.ofDays(1));
		Duration other = Objects.requireNonNullElse(limits.settleWithin(), shorter);
		shorter = (other.compareTo(shorter) < 0) ? other : shorter;
		Duration period = shorter.dividedBy(LOOKS);
		return (period.compareTo(LEAST_PERIOD) > 0) ? period : LEAST_PERIOD;
	}

	/** Returns a queue that knows the ages of events, if these are of interest. */
	SettlementQueue watched(SettlementQueue queue) {
		if (this.limits.settleWithin() != null) {
			queue.keepAges();
		}
		return queue;
	}

	/** A turn of the stage begins. */
	void wake() {
		if (!this.armed && !this.stopped && ARMED.compareAndSet(this, false, true)) {
			schedule();
		}
	}

	/** The stage has stopped. */
	void stop() {
		this.stopped = true;
		cancel();
	}

	private void cancel() {
		StageScheduler.Timer last = this.timer;
		if (last != null) {
			last.cancel();
		}
	}

	private void schedule() {
		this.timer = this.stage.scheduler().schedule(this.period, this::look);
		if (this.stopped) {
			cancel();
		}
	}

	private void look() {
		if (this.stopped) {
			return;
		}
		long now = this.stage.nanoTime();
		lookAtCall(now);
		lookBeside();
		lookAtSettlements(now);
		if (hasToGoOn()) {
			schedule();
			return;
		}
		this.armed = false;
		if (hasToGoOn()) {
			wake();
		}
	}

	private boolean hasToGoOn() {
		return !this.stage.self().isIdle() || isWorkedBeside() || isAnyUnsettled();
	}

	private void lookAtCall(long now) {
		CallWatch watch = this.calls;
		long number = this.stage.calls();
		if (watch == null || !watch.notices(number, now)) {
			return;
		}
		Thread thread = this.stage.self().turning();
		List<StackTraceElement> stack = stackOf(thread);
		if (this.stage.calls() == number) {
			LongCall noticed = new LongCall(number, watch.since(), (thread != null) ? thread.getName() : null, stack);
			this.call = noticed;
			report(noticed.overdue(now));
		}
	}

	private static List<StackTraceElement> stackOf(@Nullable Thread thread) {
		return (thread != null) ? List.of(thread.getStackTrace()) : List.of();
	}

	private boolean isWorkedBeside() {
		return this.limits.handleWithin() != null && this.stage.isWorkedBeside();
	}

	private void inTurn(Runnable step) {
		this.stage.self().mailbox().tell(new Message.Look(step));
	}

	/** What is worked on beside the turns of the stage, only a turn of it can see. */
	private void lookBeside() {
		if (isWorkedBeside()) {
			inTurn(this::lookBesideInTurn);
		}
		else {
			this.beside = null;
		}
	}

	private void lookBesideInTurn() {
		long limit = Objects.requireNonNull(this.limits.handleWithin()).toNanos();
		List<Lasting> late = this.stage.lasting(this.stage.nanoTime())
			.stream()
			.filter((work) -> work.time() >= limit)
			.toList();
		if (late.isEmpty()) {
			this.beside = null;
			return;
		}
		Overdue before = this.beside;
		Lasting first = late.get(0);
		Duration time = Duration.ofNanos(late.stream().mapToLong(Lasting::time).max().orElse(limit));
		Overdue found = (before == null)
				? new Overdue(Overdue.Kind.IN_FLIGHT, time, late.size(), first.thread(), first.stack(), List.of())
				: new Overdue(before.kind(), time, late.size(), before.thread(), before.stack(), List.of());
		this.beside = found;
		if (before == null) {
			report(found);
		}
	}

	private boolean isAnyUnsettled() {
		SettlementQueue queue = this.stage.knownSettlements();
		return this.limits.settleWithin() != null && queue != null && queue.unsettled() > 0;
	}

	private void lookAtSettlements(long now) {
		SettlementQueue queue = this.stage.knownSettlements();
		Duration limit = this.limits.settleWithin();
		if (limit == null || queue == null) {
			return;
		}
		SettlementQueue.Aged aged = queue.olderThan(limit, now);
		boolean begins = this.unsettled == null;
		this.unsettled = (aged.events() > 0) ? aged : null;
		if (begins && aged.events() > 0) {
			// To look at other stages calls code of the application, which may block.
			inTurn(() -> reportUnsettled(aged));
		}
	}

	private void reportUnsettled(SettlementQueue.Aged aged) {
		this.holders = holders();
		report(overdue(aged));
	}

	private Overdue overdue(SettlementQueue.Aged aged) {
		return new Overdue(Overdue.Kind.SETTLEMENT, aged.time(), aged.events(), null, List.of(), this.holders);
	}

	/** Returns which of this stage and those below it hold events. */
	private List<String> holders() {
		Set<StageRef> seen = new LinkedHashSet<>();
		Deque<StageRef> next = new ArrayDeque<>(List.of(this.stage.self()));
		List<String> holders = new ArrayList<>();
		while (!next.isEmpty()) {
			StageRef one = next.remove();
			if (seen.add(one) && holdsEvents(one, next)) {
				holders.add(one.name());
			}
		}
		return holders;
	}

	private boolean holdsEvents(StageRef one, Deque<StageRef> below) {
		try {
			StageStatus status = one.status();
			status.consumers()
				.stream()
				.flatMap((link) -> Stream.ofNullable(this.stage.find(link.consumer())))
				.forEach(below::add);
			return status.held() > 0;
		}
		catch (RuntimeException ex) {
			// A stage of the application doesn't say what it keeps.
			return false;
		}
	}

	private void report(Overdue overdue) {
		logger.log(Level.WARNING, () -> "stage '%s': %s".formatted(this.stage.name(), overdue), where(overdue));
		this.stage.listener().onOverdue(this.stage.self(), overdue);
	}

	/** Returns what prints the stack of the culprit. */
	private static @Nullable Throwable where(Overdue overdue) {
		if (overdue.stack().isEmpty()) {
			return null;
		}
		Throwable where = new Throwable("what thread '%s' is at".formatted(overdue.thread()));
		where.setStackTrace(overdue.stack().toArray(StackTraceElement[]::new));
		return where;
	}

	/** Returns what takes too long now. Any thread may ask. */
	List<Overdue> overdue() {
		List<Overdue> all = new ArrayList<>(0);
		LongCall noticed = this.call;
		if (noticed != null && noticed.number() == this.stage.calls()) {
			all.add(noticed.overdue(this.stage.nanoTime()));
		}
		Overdue work = this.beside;
		if (work != null && isWorkedBeside()) {
			all.add(work);
		}
		SettlementQueue.Aged open = this.unsettled;
		if (open != null && isAnyUnsettled()) {
			all.add(overdue(open));
		}
		return all;
	}

	/**
	 * A call that takes too long, and where it was when that was noticed.
	 */
	private record LongCall(long number, long since, @Nullable String thread, List<StackTraceElement> stack) {

		Overdue overdue(long now) {
			return new Overdue(Overdue.Kind.CALL, Duration.ofNanos(now - this.since), 1, this.thread, this.stack,
					List.of());
		}

	}

}
