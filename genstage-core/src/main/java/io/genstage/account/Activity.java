package io.genstage.account;

/**
 * What an instance of a stage does at a moment. It is always exactly one of these. With
 * several events in flight it is what the place does that begins them: it waits for a
 * result, or for another attempt, only when nothing more may be begun.
 */
public enum Activity {

	/**
	 * One of its callbacks runs, or its next turn waits for a thread. A callback that
	 * waits for something itself, such as a database, is seen as this.
	 */
	HANDLING("handling"),

	/**
	 * It has begun as much as it may, by futures or tasks, and holds no thread until one
	 * of them is done.
	 */
	WAITING("waiting for a result"),

	/**
	 * Events that have failed are to be tried again later, and nothing else may be begun.
	 */
	RETRYING("retrying"),

	/** It has asked for events, and there are none. */
	STARVED("starved"),

	/** It has events to hand on that nobody below has asked for. */
	BLOCKED("blocked"),

	/** Its rate does not let it go on yet. */
	RATE_LIMITED("rate-limited"),

	/** It has some events of a batch and waits for the others, or for its time-out. */
	COLLECTING("collecting a batch"),

	/** Somebody has paused it. */
	PAUSED("paused"),

	/** It has failed and is going to be started again. */
	RESTARTING("restarting");

	private final String text;

	Activity(String text) {
		this.text = text;
	}

	/**
	 * Returns the activity in words.
	 * @return for example {@code waiting for a result}
	 */
	@Override
	public String toString() {
		return this.text;
	}

}
