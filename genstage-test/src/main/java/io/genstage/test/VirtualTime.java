package io.genstage.test;

import java.time.Duration;
import java.util.Comparator;
import java.util.Queue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

import io.genstage.thread.StageScheduler;

/**
 * Time that passes only when a test lets it. Stages may schedule from any thread; the
 * test's thread lets the time pass.
 */
final class VirtualTime implements StageScheduler {

	private final Queue<Alarm> alarms = new PriorityBlockingQueue<>(11,
			Comparator.comparingLong(Alarm::due).thenComparingLong(Alarm::number));

	private final AtomicLong numbers = new AtomicLong();

	private volatile long now;

	@Override
	public Timer schedule(Duration delay, Runnable task) {
		Alarm alarm = new Alarm(this.now + delay.toNanos(), this.numbers.incrementAndGet(), task);
		this.alarms.add(alarm);
		return () -> this.alarms.remove(alarm);
	}

	@Override
	public long nanoTime() {
		return this.now;
	}

	/**
	 * Lets time pass, alarm by alarm, so that what one of them sets off can set others.
	 */
	void advance(Duration time, Runnable afterEachAlarm) {
		long end = this.now + time.toNanos();
		for (Alarm next = this.alarms.peek(); next != null && next.due() <= end; next = this.alarms.peek()) {
			this.alarms.remove(next);
			this.now = next.due();
			next.task().run();
			afterEachAlarm.run();
		}
		this.now = end;
	}

	/**
	 * A task and when to run it; the number keeps the order of those that are due
	 * together.
	 */
	private record Alarm(long due, long number, Runnable task) {
	}

}
