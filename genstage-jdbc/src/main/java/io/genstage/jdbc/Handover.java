package io.genstage.jdbc;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The way from a thread that has claimed something to its stage, which may stop
 * meanwhile. So exactly one of the two has what was claimed last, to hand it out or to
 * give it back.
 *
 * @param <T> the type of what is claimed
 */
final class Handover<T> {

	private final ReentrantLock lock = new ReentrantLock();

	// Guarded by the lock

	private List<T> claimed = List.of();

	private boolean closed;

	/**
	 * Leaves what was claimed for the stage, which has taken what was left before. Called
	 * by the thread that has claimed it.
	 * @return {@code false} if the stage has stopped, so that the caller has to give it
	 * back
	 */
	boolean offer(List<T> claimed) {
		this.lock.lock();
		try {
			if (!this.closed) {
				this.claimed = claimed;
			}
			return !this.closed;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns what was left. Called by the stage. */
	List<T> take() {
		this.lock.lock();
		try {
			List<T> taken = this.claimed;
			this.claimed = List.of();
			return taken;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Ends it. Called by the stage when it stops.
	 * @return what was left and not taken, which the stage has to give back
	 */
	List<T> close() {
		this.lock.lock();
		try {
			this.closed = true;
			return take();
		}
		finally {
			this.lock.unlock();
		}
	}

}
