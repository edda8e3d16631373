package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

import io.genstage.ExitReason;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.thread.StageScheduler;
import org.jspecify.annotations.Nullable;

/**
 * A world whose time passes only when nobody has anything to do: its stages have threads,
 * of which one at a time goes on, in an order that a seed decides. So a handler can take
 * time, as one does that waits for a database, while the others go on.
 */
final class PretendedWorld implements Executor, StageScheduler, AutoCloseable {

	private final Random random;

	private final List<Runnable> ready = new ArrayList<>();

	private final Queue<Alarm> alarms = new PriorityQueue<>(
			Comparator.comparingLong(Alarm::due).thenComparingLong(Alarm::number));

	private final Deque<Worker> idle = new ArrayDeque<>();

	private final List<Worker> workers = new ArrayList<>();

	/** Released by a worker that is done or waits, so that the world goes on. */
	private final Semaphore worldsTurn = new Semaphore(0);

	private long now;

	private long numbers;

	private volatile boolean ending;

	private @Nullable Worker running;

	final StageSystem system;

	PretendedWorld(long seed) {
		this.random = new Random(seed);
		this.system = StageSystem.builder().executor(this).scheduler(this).closeTimeout(Duration.ZERO).build();
	}

	@Override
	public void execute(Runnable task) {
		this.ready.add(task);
	}

	@Override
	public Timer schedule(Duration delay, Runnable task) {
		Alarm alarm = new Alarm(this.now + delay.toNanos(), this.numbers++, task);
		this.alarms.add(alarm);
		return () -> this.alarms.remove(alarm);
	}

	@Override
	public long nanoTime() {
		return this.now;
	}

	/** Called in a handler: lets it take time. */
	void work(Duration time) {
		Worker worker = this.running;
		if (this.ending || time.isZero() || worker == null) {
			return;
		}
		schedule(time, () -> handOver(worker));
		this.worldsTurn.release();
		worker.turn.acquireUninterruptibly();
	}

	/** Returns what is complete after some time. */
	<T> CompletableFuture<T> later(Duration time, T value) {
		CompletableFuture<T> result = new CompletableFuture<>();
		schedule(time, () -> result.complete(value));
		return result;
	}

	private void handOver(Worker worker) {
		this.running = worker;
		worker.turn.release();
		this.worldsTurn.acquireUninterruptibly();
		this.running = null;
	}

	/** Lets time pass. */
	void pass(Duration time) {
		long end = this.now + time.toNanos();
		while (step(end)) {
			// Until nothing is left to be done.
		}
		this.now = end;
	}

	private boolean step(long end) {
		if (!this.ready.isEmpty()) {
			Runnable task = this.ready.remove(this.random.nextInt(this.ready.size()));
			Worker worker = this.idle.isEmpty() ? new Worker() : this.idle.pop();
			worker.task = task;
			handOver(worker);
			return true;
		}
		Alarm next = this.alarms.peek();
		if (next == null || next.due() > end) {
			return false;
		}
		this.alarms.remove();
		this.now = next.due();
		next.task().run();
		return true;
	}

	@Override
	public void close() {
		this.ending = true;
		for (StageRef stage : this.system.stages()) {
			stage.stop(ExitReason.SHUTDOWN);
		}
		pass(Duration.ofMinutes(10));
		for (Worker worker : this.workers) {
			worker.task = null;
			worker.turn.release();
		}
		this.system.close();
	}

	/**
	 * A thread that goes on when it gets a turn.
	 */
	private final class Worker implements Runnable {

		private final Semaphore turn = new Semaphore(0);

		private @Nullable Runnable task;

		Worker() {
			PretendedWorld.this.workers.add(this);
			Thread thread = new Thread(this, "pretended");
			thread.setDaemon(true);
			thread.start();
		}

		@Override
		public void run() {
			this.turn.acquireUninterruptibly();
			for (Runnable next = this.task; next != null; next = this.task) {
				try {
					next.run();
				}
				finally {
					PretendedWorld.this.idle.push(this);
					PretendedWorld.this.worldsTurn.release();
				}
				this.turn.acquireUninterruptibly();
			}
		}

	}

	private record Alarm(long due, long number, Runnable task) {
	}

}
