package io.genstage;

/**
 * How many events have gone through a stage, up to some moment. None of these numbers
 * ever becomes less.
 *
 * @param in how many events it has handled, to the end: their callback has returned,
 * their batch was handled, their task is done
 * @param out how many events it has emitted
 * @param discarded how many events it has lost: no room in the buffer, stopped before
 * they were handled or handed on, or {@linkplain StageContext#discard given up} by the
 * stage itself
 * @param deadLettered how many events it could not handle and has made dead letters of,
 * with replayed ones that have failed again, each time, since their letters are kept; one
 * whose letter is lost later counts as discarded as well, if its store says so
 * @param skipped how many events it could not handle and has left out
 * @param retried how often it was going to try again to handle an event; an event may
 * count several times, and counts elsewhere when it is settled, unless it was given back
 * to a source that keeps it for its next attempt: then it counts when it comes again
 * @param late how often something was said of an event that was settled already, or of an
 * attempt whose time was over: by an {@linkplain io.genstage.delivery.Acknowledgement
 * acknowledgement}, a failure or a future; it has changed nothing
 */
public record EventCounts(long in, long out, long discarded, long deadLettered, long skipped, long retried, long late) {

	/**
	 * The counts of a stage that was never started.
	 */
	public static final EventCounts NONE = new EventCounts(0, 0, 0, 0, 0, 0, 0);

	/**
	 * Creates the counts of a stage that fails with its handler.
	 * @param in how many events it has handled
	 * @param out how many events it has emitted
	 * @param discarded how many events it has lost
	 */
	public EventCounts(long in, long out, long discarded) {
		this(in, out, discarded, 0, 0, 0, 0);
	}

	/**
	 * Creates the counts of a stage of which nothing was said too late.
	 * @param in how many events it has handled
	 * @param out how many events it has emitted
	 * @param discarded how many events it has lost
	 * @param deadLettered how many events it has made dead letters of
	 * @param skipped how many events it has left out
	 * @param retried how often it was going to try again
	 */
	public EventCounts(long in, long out, long discarded, long deadLettered, long skipped, long retried) {
		this(in, out, discarded, deadLettered, skipped, retried, 0);
	}

	/**
	 * Adds the counts of another stage, or of another run or instance of the same one.
	 * @param other the other counts
	 * @return the sums
	 */
	public EventCounts plus(EventCounts other) {
		return new EventCounts(this.in + other.in, this.out + other.out, this.discarded + other.discarded,
				this.deadLettered + other.deadLettered, this.skipped + other.skipped, this.retried + other.retried,
				this.late + other.late);
	}

	/**
	 * Returns what has been counted since an earlier moment.
	 * @param earlier the counts of that moment
	 * @return the differences
	 */
	public EventCounts since(EventCounts earlier) {
		return new EventCounts(this.in - earlier.in, this.out - earlier.out, this.discarded - earlier.discarded,
				this.deadLettered - earlier.deadLettered, this.skipped - earlier.skipped,
				this.retried - earlier.retried, this.late - earlier.late);
	}

}
