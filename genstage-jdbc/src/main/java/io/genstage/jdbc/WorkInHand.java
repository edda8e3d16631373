package io.genstage.jdbc;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

import io.genstage.log.StageLog;
import io.genstage.source.SourceUnavailableException;

/**
 * The events of a queue that were handed out and are not settled in the table. What
 * becomes of them is kept until the table has it, also while the database is away; there
 * is no more of it than there are events. Any thread may use it; what reaches for the
 * database blocks.
 */
final class WorkInHand {

	private static final System.Logger logger = StageLog.of(WorkInHand.class);

	private final WorkTable table;

	private final String queue;

	private final Map<Long, WorkClaim> claims = new ConcurrentHashMap<>();

	private final Queue<WorkResult> results = new ConcurrentLinkedQueue<>();

	/** Held while the table is changed, so that each change knows those before it. */
	private final ReentrantLock settling = new ReentrantLock();

	private final AtomicLong late = new AtomicLong();

	WorkInHand(WorkTable table, String queue) {
		this.table = table;
		this.queue = queue;
	}

	void add(WorkClaim claim) {
		this.claims.put(claim.id(), claim);
	}

	void add(WorkResult result) {
		this.results.add(result);
	}

	int size() {
		return this.claims.size();
	}

	long late() {
		return this.late.get();
	}

	boolean hasResults() {
		return !this.results.isEmpty();
	}

	/**
	 * Brings all results into the table.
	 * @throws SourceUnavailableException if it can't be reached; the results stay
	 * @throws RuntimeException if it can't be changed; the results are forgotten, and the
	 * events come again when their time is over
	 */
	void settle() {
		this.settling.lock();
		try {
			List<WorkResult> round = new ArrayList<>(this.results);
			if (round.isEmpty()) {
				return;
			}
			try {
				countLate(this.table.settle(round));
				round.stream().filter(WorkResult.Dead.class::isInstance).forEach(this::reportDead);
			}
			catch (SourceUnavailableException ex) {
				throw ex;
			}
			catch (RuntimeException ex) {
				forget(round);
				throw ex;
			}
			forget(round);
		}
		finally {
			this.settling.unlock();
		}
	}

	private void countLate(List<WorkClaim> claims) {
		this.late.addAndGet(claims.size());
		if (!claims.isEmpty()) {
			logger.log(Level.WARNING,
					() -> "%d events of the queue '%s' were settled too late: their time was over, and they come again or are done by somebody else"
						.formatted(claims.size(), this.queue));
		}
	}

	private void reportDead(WorkResult result) {
		if (result instanceof WorkResult.Dead dead) {
			logger.log(Level.ERROR, () -> "row %d of the queue '%s' is dead: %s".formatted(dead.claim().id(),
					this.queue, dead.reason()));
		}
	}

	private void forget(List<WorkResult> round) {
		round.forEach((result) -> {
			this.results.poll();
			this.claims.remove(result.claim().id(), result.claim());
		});
	}

	/**
	 * Keeps the events from others for longer.
	 * @throws SourceUnavailableException if the table can't be reached
	 */
	void extend() {
		// One that was given back for later must not have its time set anew behind that.
		this.settling.lock();
		try {
			List<WorkClaim> all = List.copyOf(this.claims.values());
			if (!all.isEmpty()) {
				this.table.extend(all).forEach((claim) -> this.claims.remove(claim.id(), claim));
			}
		}
		finally {
			this.settling.unlock();
		}
	}

}
