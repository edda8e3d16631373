package io.genstage.failure;

import java.io.Serial;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handler that knows when another attempt is worth while, such as after an
 * answer of a remote service with a {@code Retry-After}. The attempt counts as any other;
 * only its time is another.
 */
public class RetryAfterException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1;

	private final transient @Nullable Duration delay;

	/**
	 * Creates the exception without a stack.
	 * @param delay how long to wait, at least {@link Duration#ZERO}, or {@code null} for
	 * as long as the policy says
	 */
	public RetryAfterException(@Nullable Duration delay) {
		this(delay, null);
	}

	/**
	 * Creates the exception without a stack of its own.
	 * @param delay how long to wait, at least {@link Duration#ZERO}, or {@code null} for
	 * as long as the policy says
	 * @param cause what has failed, or {@code null}
	 */
	public RetryAfterException(@Nullable Duration delay, @Nullable Throwable cause) {
		super((delay != null) ? "to be tried again after " + delay : "to be tried again", cause, false, false);
		if (delay != null && delay.isNegative()) {
			throw new IllegalArgumentException("a delay must not be negative, was " + delay);
		}
		this.delay = delay;
	}

	/**
	 * Returns how long to wait before the next attempt.
	 * @return at least {@link Duration#ZERO}, or {@code null} if the policy decides
	 */
	public @Nullable Duration delay() {
		return this.delay;
	}

}
