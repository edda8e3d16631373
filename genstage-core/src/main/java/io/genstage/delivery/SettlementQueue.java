package io.genstage.delivery;

import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

	/** What sources can't do and was logged; known to the reporting only. */
	private final Set<String> ignored = new HashSet<>();

	private volatile @Nullable Object last;

	private volatile long unsettled;

	private volatile long late;

	private volatile long failedCalls;

	private volatile long leftOpen;

	/** In which events enter now, or null if nobody wants to know their ages. */
	private volatile @Nullable Stretch stretch;

	/** Up to when the events have time whose handlers have asked for more. */
	private final Map<Settlement, Long> extensions = new ConcurrentHashMap<>();

	/** Those that are over and in which unsettled events have entered. */
	private final List<Stretch> stretches = new ArrayList<>();

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

	/** Keeps the ages of events that enter from now on. */
	public void keepAges() {
		this.stretch = new Stretch();
	}

	/**
	 * Returns how many events are unsettled for long. Their ages are those of the calls:
	 * an event that has entered since the last one is as old as the next one. Those for
	 * which a handler has asked for more time are left out until it is over. To be called
	 * by one thread at a time, several times within the age that is asked for.
	 * @param age how old an event is to be
	 * @param now the time in nanoseconds, by any clock
	 * @return how many events are that old and unsettled; none unless
	 * {@linkplain #keepAges ages are kept}
	 */
	public Aged olderThan(Duration age, long now) {
		Stretch last = this.stretch;
		if (last == null) {
			return new Aged(0, Duration.ZERO);
		}
		// One that was over before the last call gets no events any more.
		this.stretches.removeIf((stretch) -> stretch.unsettled() == 0);
		last.end(now);
		this.stretches.add(last);
		this.stretch = new Stretch();
		Map<Stretch, Long> extended = extended(now);
		long events = 0;
		long oldest = 0;
		for (Stretch stretch : this.stretches) {
			long time = now - stretch.end();
			long late = (time >= age.toNanos()) ? stretch.unsettled() - extended.getOrDefault(stretch, 0L) : 0;
			if (late > 0) {
				events += late;
				oldest = Math.max(oldest, time);
			}
		}
		return new Aged(events, Duration.ofNanos(oldest));
	}

	/** Returns of how many events in each stretch the time isn't over. */
	private Map<Stretch, Long> extended(long now) {
		Map<Stretch, Long> extended = new HashMap<>();
		this.extensions.forEach((settlement, until) -> {
			if (until - now > 0) {
				extended.merge(settlement.stretch(), 1L, Long::sum);
			}
		});
		return extended;
	}

	/** An event that has entered has time until then, or later if that is known. */
	void extend(Settlement settlement, long until) {
		this.extensions.merge(settlement, until, (one, other) -> (one - other > 0) ? one : other);
		if (settlement.hasEnded()) {
			// It may have been forgotten before.
			forgetExtension(settlement);
		}
	}

	void forgetExtension(Settlement settlement) {
		if (!this.extensions.isEmpty()) {
			this.extensions.remove(settlement);
		}
	}

	/**
	 * Takes deliveries of a source into the engine: when they end they are reported to
	 * the source from here. Those that were made from another one come with that.
	 * @param events events, among which deliveries may be
	 * @return false if one of them was taken already: a source has emitted it twice
	 */
	public boolean enter(List<?> events) {
		long entering = 0;
		for (Object event : events) {
			if (settlementOf(event) != null) {
				entering++;
			}
		}
		if (entering == 0) {
			return true;
		}
		// Before anybody can report one of them.
		Stretch now = this.stretch;
		countEntered(entering, now);
		long entered = 0;
		Endings endings = new Endings();
		Entry entry = new Entry(this, now);
		for (Object event : events) {
			Settlement settlement = settlementOf(event);
			if (settlement != null && settlement.enter(entry, endings)) {
				entered++;
			}
		}
		return countedIn(entered, entering, now, endings);
	}

	/**
	 * Takes a row of deliveries into the engine.
	 * @param row the deliveries, of which nothing happens unless they are of a source
	 * @return false if one of them was taken already: a source has emitted it twice
	 */
	public boolean enter(DeliveryRow row) {
		if (!(row instanceof SourceRow entering)) {
			// Those that were picked are in a row that has entered.
			return !(row instanceof PickedRow) || enter(Arrays.asList(row.all(row.start(), row.start() + row.size())));
		}
		Stretch now = this.stretch;
		countEntered(row.size(), now);
		Endings endings = new Endings();
		int entered = entering.enter(new Entry(this, now), endings);
		return countedIn(entered, row.size(), now, endings);
	}

	private boolean countedIn(long entered, long entering, @Nullable Stretch now, Endings endings) {
		if (entered < entering) {
			countEntered(entered - entering, now);
		}
		endings.report();
		return entered == entering;
	}

	private static @Nullable Settlement settlementOf(Object event) {
		return (event instanceof Delivery<?> delivery) ? delivery.settlement() : null;
	}

	private void countEntered(long events, @Nullable Stretch now) {
		UNSETTLED.getAndAdd(this, events);
		if (now != null) {
			now.enter(events);
		}
	}

	void countLate() {
		LATE.getAndAdd(this, 1L);
	}

	/** Adds settlements, of which the last hangs from the one before it and so on. */
	void add(Settled first, Settled last) {
		Object before;
		do {
			before = this.last;
			first.neighbour = before;
		}
		while (!LAST.compareAndSet(this, before, last));
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
			Settled first = inOrder(LAST.getAndSet(this, REPORTING));
			SettledGroup.of(first).forEach((group) -> {
				report.accept(group);
				UNSETTLED.getAndAdd(this, (long) -group.size());
				group.leave();
				this.listener.onSettled(group.size());
			});
		}
		while (!LAST.compareAndSet(this, REPORTING, null));
		this.listener.onIdle();
	}

	private void report(SettledGroup group) {
		try {
			group.ignored().forEach((action) -> reportIgnored(action, group.acknowledgerType()));
			group.settle();
		}
		catch (Throwable ex) {
			leaveOpen(group, ex);
		}
	}

	private void reportIgnored(SourceHint.Action action, String acknowledgerType) {
		if (this.ignored.add(acknowledgerType + " " + action)) {
			logger.log(Level.WARNING,
					() -> ("a handler asks the source of an event for %s, which its acknowledger %s doesn't honour: "
							+ "the event fails as any other")
						.formatted(action, acknowledgerType));
		}
	}

	private void leaveOpen(SettledGroup group, Throwable cause) {
		FAILED_CALLS.getAndAdd(this, 1L);
		LEFT_OPEN.getAndAdd(this, (long) group.size());
		logger.log(Level.ERROR, () -> "%d events are settled, but stay open at their source: its acknowledger %s failed"
			.formatted(group.size(), group.acknowledgerType()), cause);
	}

	/** Turns the chain around, so that it leads from the first to the last. */
	private static @Nullable Settled inOrder(@Nullable Object last) {
		Settled first = null;
		Object next = last;
		while (next instanceof Settled settled) {
			next = settled.neighbour;
			settled.neighbour = first;
			first = settled;
		}
		return first;
	}

	/**
	 * Events that are unsettled for long.
	 *
	 * @param events how many
	 * @param time for how long at least the oldest of them is
	 */
	public record Aged(long events, Duration time) {
	}

}
