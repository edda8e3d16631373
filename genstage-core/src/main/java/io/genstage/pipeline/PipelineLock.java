package io.genstage.pipeline;

import java.lang.System.Logger.Level;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.genstage.StageSystem;
import io.genstage.log.StageLog;

/**
 * Lets one thread at a time at what a pipeline knows, and publishes the news of it
 * afterwards without the lock, in order.
 */
final class PipelineLock {

	/*
	 * Nothing is waited for while the lock is held: stages only get messages, and answer
	 * on threads of their own. No code of the user's runs under it; that is what the news
	 * is for, which may call the pipeline again.
	 */

	private static final System.Logger logger = StageLog.of(PipelineLock.class);

	private final ReentrantLock lock = new ReentrantLock();

	private final Queue<Runnable> news = new ConcurrentLinkedQueue<>();

	private final AtomicBoolean telling = new AtomicBoolean();

	private final StageSystem system;

	private final Runnable finish;

	/**
	 * Creates a guard.
	 * @param system in whose context the news is published
	 * @param finish what to do, with the lock, at the end of each change
	 */
	PipelineLock(StageSystem system, Runnable finish) {
		this.system = system;
		this.finish = finish;
	}

	/** Reads something. */
	<T> T read(Supplier<T> question) {
		this.lock.lock();
		try {
			return question.get();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Changes something and answers. */
	<T> T change(Supplier<T> change) {
		T answer;
		this.lock.lock();
		try {
			answer = change.get();
			if (this.lock.getHoldCount() == 1) {
				this.finish.run();
			}
		}
		finally {
			this.lock.unlock();
		}
		if (!this.lock.isHeldByCurrentThread()) {
			tellNews();
		}
		return answer;
	}

	/** Changes something. */
	void run(Runnable change) {
		change(() -> {
			change.run();
			return this;
		});
	}

	/** Notes, under the lock, what is to be published without it. */
	void tell(Runnable news) {
		this.news.add(news);
	}

	/*
	 * The flag is cleared before the queue is looked at again, so that news which was
	 * added in between is published by one of the two threads.
	 */
	private void tellNews() {
		while (!this.news.isEmpty() && this.telling.compareAndSet(false, true)) {
			try {
				for (Runnable next = this.news.poll(); next != null; next = this.news.poll()) {
					tellOne(next);
				}
			}
			finally {
				this.telling.set(false);
			}
		}
	}

	private void tellOne(Runnable news) {
		try {
			this.system.inContext(() -> {
				news.run();
				return this;
			});
		}
		catch (Throwable ex) {
			logger.log(Level.WARNING, "a listener of a pipeline, or what depends on one of its results, has failed",
					ex);
		}
	}

}
