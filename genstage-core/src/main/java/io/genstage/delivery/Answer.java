package io.genstage.delivery;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What a handler says of one event of its call. Of the engine.
 *
 * @param kind what is to become of the event
 * @param reason why it was rejected or has failed, in words, or {@code null}
 * @param cause what was thrown, or {@code null}
 * @param delay how long to wait before the next attempt, or {@code null} if the policy of
 * the stage is to say so
 */
public record Answer(Kind kind, @Nullable String reason, @Nullable Throwable cause, @Nullable Duration delay) {

	static final Answer ACCEPTED = new Answer(Kind.ACCEPTED, null, null, null);

	static final Answer RETRY = new Answer(Kind.RETRY, null, null, null);

	static final Answer UNTOUCHED = new Answer(Kind.UNTOUCHED, null, null, null);

	public Answer {
		Objects.requireNonNull(kind, "kind must not be null");
		if (delay != null && delay.isNegative()) {
			throw new IllegalArgumentException("expected a delay that is not negative, but got " + delay);
		}
	}

	static Answer failed(Throwable cause) {
		return new Answer(Kind.FAILED, null, cause, null);
	}

	static Answer rejected(String reason) {
		return new Answer(Kind.REJECTED, reason, null, null);
	}

	static Answer retry(Duration delay) {
		return new Answer(Kind.RETRY, null, null, Objects.requireNonNull(delay, "delay must not be null"));
	}

	/**
	 * What is to become of an event.
	 */
	public enum Kind {

		/** It is done. */
		ACCEPTED,

		/** The attempt has failed: the policy of the stage decides. */
		FAILED,

		/** It can't be handled: no other attempt. */
		REJECTED,

		/** It is to be handled again, which counts as an attempt. */
		RETRY,

		/** It was not handled and is to be handled again, which counts as none. */
		UNTOUCHED

	}

}
