package io.genstage.boot.actuate;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * How many events stages have lost of late, as far as somebody has looked. Any thread may
 * ask.
 */
final class RecentLosses {

	/** Looks that follow each other faster than this are one. */
	private static final Duration SHORTEST = Duration.ofSeconds(1);

	private final Duration span;

	private final LongSupplier nanoTime;

	private final ReentrantLock lock = new ReentrantLock();

	/** Guarded by the lock; the first of them is the last one before the span. */
	private final Deque<Look> looks = new ArrayDeque<>();

	/**
	 * Remembers nothing yet.
	 * @param span how long a loss counts
	 * @param nanoTime a clock
	 */
	RecentLosses(Duration span, LongSupplier nanoTime) {
		this.span = span;
		this.nanoTime = nanoTime;
	}

	/**
	 * Returns how many events each stage has lost within the span, or since the last look
	 * before it. The first look doesn't know.
	 * @param lost how many each stage has lost in all
	 */
	Map<String, Long> look(Map<String, Long> lost) {
		long now = this.nanoTime.getAsLong();
		this.lock.lock();
		try {
			Look last = this.looks.peekLast();
			if (last == null || now - last.time() >= SHORTEST.toNanos()) {
				this.looks.add(new Look(now, Map.copyOf(lost)));
			}
			Look base = this.looks.remove();
			while (!this.looks.isEmpty() && now - this.looks.element().time() >= this.span.toNanos()) {
				base = this.looks.remove();
			}
			this.looks.addFirst(base);
			return difference(base.lost(), lost);
		}
		finally {
			this.lock.unlock();
		}
	}

	private static Map<String, Long> difference(Map<String, Long> before, Map<String, Long> now) {
		Map<String, Long> difference = new HashMap<>();
		now.forEach((stage, lost) -> difference.put(stage, lost - before.getOrDefault(stage, 0L)));
		return difference;
	}

	private record Look(long time, Map<String, Long> lost) {
	}

}
