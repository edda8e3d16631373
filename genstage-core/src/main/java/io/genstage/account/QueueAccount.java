package io.genstage.account;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

import io.genstage.demand.Counter;
import io.genstage.demand.FieldHandle;

/**
 * How long events are in one run of a stage. The stage writes it in its turns, any thread
 * reads it.
 */
final class QueueAccount {

	/*
	 * What was sent at about the same time is one entry, so that no event has a time of
	 * its own. If there are too many entries, neighbours become one, of the mean of their
	 * times: the sum of all times stays what it was, and the first entry, which has the
	 * oldest event, is left alone.
	 */

	/** What is sent within this time after the first of an entry belongs to it. */
	static final long GRAIN = 100_000;

	/** How many entries there are at most. An odd number: the first one has no other. */
	static final int MOST = 65;

	private static final long NOTHING = Long.MIN_VALUE;

	private static final VarHandle COUNTS = MethodHandles.arrayElementVarHandle(long[].class);

	private static final VarHandle OLDEST = FieldHandle.of(MethodHandles.lookup(), "oldest", long.class);

	private static final long[] BOUNDS = QueueTimes.BOUNDS.stream().mapToLong(Long::longValue).toArray();

	private final long[] counts = new long[BOUNDS.length + 1];

	private final Counter nanos = new Counter();

	/** When the oldest event was sent with which the stage is not done. */
	private volatile long oldest = NOTHING;

	// Of the stage alone

	/** Small at first: most stages have few. */
	private long[] times = new long[2];

	private long[] events = new long[2];

	private int first;

	/** The place behind the last entry. */
	private int end;

	/** Events have come that were sent at some time. */
	void add(int events, long time) {
		if (this.first == this.end) {
			this.first = 0;
			this.end = 0;
			OLDEST.setOpaque(this, time);
		}
		else if (time - this.times[this.end - 1] < GRAIN) {
			this.events[this.end - 1] += events;
			return;
		}
		if (this.end == this.times.length) {
			makeRoom();
		}
		this.times[this.end] = time;
		this.events[this.end++] = events;
	}

	private void makeRoom() {
		int entries = this.end - this.first;
		if (entries == MOST) {
			joinNeighbours();
			return;
		}
		int length = Math.min(Math.max(entries * 2, 2), MOST);
		long[] times = new long[length];
		long[] events = new long[length];
		System.arraycopy(this.times, this.first, times, 0, entries);
		System.arraycopy(this.events, this.first, events, 0, entries);
		this.times = times;
		this.events = events;
		this.first = 0;
		this.end = entries;
	}

	private void joinNeighbours() {
		int to = 1;
		for (int from = 1; from + 1 < this.end; from += 2) {
			long sum = this.events[from] + this.events[from + 1];
			double later = (double) (this.times[from + 1] - this.times[from]) * this.events[from + 1] / sum;
			this.times[to] = this.times[from] + (long) later;
			this.events[to++] = sum;
		}
		this.end = to;
	}

	/** The stage is done with some events. Those that have never come are left out. */
	void done(long events, long now) {
		long rest = events;
		while (rest > 0 && this.first < this.end) {
			long taken = Math.min(rest, this.events[this.first]);
			count(taken, Math.max(now - this.times[this.first], 0));
			rest -= taken;
			this.events[this.first] -= taken;
			if (this.events[this.first] == 0) {
				this.first++;
				OLDEST.setOpaque(this, (this.first < this.end) ? this.times[this.first] : NOTHING);
			}
		}
	}

	private void count(long events, long nanos) {
		int place = 0;
		while (place < BOUNDS.length && nanos > BOUNDS[place]) {
			place++;
		}
		COUNTS.setOpaque(this.counts, place, this.counts[place] + events);
		this.nanos.add(events * nanos);
	}

	/** Returns what was counted up to now. Any thread may ask. */
	QueueTimes read(long now) {
		long[] counts = new long[this.counts.length];
		Arrays.setAll(counts, (place) -> (long) COUNTS.getOpaque(this.counts, place));
		long oldest = this.oldest;
		return new QueueTimes(counts, this.nanos.get(), (oldest != NOTHING) ? Math.max(now - oldest, 0) : 0);
	}

}
