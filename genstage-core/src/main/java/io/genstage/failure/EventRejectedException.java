package io.genstage.failure;

import java.io.Serial;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handler that knows that no other attempt would help: the event goes where
 * the policy of the stage sends those whose attempts are used up. Has no stack.
 */
public class EventRejectedException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1;

	private final String reason;

	/**
	 * Creates the exception.
	 * @param reason why, in words for people and without any data of the event
	 */
	public EventRejectedException(String reason) {
		this(reason, null);
	}

	/**
	 * Creates the exception.
	 * @param reason why, in words for people and without any data of the event
	 * @param cause what has failed, or {@code null}
	 */
	public EventRejectedException(String reason, @Nullable Throwable cause) {
		super(reason, cause, false, false);
		this.reason = reason;
	}

	/**
	 * Returns why no other attempt would help.
	 * @return the reason, without any data of the event
	 */
	public String reason() {
		return this.reason;
	}

}
