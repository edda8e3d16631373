package io.genstage.trial.rate;

import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import com.sun.management.OperatingSystemMXBean;
import org.jspecify.annotations.Nullable;

/**
 * How far a trial has come. One thread at a time counts.
 */
public final class Progress {

	private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

	private final Trial trial;

	private final CountDownLatch done = new CountDownLatch(1);

	private long count;

	private long warmCount;

	private long warmAt;

	private long doneAt;

	private long cpuWhenWarm;

	private long cpuWhenDone;

	private volatile @Nullable Exception failure;

	Progress(Trial trial) {
		this.trial = trial;
	}

	/** Some more are done. */
	public void add(int events) {
		reach(this.count + events);
	}

	/** So many are done in all. */
	public void reach(long events) {
		this.count = events;
		if (this.warmCount == 0 && events >= this.trial.warmUp()) {
			this.warmCount = events;
			this.warmAt = System.nanoTime();
			this.cpuWhenWarm = this.system.getProcessCpuTime();
		}
		if (events >= this.trial.events() && this.done.getCount() > 0) {
			this.doneAt = System.nanoTime();
			this.cpuWhenDone = this.system.getProcessCpuTime();
			this.done.countDown();
		}
	}

	/** Returns whether all are done, or it can't go on. */
	public boolean isDone() {
		return this.done.getCount() == 0;
	}

	/** Waits for the last event. */
	public void await() throws InterruptedException {
		this.done.await();
		check();
	}

	/** It can't go on. */
	public void fail(Exception cause) {
		this.failure = cause;
		this.done.countDown();
	}

	/** Takes one permit, unless it can't go on. */
	public void acquire(Semaphore permits) throws InterruptedException {
		while (!permits.tryAcquire(1, TimeUnit.SECONDS)) {
			check();
		}
	}

	private void check() {
		Exception cause = this.failure;
		if (cause != null) {
			throw new IllegalStateException("a trial has failed", cause);
		}
	}

	/** Returns what it has measured. */
	Rate rate() {
		double events = this.count - this.warmCount;
		return new Rate(events * 1e9 / (this.doneAt - this.warmAt), (this.cpuWhenDone - this.cpuWhenWarm) / events);
	}

}
