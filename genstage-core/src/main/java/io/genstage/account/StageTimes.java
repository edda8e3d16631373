package io.genstage.account;

import org.jspecify.annotations.Nullable;

/**
 * What an instance of a stage, or all instances together, have spent their time on, up to
 * some moment. Two of these make a window: {@link #since}. What goes on at the moment is
 * contained, so that a handler which hangs is seen at once.
 *
 * @param activity what it does now, or {@code null} if it doesn't run; of several
 * instances what the first one does that runs
 * @param spent how much time it has spent on what
 * @param places how much of its places was taken
 * @param handling how long its handler took
 * @param queue how long events were in it
 */
public record StageTimes(@Nullable Activity activity, ActivityTimes spent, Places places, HandlingTimes handling,
		QueueTimes queue) {

	/**
	 * No time has passed.
	 */
	public static final StageTimes NONE = new StageTimes(null, ActivityTimes.NONE, Places.NONE, HandlingTimes.NONE,
			QueueTimes.NONE);

	/**
	 * Adds the times of another instance.
	 * @param other the other times
	 * @return the sums
	 */
	public StageTimes plus(StageTimes other) {
		return new StageTimes((this.activity != null) ? this.activity : other.activity, this.spent.plus(other.spent),
				this.places.plus(other.places), this.handling.plus(other.handling), this.queue.plus(other.queue));
	}

	/**
	 * Adds the times of an earlier run of the same instance.
	 * @param earlier the times of a run that is over
	 * @return the sums
	 */
	public StageTimes after(StageTimes earlier) {
		return new StageTimes((this.activity != null) ? this.activity : earlier.activity,
				this.spent.plus(earlier.spent), this.places.after(earlier.places), this.handling.plus(earlier.handling),
				this.queue.after(earlier.queue));
	}

	/**
	 * Returns what the time was spent on since an earlier moment.
	 * @param earlier the times of that moment
	 * @return the differences
	 */
	public StageTimes since(StageTimes earlier) {
		return new StageTimes(this.activity, this.spent.since(earlier.spent), this.places.since(earlier.places),
				this.handling.since(earlier.handling), this.queue.since(earlier.queue));
	}

	/**
	 * Returns how much of the time it could have done nothing more, because it was at
	 * work: handling, waiting for results or for another attempt. Where it has places,
	 * the part of them that was taken if that is more.
	 * @return from 0 to 1
	 */
	public double busyShare() {
		double busy = this.spent.share(Activity.HANDLING) + this.spent.share(Activity.WAITING)
				+ this.spent.share(Activity.RETRYING);
		return Math.min(Math.max(busy, placeShare()), 1);
	}

	/**
	 * Returns how much of its places was taken.
	 * @return from 0 to 1, and 0 if it has no places
	 */
	public double placeShare() {
		double most = (double) this.spent.total() * this.places.total();
		return (most > 0) ? Math.min(this.places.takenNanos() / most, 1) : 0;
	}

}
