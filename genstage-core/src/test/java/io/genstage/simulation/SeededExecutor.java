package io.genstage.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Executor;

import io.genstage.thread.StageScheduler;

/**
 * Runs tasks on the calling thread, one at a time and in an order that a seed decides.
 * Its clock only goes on when there is nothing else to do.
 */
public final class SeededExecutor implements Executor, StageScheduler {

	private final Random random;

	private final List<Runnable> ready = new ArrayList<>();

	private final Queue<Waiting> timers = new PriorityQueue<>(
			Comparator.comparing(Waiting::due).thenComparingLong(Waiting::number));

	private Duration now = Duration.ZERO;

	private long scheduled;

	public SeededExecutor(long seed) {
		this.random = new Random(seed);
	}

	@Override
	public void execute(Runnable task) {
		this.ready.add(task);
	}

	@Override
	public Timer schedule(Duration delay, Runnable task) {
		Waiting timer = new Waiting(this.now.plus(delay), this.scheduled++, task);
		this.timers.add(timer);
		return () -> this.timers.remove(timer);
	}

	@Override
	public long nanoTime() {
		return this.now.toNanos();
	}

	/** Returns the time that has passed. */
	public Duration now() {
		return this.now;
	}

	/** Returns how many timers have not gone off. */
	public int timers() {
		return this.timers.size();
	}

	/**
	 * Runs one of the ready tasks, or the next timer, and returns whether there was one.
	 */
	public boolean runOne() {
		if (runOneReady()) {
			return true;
		}
		Waiting next = this.timers.poll();
		if (next == null) {
			return false;
		}
		this.now = next.due();
		next.task().run();
		return true;
	}

	private boolean runOneReady() {
		if (this.ready.isEmpty()) {
			return false;
		}
		int last = this.ready.size() - 1;
		int chosen = this.random.nextInt(last + 1);
		Runnable task = this.ready.get(chosen);
		this.ready.set(chosen, this.ready.get(last));
		this.ready.remove(last);
		task.run();
		return true;
	}

	/** Runs what is ready, without letting time pass. */
	public void runReady() {
		while (runOneReady()) {
			// All happens in the condition.
		}
	}

	/** Runs so many of the ready tasks, without letting time pass. */
	public void runReady(int tasks) {
		for (int ran = 0; ran < tasks && runOneReady(); ran++) {
			// All happens in the condition.
		}
	}

	/** Lets time pass and runs what becomes ready until then. */
	public void advance(Duration duration) {
		Duration until = this.now.plus(duration);
		runReady();
		while (!this.timers.isEmpty() && this.timers.element().due().compareTo(until) <= 0) {
			Waiting next = this.timers.remove();
			this.now = next.due();
			next.task().run();
			runReady();
		}
		this.now = until;
	}

	/** Runs everything, timers too, or fails if that seems to have no end. */
	public void runToRest(int mostTasks) {
		for (int tasks = 0; tasks < mostTasks; tasks++) {
			if (!runOne()) {
				return;
			}
		}
		throw new AssertionError("no rest after %d tasks".formatted(mostTasks));
	}

	/**
	 * A task and when to run it.
	 */
	private record Waiting(Duration due, long number, Runnable task) {
	}

}
