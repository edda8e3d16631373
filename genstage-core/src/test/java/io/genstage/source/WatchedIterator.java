package io.genstage.source;

import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The numbers from 0, of which some are there at once and the next one keeps its reader
 * waiting. Notes what an iterator must not be put through.
 */
final class WatchedIterator implements Iterator<Integer>, AutoCloseable {

	private final int quick;

	private final boolean interruptible;

	private final AtomicInteger readers = new AtomicInteger();

	final CountDownLatch blocked = new CountDownLatch(1);

	final CountDownLatch released = new CountDownLatch(1);

	final AtomicInteger closed = new AtomicInteger();

	/** How often two used it at the same time. */
	final AtomicInteger clashes = new AtomicInteger();

	volatile int read;

	volatile boolean interrupted;

	WatchedIterator(int quick, boolean interruptible) {
		this.quick = quick;
		this.interruptible = interruptible;
	}

	@Override
	public boolean hasNext() {
		enter();
		try {
			if (this.read == this.quick) {
				waitForRelease();
			}
			return true;
		}
		finally {
			this.readers.decrementAndGet();
		}
	}

	private void waitForRelease() {
		this.blocked.countDown();
		while (true) {
			try {
				this.released.await();
				return;
			}
			catch (InterruptedException ex) {
				this.interrupted = true;
				if (this.interruptible) {
					throw new IllegalStateException("interrupted", ex);
				}
			}
		}
	}

	@Override
	public Integer next() {
		enter();
		int next = this.read;
		this.read = next + 1;
		this.readers.decrementAndGet();
		return next;
	}

	@Override
	public void close() {
		enter();
		this.closed.incrementAndGet();
		this.readers.decrementAndGet();
	}

	private void enter() {
		if (this.readers.getAndIncrement() > 0 || this.closed.get() > 0) {
			this.clashes.incrementAndGet();
		}
	}

}
