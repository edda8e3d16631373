package io.genstage.link;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Calls a listener one call at a time, in order, on the threads of those who have
 * something for it, and outside of their locks.
 */
final class SerialCalls {

	private final Queue<Runnable> calls = new ConcurrentLinkedQueue<>();

	private final ReentrantLock calling = new ReentrantLock();

	private volatile boolean ended;

	/** Adds a call, to be made by the next {@link #makeAll}. */
	void add(Runnable call) {
		this.calls.add(call);
	}

	/** Makes the calls that wait, unless somebody is at it and will find them. */
	void makeAll() {
		if (this.calling.isHeldByCurrentThread()) {
			return;
		}
		// Looked at again when the lock is free: a call may have come in between.
		while (!this.calls.isEmpty() && this.calling.tryLock()) {
			try {
				makeWaiting();
			}
			finally {
				this.calling.unlock();
			}
		}
	}

	private void makeWaiting() {
		Runnable call = this.calls.poll();
		while (call != null) {
			if (!this.ended) {
				call.run();
			}
			call = this.calls.poll();
		}
	}

	/** Makes no more calls, and waits for the one that another thread is making. */
	void end() {
		this.ended = true;
		this.calling.lock();
		try {
			this.calls.clear();
		}
		finally {
			this.calling.unlock();
		}
	}

}
