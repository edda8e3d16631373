package io.genstage;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import io.genstage.thread.StageScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The log of events that are lost while the stage goes on. Of those that are lost for one
 * reason the first ones are logged at once, and the number of the others once a minute
 * and when the stage stops. Used by the stage, in its turns.
 */
final class LossLog {

	static final Duration PAUSE = Duration.ofMinutes(1);

	/**
	 * How many reasons are told apart within a minute: they name types and places, and
	 * there is no end to what somebody may put into one.
	 */
	static final int REASONS = 20;

	static final String OTHERS = "other reasons, as there are too many to log each of them";

	private final StageActor stage;

	private final Map<String, Losses> byReason = new LinkedHashMap<>();

	private StageScheduler.@Nullable Timer timer;

	LossLog(StageActor stage) {
		this.stage = stage;
	}

	/** Logs events, at least one, that have been counted, now or later. */
	void add(int events, String reason) {
		long now = this.stage.nanoTime();
		this.byReason.values().removeIf((losses) -> losses.isOver(now));
		boolean known = this.byReason.containsKey(reason) || this.byReason.size() < REASONS;
		String logged = known ? reason : OTHERS;
		Losses losses = this.byReason.get(logged);
		if (losses == null) {
			this.byReason.put(logged, new Losses(now));
			this.stage.logDiscarded(events, logged);
			return;
		}
		losses.held += events;
		wakeUp(now);
	}

	/** Sees to it that what is held is logged when its minute is over. */
	private void wakeUp(long now) {
		if (this.timer == null) {
			this.byReason.values()
				.stream()
				.filter((losses) -> losses.held > 0)
				.mapToLong((losses) -> losses.rest(now))
				.min()
				.ifPresent((rest) -> this.timer = this.stage.tellAfter(Duration.ofNanos(Math.max(rest, 0)),
						new Message.LogLosses()));
		}
	}

	/** Logs what has been held for long enough. */
	void logDue() {
		this.timer = null;
		long now = this.stage.nanoTime();
		this.byReason.forEach((reason, losses) -> {
			if (losses.rest(now) <= 0) {
				log(reason, losses, now);
			}
		});
		wakeUp(now);
	}

	/** Logs all that has not been logged yet. */
	void flush() {
		if (this.timer != null) {
			this.timer.cancel();
			this.timer = null;
		}
		long now = this.stage.nanoTime();
		this.byReason.forEach((reason, losses) -> log(reason, losses, now));
	}

	private void log(String reason, Losses losses, long now) {
		if (losses.held > 0) {
			this.stage.logDiscarded(losses.held, reason);
			losses.held = 0;
			losses.loggedAt = now;
		}
	}

	/**
	 * What is lost for one reason.
	 */
	private static final class Losses {

		private long loggedAt;

		/** Lost and not logged. */
		private int held;

		Losses(long loggedAt) {
			this.loggedAt = loggedAt;
		}

		long rest(long now) {
			return PAUSE.toNanos() - (now - this.loggedAt);
		}

		boolean isOver(long now) {
			return this.held == 0 && rest(now) <= 0;
		}

	}

}
