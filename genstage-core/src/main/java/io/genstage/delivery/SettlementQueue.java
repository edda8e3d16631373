package io.genstage.delivery;

import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

/**
 * Takes settlements from any thread and reports them to their sources: in order, grouped,
 * one call at a time, on an executor. Of the engine.
 */
public final class SettlementQueue {

	/*
	 * One field says it all: nothing in it is "idle", the mark alone is "reporting, and
	 * nothing new", and else it is the last settlement, from which the ones before it
	 * hang, down to the mark or to nothing. Who finds it idle starts the reporting. The
	 * reporting ends by exchanging the mark for nothing, which fails if anything has
	 * come: so there is no moment in which a settlement could be left without anybody to
	 * report it.
	 *
	 * A round takes all there is and the thread is kept until nothing comes any more:
	 * what can come is bounded by the events that are under way.
	 */

	private static final System.Logger logger = StageLog.of(SettlementQueue.class);

	private static final Object REPORTING = new Object();

	private static final VarHandle LAST = Handles.of(MethodHandles.lookup(), "last", Object.class);

	private static final VarHandle UNSETTLED = Handles.of(MethodHandles.lookup(), "unsettled", long.class);

	private static final VarHandle LATE = Handles.of(MethodHandles.lookup(), "late", long.class);

	private static final VarHandle FAILED_CALLS = Handles.of(MethodHandles.lookup(), "failedCalls", long.class);

	private static final VarHandle LEFT_OPEN = Handles.of(MethodHandles.lookup(), "leftOpen", long.class);

	private final Executor executor;

	private final SettlementListener listener;

	private volatile @Nullable Object last;

	private volatile long unsettled;

	private volatile long late;

	private volatile long failedCalls;

	private volatile long leftOpen;

	/**
	 * Creates a queue.
	 * @param executor calls the acknowledgers
	 * @param listener is called whenever something changes
	 */
	public SettlementQueue(Executor executor, SettlementListener listener) {
		this.executor = Objects.requireNonNull(executor, "executor must not be null");
		this.listener = Objects.requireNonNull(listener, "listener must not be null");
	}

	/**
	 * Returns whether nothing is being reported and nothing waits for it.
	 * @return whether all that was settled has been reported
	 */
	public boolean isIdle() {
		return this.last == null;
	}

	/**
	 * Returns how many events have {@linkplain Delivery#enter entered} and were not
	 * reported to their source yet.
	 * @return their number
	 */
	public long unsettled() {
		return this.unsettled;
	}

	/**
	 * Returns how often something was to be settled that had been settled before.
	 * @return their number
	 */
	public long lateSettlements() {
		return this.late;
	}

	/**
	 * Returns how many calls of an acknowledger have failed.
	 * @return their number
	 */
	public long failedCalls() {
		return this.failedCalls;
	}

	/**
	 * Returns how many events have an outcome that their source doesn't know of, because
	 * its acknowledger has thrown or could not be called.
	 * @return their number
	 */
	public long leftOpen() {
		return this.leftOpen;
	}

	void countEntered() {
		UNSETTLED.getAndAdd(this, 1L);
	}

	void countLate() {
		LATE.getAndAdd(this, 1L);
	}

	void add(Settlement settlement) {
		Object before;
		do {
			before = this.last;
			settlement.before = before;
		}
		while (!LAST.compareAndSet(this, before, settlement));
		if (before == null) {
			this.listener.onBusy();
			start();
		}
	}

	private void start() {
		try {
			this.executor.execute(() -> reportAll(this::report));
		}
		catch (Throwable ex) {
			// The stage that has settled the event can't do anything about it.
			reportAll((group) -> leaveOpen(group, ex));
		}
	}

	private void reportAll(Consumer<SettledGroup> report) {
		do {
			List<Settlement> round = inOrder(LAST.getAndSet(this, REPORTING));
			SettledGroup.of(round).forEach((group) -> {
				report.accept(group);
				UNSETTLED.getAndAdd(this, (long) -group.size());
				this.listener.onSettled(group.size());
			});
		}
		while (!LAST.compareAndSet(this, REPORTING, null));
		this.listener.onIdle();
	}

	private void report(SettledGroup group) {
		try {
			group.settle();
		}
		catch (Throwable ex) {
			leaveOpen(group, ex);
		}
	}

	private void leaveOpen(SettledGroup group, Throwable cause) {
		FAILED_CALLS.getAndAdd(this, 1L);
		LEFT_OPEN.getAndAdd(this, (long) group.size());
		logger.log(Level.ERROR, () -> "%d events are settled, but stay open at their source: its acknowledger %s failed"
			.formatted(group.size(), group.acknowledgerType()), cause);
	}

	private static List<Settlement> inOrder(@Nullable Object last) {
		List<Settlement> settlements = new ArrayList<>();
		Object next = last;
		while (next instanceof Settlement settlement) {
			settlements.add(settlement);
			next = settlement.before;
			settlement.before = null;
		}
		Collections.reverse(settlements);
		return settlements;
	}

}
