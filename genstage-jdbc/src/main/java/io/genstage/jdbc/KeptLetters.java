package io.genstage.jdbc;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.genstage.deadletter.DeadLetter;
import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

/**
 * Logs which letters are kept, in one line a second at most, so that somebody who reads
 * the log finds them. Used by the thread of the store only.
 */
final class KeptLetters {

	private static final Duration PAUSE = Duration.ofSeconds(1);

	private static final System.Logger logger = StageLog.of(JdbcDeadLetterStore.class);

	private final ScheduledExecutorService thread;

	private boolean paused;

	private int unlogged;

	private @Nullable DeadLetter last;

	KeptLetters(ScheduledExecutorService thread) {
		this.thread = thread;
	}

	/** Logs letters that were added, at least one, now or in a second. */
	void add(List<DeadLetter> letters) {
		this.unlogged += letters.size();
		this.last = letters.get(letters.size() - 1);
		if (!this.paused) {
			log();
		}
	}

	private void log() {
		int letters = this.unlogged;
		DeadLetter last = this.last;
		logger.log(Level.WARNING, () -> (letters == 1) ? "an event has failed and is kept: %s".formatted(last)
				: "%d events have failed and are kept; the last one is %s".formatted(letters, last));
		this.unlogged = 0;
		this.paused = true;
		try {
			Future<?> unused = this.thread.schedule(this::goOn, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			// The store closes, and what is written until then is logged line by line.
			this.paused = false;
		}
	}

	private void goOn() {
		this.paused = false;
		if (this.unlogged > 0) {
			log();
		}
	}

}
