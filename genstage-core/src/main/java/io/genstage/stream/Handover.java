package io.genstage.stream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * What passes between the reader of a stream and its stage: sources one way, events and
 * the end of them the other way. It is over when the reader has got a failure, or has
 * taken the last event of the last source.
 *
 * @param <E> the type of the events
 */
final class Handover<E> {

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	// Guarded by the lock

	private final Queue<Portion<E>> deliveries = new ArrayDeque<>();

	/** What the reader has taken and the stage has not heard of. */
	private final List<Portion<E>> taken = new ArrayList<>(1);

	private final List<Source> requests = new ArrayList<>();

	/** Sources that were requested and have not been dropped. */
	private int sources;

	private boolean over;

	private @Nullable Supplier<RuntimeException> failure;

	/** Requests a source, whose end the reader waits for from now on. */
	void request(Source source) {
		this.lock.lock();
		try {
			if (isEnded()) {
				throw new IllegalStateException(
						"can't stream from stage '%s': the stream has ended".formatted(source.name()));
			}
			this.sources++;
			this.requests.add(source);
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns the sources that were requested since the last call. */
	List<Source> requested() {
		this.lock.lock();
		try {
			List<Source> requested = List.copyOf(this.requests);
			this.requests.clear();
			return requested;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Hands over events, and returns false if nobody wants any more. */
	boolean deliver(Portion<E> delivery) {
		this.lock.lock();
		try {
			if (this.failure != null) {
				return false;
			}
			this.deliveries.add(delivery);
			this.changed.signalAll();
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Notes the end of a source that the reader can do without. */
	void drop() {
		this.lock.lock();
		try {
			this.sources--;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Notes an end that the reader meets when it has taken what was delivered before. Has
	 * no effect if there is an end already.
	 */
	void fail(Supplier<RuntimeException> failure) {
		this.lock.lock();
		try {
			if (!isEnded()) {
				this.failure = failure;
				this.changed.signalAll();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns whether an end has been noted or reached. */
	boolean isEnded() {
		this.lock.lock();
		try {
			return this.over || this.failure != null;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Discards everything; the reader gets the failure. */
	void close(Supplier<RuntimeException> failure) {
		this.lock.lock();
		try {
			this.deliveries.clear();
			this.failure = failure;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Takes the next events, and waits for them if there are none yet.
	 * @return the events, or {@code null} if there will be no more
	 * @throws RuntimeException the failure, if there is one
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	@Nullable Portion<E> take() throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			while (this.deliveries.isEmpty()) {
				if (this.failure != null) {
					throw this.failure.get();
				}
				if (this.sources == 0) {
					this.over = true;
					return null;
				}
				this.changed.await();
			}
			Portion<E> next = this.deliveries.remove();
			this.taken.add(next);
			return next;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns what the reader has taken since the last call. */
	List<Portion<E>> taken() {
		this.lock.lock();
		try {
			List<Portion<E>> read = List.copyOf(this.taken);
			this.taken.clear();
			return read;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Returns what the reader has taken since the last call or may still take, after the
	 * end too.
	 */
	List<Portion<E>> takenOrLeft() {
		this.lock.lock();
		try {
			List<Portion<E>> both = new ArrayList<>(this.taken);
			this.taken.clear();
			both.addAll(this.deliveries);
			return both;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns how many events wait to be taken. */
	long waiting() {
		this.lock.lock();
		try {
			return this.deliveries.stream().mapToLong((delivery) -> delivery.events().size()).sum();
		}
		finally {
			this.lock.unlock();
		}
	}

}
