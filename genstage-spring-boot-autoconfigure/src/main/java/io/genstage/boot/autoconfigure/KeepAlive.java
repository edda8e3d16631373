package io.genstage.boot.autoconfigure;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Keeps the JVM alive as long as anybody holds it: virtual threads don't, nor do idle
 * stages, which have no thread at all.
 */
final class KeepAlive {

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition released = this.lock.newCondition();

	private final Set<Object> holders = new HashSet<>();

	private @Nullable Thread thread;

	void hold(Object holder) {
		this.lock.lock();
		try {
			this.holders.add(holder);
			if (this.thread == null) {
				Thread started = new Thread(this::stay, "genstage-keep-alive");
				started.setDaemon(false);
				this.thread = started;
				started.start();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	void release(Object holder) {
		this.lock.lock();
		try {
			this.holders.remove(holder);
			this.released.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void stay() {
		this.lock.lock();
		try {
			while (!this.holders.isEmpty()) {
				this.released.awaitUninterruptibly();
			}
			this.thread = null;
		}
		finally {
			this.lock.unlock();
		}
	}

}
