package io.genstage.failure;

import java.util.Objects;

/**
 * An event that a handler has failed to handle.
 *
 * @param event the event; data of the application
 * @param cause what the handler has thrown; the same one for all events of a list that
 * has failed as a whole
 * @param attempt how many attempts there were, at least 1
 * @param <E> the type of the event
 */
public record FailedAttempt<E>(E event, Throwable cause, int attempt) {

	public FailedAttempt {
		Objects.requireNonNull(event, "event must not be null");
		Objects.requireNonNull(cause, "cause must not be null");
		if (attempt < 1) {
			throw new IllegalArgumentException("attempt must be >= 1, was " + attempt);
		}
	}

	/**
	 * Says what has failed, without the event, which is not for a log.
	 */
	@Override
	public String toString() {
		return "attempt %d with a %s: %s".formatted(this.attempt, this.event.getClass().getName(),
				this.cause.getClass().getName());
	}

}
