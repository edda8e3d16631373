package io.genstage;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

import io.genstage.thread.StageScheduler;

/**
 * Time that goes on only when a test lets it.
 */
final class ManualScheduler implements StageScheduler {

	private final Journal journal;

	private final Queue<Waiting> timers = new ArrayDeque<>();

	private Duration now = Duration.ZERO;

	ManualScheduler(Journal journal) {
		this.journal = journal;
	}

	@Override
	public Timer schedule(Duration delay, Runnable task) {
		this.journal.note("scheduled in " + delay);
		Waiting waiting = new Waiting(this.now.plus(delay), task);
		this.timers.add(waiting);
		return () -> this.timers.remove(waiting);
	}

	@Override
	public long nanoTime() {
		return this.now.toNanos();
	}

	/** Lets the time pass that the oldest timer waits for. */
	void runTimer() {
		Waiting timer = this.timers.remove();
		if (timer.due().compareTo(this.now) > 0) {
			this.now = timer.due();
		}
		timer.task().run();
	}

	int waiting() {
		return this.timers.size();
	}

	/** Lets time pass without a timer that goes off. */
	void pass(Duration time) {
		this.now = this.now.plus(time);
	}

	/**
	 * A task and when to run it.
	 */
	private record Waiting(Duration due, Runnable task) {
	}

}
