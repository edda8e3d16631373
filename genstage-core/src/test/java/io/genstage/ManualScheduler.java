package io.genstage;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Time that goes on only when a test lets it.
 */
final class ManualScheduler implements StageScheduler {

	private final Journal journal;

	private final Queue<Timer> timers = new ArrayDeque<>();

	private Duration now = Duration.ZERO;

	ManualScheduler(Journal journal) {
		this.journal = journal;
	}

	@Override
	public void schedule(Duration delay, Runnable task) {
		this.journal.note("scheduled in " + delay);
		this.timers.add(new Timer(this.now.plus(delay), task));
	}

	@Override
	public long nanoTime() {
		return this.now.toNanos();
	}

	/** Lets the time pass that the oldest timer waits for. */
	void runTimer() {
		Timer timer = this.timers.remove();
		if (timer.due().compareTo(this.now) > 0) {
			this.now = timer.due();
		}
		timer.task().run();
	}

	/** Lets time pass without a timer that goes off. */
	void pass(Duration time) {
		this.now = this.now.plus(time);
	}

	/**
	 * A task and when to run it.
	 */
	private record Timer(Duration due, Runnable task) {
	}

}
