package io.genstage.failure;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What is to become of an event that has failed.
 *
 * @param kind what is to be done
 * @param delay how long to wait before the next attempt, or {@code null} for what the
 * policy says
 * @param letter what is kept in the place of the event if it becomes a dead letter, or
 * {@code null} for the event itself; data of the application
 */
public record Decision(Kind kind, @Nullable Duration delay, @Nullable Object letter) {

	private static final Decision POLICY = new Decision(Kind.POLICY, null, null);

	private static final Decision DEAD_LETTER = new Decision(Kind.DEAD_LETTER, null, null);

	private static final Decision SKIP = new Decision(Kind.SKIP, null, null);

	private static final Decision FAIL = new Decision(Kind.FAIL, null, null);

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
		return new Decision(Kind.RETRY, delay, null);
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
	 * Returns this decision with what is kept in the place of the event if it becomes a
	 * dead letter, by this decision or when no attempt is left. It is what is replayed,
	 * so it should be of a type that the stage takes. The key and the order of the letter
	 * are those of the event.
	 * @param letter what is kept
	 * @return the changed decision
	 */
	public Decision withLetter(Object letter) {
		return new Decision(this.kind, this.delay, Objects.requireNonNull(letter, "letter must not be null"));
	}

	/**
	 * Says what is decided, without data of the application.
	 */
	@Override
	public String toString() {
		return (this.delay != null) ? "%s after %s".formatted(this.kind, this.delay) : this.kind.toString();
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
