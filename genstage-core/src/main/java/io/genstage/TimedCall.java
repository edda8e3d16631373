package io.genstage;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

import io.genstage.thread.StageScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Interrupts calls that take too long, one call after the other. A call is between
 * {@link #begin} and {@link #end}, which its thread says.
 */
final class TimedCall {

	/*
	 * The thread is known only within a call, and is interrupted under the lock, so that
	 * an interrupt never meets what the thread does next. Each call has a timer of its
	 * own, which knows its number: one that goes off late finds another number, or no
	 * call. What the call has not noticed of the interrupt is cleared at its end
	 * (TimedCallLincheckTests).
	 */

	private final Duration limit;

	private final StageScheduler scheduler;

	private final ReentrantLock lock = new ReentrantLock();

	// Used by the thread of the call only

	private StageScheduler.@Nullable Timer timer;

	// Guarded by the lock

	private long number;

	private @Nullable Thread thread;

	private boolean interrupted;

	/** Where the call was when its time was over. */
	private StackTraceElement @Nullable [] stack;

	TimedCall(Duration limit, StageScheduler scheduler) {
		this.limit = limit;
		this.scheduler = scheduler;
	}

	/** A call begins on this thread. */
	void begin() {
		long number = enter();
		this.timer = this.scheduler.schedule(this.limit, () -> endTime(number));
	}

	private long enter() {
		this.lock.lock();
		try {
			this.thread = Thread.currentThread();
			this.interrupted = false;
			this.stack = null;
			return ++this.number;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void endTime(long number) {
		this.lock.lock();
		try {
			Thread late = this.thread;
			if (late == null || number != this.number) {
				return;
			}
			this.stack = late.getStackTrace();
			// A flag that is set already is somebody else's, who wants it to be seen.
			if (!late.isInterrupted()) {
				this.interrupted = true;
				late.interrupt();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The call ends, if it has not ended. No interrupt comes from here any more, and none
	 * is left.
	 * @return whether its time was over
	 */
	boolean end() {
		boolean late = leave();
		StageScheduler.Timer timer = this.timer;
		if (timer != null && !late) {
			timer.cancel();
		}
		return late;
	}

	private boolean leave() {
		this.lock.lock();
		try {
			this.thread = null;
			if (this.interrupted) {
				this.interrupted = false;
				Thread.interrupted();
			}
			return this.stack != null;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Returns the failure of the last call, whose stack is where the call was when its
	 * time was over.
	 * @param cause what it has thrown then, if anything
	 */
	TimeoutException failure(String stage, @Nullable Throwable cause) {
		TimeoutException failure = failure(stage, this.limit, cause);
		this.lock.lock();
		try {
			if (this.stack != null) {
				failure.setStackTrace(this.stack);
			}
		}
		finally {
			this.lock.unlock();
		}
		return failure;
	}

	/** Returns the failure of an attempt whose time is over. */
	static TimeoutException failure(String stage, Duration limit, @Nullable Throwable cause) {
		TimeoutException failure = new TimeoutException(
				"stage '%s' was not done within %s, its failure.timeout".formatted(stage, limit));
		if (cause != null) {
			failure.initCause(cause);
		}
		return failure;
	}

}
