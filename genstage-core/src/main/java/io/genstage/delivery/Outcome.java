package io.genstage.delivery;

/**
 * What has become of an event. There is exactly one for each.
 * <p>
 * The order is from best to worst: an event from which others were made has the worst
 * outcome of all of them.
 */
public enum Outcome {

	/** It was handled, or filtered out, or there was nothing to be done for it. */
	ACCEPTED,

	/**
	 * It was handed over to an engine that keeps it, by the sending end of a link: it is
	 * done here, and what becomes of it there is not known.
	 */
	HANDED_OVER,

	/** It was left out on purpose: it is done, and nobody gets it again. */
	SKIPPED,

	/**
	 * It could not be handled and is kept as a dead letter: it is done for its source,
	 * which doesn't send it again.
	 */
	DEAD_LETTERED,

	/** It could not be handled: its source is to send it again, or to reject it. */
	FAILED;

	/**
	 * Returns the worse of two outcomes.
	 * @param other the other one
	 * @return this one or the other one
	 */
	public Outcome worse(Outcome other) {
		return (compareTo(other) < 0) ? other : this;
	}

	/**
	 * Returns whether the source of the event has nothing more to do for it.
	 * @return false only for {@link #FAILED}
	 */
	public boolean isDone() {
		return this != FAILED;
	}

}
