package io.genstage.failure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What is to become of an event that has failed.
 *
 * @param kind what is to be done
 * @param delay how long to wait before the next attempt, or {@code null} for what the
 * policy says
 */
public record Decision(Kind kind, @Nullable Duration delay) {

	private static final Decision POLICY = new Decision(Kind.POLICY, null);

	private static final Decision DEAD_LETTER = new Decision(Kind.DEAD_LETTER, null);

	private static final Decision SKIP = new Decision(Kind.SKIP, null);

	private static final Decision FAIL = new Decision(Kind.FAIL, null);

	/**
	 * What the policy of the stage says.
	 * @return the decision
	 */
	public static Decision byPolicy() {
		return POLICY;
	}

	/**
	 * Another attempt after some time, even if all attempts of the policy are used up.
	 * @param delay at least {@link Duration#ZERO}
	 * @return the decision
	 */
	public static Decision retry(Duration delay) {
		return new Decision(Kind.RETRY, delay);
	}

	/**
	 * No more attempts: to the dead letters.
	 * @return the decision
	 */
	public static Decision deadLetter() {
		return DEAD_LETTER;
	}

	/**
	 * No more attempts: left out, and done for its source.
	 * @return the decision
	 */
	public static Decision skip() {
		return SKIP;
	}

	/**
	 * No more attempts: failed, so that its source, if it can, gives it again.
	 * @return the decision
	 */
	public static Decision fail() {
		return FAIL;
	}

	/**
	 * A kind of decision.
	 */
	public enum Kind {

		/** As the policy says. */
		POLICY,

		/** Another attempt. */
		RETRY,

		/** To the dead letters. */
		DEAD_LETTER,

		/** Left out. */
		SKIP,

		/** Failed. */
		FAIL

	}

}
