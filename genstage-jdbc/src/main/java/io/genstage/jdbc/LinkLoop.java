package io.genstage.jdbc;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.genstage.link.LinkListener;

/**
 * The thread of an end of a link. It takes turns until the end is closed, one after the
 * other, and reports how it stands with the database: all calls of the listener are made
 * by it.
 */
final class LinkLoop {

	private static final Duration SHORTEST_OUTAGE = Duration.ofMillis(50);

	private static final Duration LONGEST_OUTAGE = Duration.ofSeconds(1);

	/** How long a closing end waits for the database before it breaks its connection. */
	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final LinkListener listener;

	private final Turns turns;

	private final Thread thread;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition news = this.lock.newCondition();

	// Guarded by the lock

	private boolean woken;

	private boolean closed;

	// Of the thread

	private boolean interrupted;

	private boolean failed;

	private Duration outage = SHORTEST_OUTAGE;

	LinkLoop(String name, LinkListener listener, Turns turns) {
		this.listener = listener;
		this.turns = turns;
		this.thread = new Thread(this::run, name);
		this.thread.setDaemon(true);
	}

	void start() {
		this.thread.start();
	}

	/** Has a turn taken soon: at once unless the database is away. */
	void wake() {
		this.lock.lock();
		try {
			this.woken = true;
			this.news.signal();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Ends the thread and waits for its end, unless it is that which calls this.
	 */
	void close() {
		this.lock.lock();
		try {
			this.closed = true;
			this.news.signal();
		}
		finally {
			this.lock.unlock();
		}
		if (Thread.currentThread() != this.thread) {
			if (!join(PATIENCE)) {
				this.turns.hurry();
				join(Duration.ZERO);
			}
		}
	}

	/** The interruption of whoever closes an end is kept for later. */
	private boolean join(Duration patience) {
		boolean interrupted = false;
		try {
			while (true) {
				try {
					this.thread.join(patience.toMillis());
					return !this.thread.isAlive();
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private void run() {
		try {
			while (!isClosed()) {
				await(this.failed ? LONGEST_OUTAGE : takeTurn());
			}
		}
		finally {
			this.turns.end(!this.interrupted && !this.failed);
		}
	}

	private boolean isClosed() {
		this.lock.lock();
		try {
			return this.closed;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns how long to wait for the next one. */
	private Duration takeTurn() {
		try {
			Duration pause = this.turns.take();
			reachable();
			return pause;
		}
		catch (IllegalStateException | Error ex) {
			this.failed = true;
			call(() -> this.listener.failed(ex));
			return LONGEST_OUTAGE;
		}
		catch (RuntimeException ex) {
			if (!this.interrupted) {
				this.interrupted = true;
				call(() -> this.listener.interrupted(ex));
			}
			Duration pause = this.outage;
			Duration doubled = pause.multipliedBy(2);
			this.outage = (doubled.compareTo(LONGEST_OUTAGE) < 0) ? doubled : LONGEST_OUTAGE;
			return pause;
		}
	}

	/** Reports that the database was reached, before anything that follows from it. */
	void reachable() {
		if (this.interrupted) {
			this.interrupted = false;
			this.outage = SHORTEST_OUTAGE;
			call(this.listener::recovered);
		}
	}

	/** Nothing is reported any more once the end is closed. */
	private void call(Runnable report) {
		if (!isClosed()) {
			report.run();
		}
	}

	private void await(Duration pause) {
		long left = pause.toNanos();
		this.lock.lock();
		try {
			while (left > 0 && !this.closed && (this.interrupted || this.failed || !this.woken)) {
				left = this.news.awaitNanos(left);
			}
			this.woken = false;
		}
		catch (InterruptedException ex) {
			// Nobody has this thread but this object: the pause is over, then.
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What an end does.
	 */
	interface Turns {

		/**
		 * Does what there is to do. Called by the thread.
		 * @return how long there is nothing to do, unless it is woken
		 * @throws IllegalStateException if the end is of no use any more
		 * @throws RuntimeException if it has to be tried again later
		 */
		Duration take();

		/**
		 * Leaves the database. Called by the thread, as the last.
		 * @param reachable whether the database could be reached the last time
		 */
		void end(boolean reachable);

		/** Breaks off what the thread is about. Called by another thread. */
		void hurry();

	}

}
