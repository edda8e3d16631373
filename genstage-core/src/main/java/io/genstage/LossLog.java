package io.genstage;

import java.time.Duration;

import io.genstage.thread.StageScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The log of events that are lost for a reason of their own. Of a flood of them the first
 * ones are logged at once, and the number of the others once a minute and when the stage
 * stops. Used by the stage, in its turns.
 */
final class LossLog {

	static final Duration PAUSE = Duration.ofMinutes(1);

	private final StageActor stage;

	private boolean logged;

	private long loggedAt;

	/** Lost and not logged. */
	private int held;

	/** Why the first of them were lost. */
	private String reason = "";

	private StageScheduler.@Nullable Timer timer;

	LossLog(StageActor stage) {
		this.stage = stage;
	}

	/** Logs events, at least one, that have been counted, now or later. */
	void add(int events, String reason) {
		if (this.held == 0) {
			this.reason = reason;
		}
		this.held += events;
		long rest = this.logged ? PAUSE.toNanos() - (this.stage.nanoTime() - this.loggedAt) : 0;
		if (rest <= 0) {
			flush();
		}
		else if (this.timer == null) {
			this.timer = this.stage.tellAfter(Duration.ofNanos(rest), new Message.LogLosses());
		}
	}

	/** Logs all that has not been logged yet. */
	void flush() {
		if (this.timer != null) {
			this.timer.cancel();
			this.timer = null;
		}
		if (this.held > 0) {
			this.stage.logDiscarded(this.held, this.reason + ((this.held > 1) ? " (the first of them)" : ""));
			this.held = 0;
			this.logged = true;
			this.loggedAt = this.stage.nanoTime();
		}
	}

}
