package io.genstage.boot.actuate;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Answers that are made once for all who ask within a second: ten people who look at the
 * same pipelines cost about as much as one. Who asks while an answer is being made waits
 * for it. Any thread may ask.
 *
 * @param <A> the type of the answers
 */
final class SharedAnswers<A> {

	/** An answer that is older is made again. */
	static final Duration FRESH = Duration.ofSeconds(1);

	/** As many pages as 5,000 stages have, and some; the ones asked for last. */
	static final int MOST = 16;

	private final LongSupplier nanoTime;

	/** Held for moments only; a look changes the order, too. */
	private final ReentrantLock lock = new ReentrantLock();

	private final Map<Object, Place<A>> places = new LinkedHashMap<>(16, 0.75F, true);

	/**
	 * Creates an instance without answers.
	 * @param nanoTime says how old answers are
	 */
	SharedAnswers(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/**
	 * Returns an answer that was begun less than a second ago.
	 * @param asked what is asked for
	 * @param made makes the answer; nothing is kept of what it throws
	 * @return an answer to it
	 */
	A of(Object asked, Supplier<A> made) {
		return place(asked).get(this.nanoTime, made);
	}

	/** Forgets all answers, since something was changed that they show. */
	void forget() {
		this.lock.lock();
		try {
			this.places.clear();
		}
		finally {
			this.lock.unlock();
		}
	}

	private Place<A> place(Object asked) {
		this.lock.lock();
		try {
			Place<A> place = this.places.computeIfAbsent(asked, (key) -> new Place<>());
			if (this.places.size() > MOST) {
				this.places.remove(this.places.keySet().iterator().next());
			}
			return place;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Has the last answer to one question.
	 */
	private static final class Place<A> {

		/** Held while an answer is made. */
		private final ReentrantLock making = new ReentrantLock();

		private volatile @Nullable Made<A> last;

		A get(LongSupplier nanoTime, Supplier<A> made) {
			Made<A> last = this.last;
			if (last != null && last.isFresh(nanoTime.getAsLong())) {
				return last.answer();
			}
			this.making.lock();
			try {
				last = this.last;
				long now = nanoTime.getAsLong();
				if (last == null || !last.isFresh(now)) {
					last = new Made<>(made.get(), now);
					this.last = last;
				}
				return last.answer();
			}
			finally {
				this.making.unlock();
			}
		}

	}

	/**
	 * An answer and when it was begun.
	 */
	private record Made<A>(A answer, long at) {

		boolean isFresh(long now) {
			return now - this.at < FRESH.toNanos();
		}

	}

}
