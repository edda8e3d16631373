package io.genstage.account;

/**
 * The places of a stage that may have several events in flight, by futures or tasks.
 * Those of another stage are what it may have asked for, as long as events of it wait for
 * another attempt and so keep others from being asked for.
 *
 * @param total how many places there are; 0 if the stage handles one portion after the
 * other and nothing waits for another attempt
 * @param taken how many of them are taken now: also by an event that waits for another
 * attempt, or whose result waits for that of an earlier one
 * @param takenNanos the area of places taken and time: what all places were taken for
 * together, in nanoseconds. Never becomes less
 */
public record Places(int total, int taken, long takenNanos) {

	/**
	 * There are none.
	 */
	public static final Places NONE = new Places(0, 0, 0);

	/**
	 * Adds the places of another instance.
	 * @param other the other places
	 * @return the sums
	 */
	public Places plus(Places other) {
		return new Places(this.total + other.total, this.taken + other.taken, this.takenNanos + other.takenNanos);
	}

	/** Returns these, without those of a run that is over. */
	Places after(Places earlier) {
		return new Places(this.total, this.taken, this.takenNanos + earlier.takenNanos);
	}

	/**
	 * Returns how much the places were taken since an earlier moment.
	 * @param earlier the places of that moment
	 * @return the places of now, with the difference of the times
	 */
	public Places since(Places earlier) {
		return new Places(this.total, this.taken, this.takenNanos - earlier.takenNanos);
	}

}
