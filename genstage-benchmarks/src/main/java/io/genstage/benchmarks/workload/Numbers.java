package io.genstage.benchmarks.workload;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The events of one run: the numbers from 0, each an object of its own that is made when
 * it is taken.
 */
public final class Numbers implements Iterator<Long> {

	private final int events;

	private int taken;

	public Numbers(int events) {
		this.events = events;
	}

	/** Returns what all numbers of a run add up to. */
	public static long sum(int events) {
		return events * (events - 1L) / 2;
	}

	@Override
	public boolean hasNext() {
		return this.taken < this.events;
	}

	@Override
	public Long next() {
		if (!hasNext()) {
			throw new NoSuchElementException("all %d numbers have been taken".formatted(this.events));
		}
		return (long) this.taken++;
	}

	/** Makes the next numbers, as many as there are up to a limit. */
	public List<Long> take(long limit) {
		int size = (int) Math.min(limit, this.events - this.taken);
		List<Long> numbers = new ArrayList<>(size);
		for (int i = 0; i < size; i++) {
			numbers.add(next());
		}
		return numbers;
	}

}
