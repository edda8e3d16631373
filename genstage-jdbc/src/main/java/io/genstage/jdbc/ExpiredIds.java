package io.genstage.jdbc;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import io.genstage.log.StageLog;

/**
 * Removes expired ids while others are added: a portion at a time, once a minute, and
 * more often if many are added, so that a table doesn't grow beyond what is kept. Any
 * thread may use it.
 */
final class ExpiredIds {

	/** Twice as many are removed at most as are added meanwhile. */
	static final int PORTION = 2000;

	static final int ADDED = PORTION / 2;

	static final Duration INTERVAL = Duration.ofMinutes(1);

	private static final System.Logger logger = StageLog.of(ExpiredIds.class);

	private final SeenTable table;

	private final LongSupplier nanoTime;

	private final AtomicLong added = new AtomicLong();

	private final AtomicLong lookedAt;

	ExpiredIds(SeenTable table, LongSupplier nanoTime) {
		this.table = table;
		this.nanoTime = nanoTime;
		this.lookedAt = new AtomicLong(nanoTime.getAsLong());
	}

	/** Ids were added, and that is committed. What fails here is no fault of theirs. */
	void added(int ids) {
		long since = this.added.addAndGet(ids);
		long last = this.lookedAt.get();
		long now = this.nanoTime.getAsLong();
		if ((since >= ADDED || now - last >= INTERVAL.toNanos()) && this.lookedAt.compareAndSet(last, now)) {
			this.added.addAndGet(-since);
			remove();
		}
	}

	private void remove() {
		try {
			int unused = this.table.removeExpired(PORTION);
		}
		catch (RuntimeException ex) {
			logger.log(Level.WARNING, "Expired ids of events stay in the table %s for now".formatted(SeenTable.NAME),
					ex);
		}
	}

}
