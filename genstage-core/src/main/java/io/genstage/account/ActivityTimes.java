package io.genstage.account;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * How much time was spent on each {@link Activity}, up to some moment or between two of
 * them. Of several instances these are sums, so that two of them spend two seconds within
 * one.
 */
public final class ActivityTimes {

	private static final int ACTIVITIES = Activity.values().length;

	/**
	 * No time at all.
	 */
	public static final ActivityTimes NONE = new ActivityTimes(new long[ACTIVITIES]);

	private final long[] nanos;

	ActivityTimes(long[] nanos) {
		this.nanos = nanos;
	}

	/**
	 * Returns the time that was spent on an activity.
	 * @param activity the activity
	 * @return nanoseconds
	 */
	public long nanos(Activity activity) {
		return this.nanos[place(activity)];
	}

	/** Returns where the time of an activity is. */
	@SuppressWarnings("EnumOrdinal") // nothing that lasts longer than this JVM
	static int place(Activity activity) {
		return activity.ordinal();
	}

	/**
	 * Returns the time that was spent on all activities together.
	 * @return nanoseconds
	 */
	public long total() {
		long total = 0;
		for (long spent : this.nanos) {
			total += spent;
		}
		return total;
	}

	/**
	 * Returns the part of the time that was spent on an activity.
	 * @param activity the activity
	 * @return from 0 to 1, and 0 if no time has passed
	 */
	public double share(Activity activity) {
		long total = total();
		return (total > 0) ? (double) nanos(activity) / total : 0;
	}

	/**
	 * Adds the times of another instance, or of another run of the same one.
	 * @param other the other times
	 * @return the sums
	 */
	public ActivityTimes plus(ActivityTimes other) {
		long[] sums = this.nanos.clone();
		for (int i = 0; i < ACTIVITIES; i++) {
			sums[i] += other.nanos[i];
		}
		return new ActivityTimes(sums);
	}

	/**
	 * Returns what was spent since an earlier moment.
	 * @param earlier the times of that moment
	 * @return the differences
	 */
	public ActivityTimes since(ActivityTimes earlier) {
		long[] differences = this.nanos.clone();
		for (int i = 0; i < ACTIVITIES; i++) {
			differences[i] -= earlier.nanos[i];
		}
		return new ActivityTimes(differences);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof ActivityTimes times && Arrays.equals(this.nanos, times.nanos);
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(this.nanos);
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder();
		for (Activity activity : Activity.values()) {
			if (nanos(activity) > 0) {
				text.append(text.isEmpty() ? "" : ", ")
					.append("%s %d ms".formatted(activity, nanos(activity) / 1_000_000));
			}
		}
		return text.isEmpty() ? "no time" : text.toString();
	}

}
