package io.genstage.task;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * One run of a task on a thread of the executor, which any thread may interrupt.
 */
final class Attempt implements Runnable {

	/*
	 * The thread is known only while the body runs, and is interrupted under the lock, so
	 * that an interrupt never meets what the thread does next. What the body has not
	 * noticed of it is cleared. An interrupt by somebody else is left for the thread to
	 * see (AttemptLincheckTests).
	 */

	private final Body body;

	private final Consumer<Attempt> onEnd;

	private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();

	private @Nullable Throwable failure;

	private final ReentrantLock lock = new ReentrantLock();

	// Guarded by the lock

	private boolean begun;

	private boolean interrupted;

	private @Nullable Thread thread;

	/**
	 * Creates an attempt that has not begun.
	 * @param body what to run
	 * @param onEnd called once, by the thread that ends this attempt
	 */
	Attempt(Body body, Consumer<Attempt> onEnd) {
		this.body = body;
		this.onEnd = onEnd;
	}

	@Override
	public void run() {
		if (!enter()) {
			return;
		}
		Throwable thrown = null;
		try {
			this.body.run();
		}
		catch (Throwable ex) {
			thrown = ex;
		}
		leave(thrown);
		conclude(thrown);
	}

	/** Returns whether the body is to be run. */
	private boolean enter() {
		this.lock.lock();
		try {
			if (this.interrupted) {
				return false;
			}
			this.begun = true;
			this.thread = Thread.currentThread();
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void leave(@Nullable Throwable thrown) {
		this.lock.lock();
		try {
			this.thread = null;
			if (this.interrupted) {
				Thread.interrupted();
			}
			else if (thrown instanceof InterruptedException) {
				Thread.currentThread().interrupt();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void conclude(@Nullable Throwable thrown) {
		this.failure = thrown;
		this.end.complete(null);
		this.onEnd.accept(this);
	}

	/** Interrupts the body once; if it has not begun, it never will. */
	void interrupt() {
		boolean tooEarly;
		this.lock.lock();
		try {
			if (this.interrupted) {
				return;
			}
			this.interrupted = true;
			tooEarly = !this.begun;
			if (this.thread != null) {
				this.thread.interrupt();
			}
		}
		finally {
			this.lock.unlock();
		}
		if (tooEarly) {
			conclude(new CancellationException("terminated before it had begun"));
		}
	}

	/** Returns the thread that it runs on now, if it does. */
	@Nullable Thread thread() {
		this.lock.lock();
		try {
			return this.thread;
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean hasEnded() {
		return this.end.isDone();
	}

	/** Returns what an ended attempt has thrown, or null if it has returned. */
	@Nullable Throwable failure() {
		return this.failure;
	}

	/**
	 * Interrupts attempts and waits for their end. Not for one on this thread, whose
	 * executor made it run the turn of a stage: it can't end before that.
	 */
	static void endAll(Collection<Attempt> attempts, Duration patience) {
		List<Attempt> others = attempts.stream().filter((attempt) -> !attempt.isOnThisThread()).toList();
		others.forEach(Attempt::interrupt);
		CompletableFuture<?>[] ends = others.stream().map((attempt) -> attempt.end).toArray(CompletableFuture[]::new);
		await(CompletableFuture.allOf(ends), patience);
		// The one on this thread, which would have disturbed the waiting.
		attempts.forEach(Attempt::interrupt);
	}

	private static void await(CompletableFuture<?> ends, Duration patience) {
		try {
			ends.get(TimeUnit.NANOSECONDS.convert(patience), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			// The caller looks which of them have ended.
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("the end of an attempt can't fail", ex);
		}
	}

	private boolean isOnThisThread() {
		this.lock.lock();
		try {
			return this.thread == Thread.currentThread();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What an attempt runs.
	 */
	@FunctionalInterface
	interface Body {

		void run() throws Exception;

	}

}
