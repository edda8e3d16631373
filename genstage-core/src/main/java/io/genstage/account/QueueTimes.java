package io.genstage.account;

import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How long events were in a stage, from the moment when they were sent to it until it was
 * done with them: had handled them, given them up or lost them. So it is the time that
 * they have waited and that it took to handle them.
 * <p>
 * Events count as done in the order in which they came. Where they overtake each other,
 * sum and mean are right all the same, while the others are approximate.
 */
public final class QueueTimes {

	/**
	 * The times up to which events are counted, in nanoseconds and ascending: 1, 3, 10,
	 * 30, 100 and 300 ms, 1, 3, 10 and 30 s, 1 and 5 min, 1 h.
	 */
	public static final List<Long> BOUNDS = List.of(1_000_000L, 3_000_000L, 10_000_000L, 30_000_000L, 100_000_000L,
			300_000_000L, 1_000_000_000L, 3_000_000_000L, 10_000_000_000L, 30_000_000_000L, 60_000_000_000L,
			300_000_000_000L, 3_600_000_000_000L);

	/**
	 * No event was there.
	 */
	public static final QueueTimes NONE = new QueueTimes(new long[BOUNDS.size() + 1], 0, 0);

	/** How many took no longer than each bound, and longer than the one before. */
	private final long[] counts;

	private final long nanos;

	private final long oldest;

	QueueTimes(long[] counts, long nanos, long oldest) {
		this.counts = counts;
		this.nanos = nanos;
		this.oldest = oldest;
	}

	/**
	 * Returns how many events the stage was done with.
	 * @return the events
	 */
	public long events() {
		return Arrays.stream(this.counts).sum();
	}

	/**
	 * Returns how long they were there, all together.
	 * @return nanoseconds
	 */
	public long nanos() {
		return this.nanos;
	}

	/**
	 * Returns how long they were there on an average.
	 * @return nanoseconds, or {@code NaN} without any event
	 */
	public double mean() {
		long events = events();
		return (events > 0) ? (double) this.nanos / events : Double.NaN;
	}

	/**
	 * Returns how long the oldest event has been there with which the stage is not done.
	 * @return nanoseconds, or 0 if there is none
	 */
	public long oldest() {
		return this.oldest;
	}

	/**
	 * Returns how many events were there for no longer than a bound.
	 * @param bound the place of the bound in {@link #BOUNDS}
	 * @return the events, those of lower bounds among them
	 */
	public long within(int bound) {
		return Arrays.stream(this.counts, 0, bound + 1).sum();
	}

	/**
	 * Returns the bound within which the stage was done with a part of the events.
	 * @param part from 0 to 1, such as 0.99
	 * @return one of the {@link #BOUNDS}, or {@link Long#MAX_VALUE} if it took longer; 0
	 * without any event
	 */
	public long percentile(double part) {
		long events = events();
		if (events == 0) {
			return 0;
		}
		for (int bound = 0; bound < BOUNDS.size(); bound++) {
			if (within(bound) >= part * events) {
				return BOUNDS.get(bound);
			}
		}
		return Long.MAX_VALUE;
	}

	/**
	 * Adds the times of another instance.
	 * @param other the other times
	 * @return the sums, and the older of the oldest events
	 */
	public QueueTimes plus(QueueTimes other) {
		return added(other, Math.max(this.oldest, other.oldest));
	}

	/** Returns these with those of a run that is over. */
	QueueTimes after(QueueTimes earlier) {
		return added(earlier, this.oldest);
	}

	private QueueTimes added(QueueTimes other, long oldest) {
		long[] sums = this.counts.clone();
		for (int i = 0; i < sums.length; i++) {
			sums[i] += other.counts[i];
		}
		return new QueueTimes(sums, this.nanos + other.nanos, oldest);
	}

	/**
	 * Returns the times of the events with which the stage was done since an earlier
	 * moment.
	 * @param earlier the times of that moment
	 * @return the differences, and the oldest event of now
	 */
	public QueueTimes since(QueueTimes earlier) {
		long[] differences = this.counts.clone();
		for (int i = 0; i < differences.length; i++) {
			differences[i] -= earlier.counts[i];
		}
		return new QueueTimes(differences, this.nanos - earlier.nanos, this.oldest);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof QueueTimes times && Arrays.equals(this.counts, times.counts)
				&& this.nanos == times.nanos && this.oldest == times.oldest;
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(this.counts);
	}

	@Override
	public String toString() {
		return "%d events, %d ms, the oldest for %d ms".formatted(events(), this.nanos / 1_000_000,
				this.oldest / 1_000_000);
	}

}
