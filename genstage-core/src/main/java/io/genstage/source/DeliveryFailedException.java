package io.genstage.source;

import java.io.Serial;

import org.jspecify.annotations.Nullable;

/**
 * What a {@linkplain EventQueue#deliver delivery} fails with whose event has failed: a
 * stage could not handle it, or has lost it. The cause is what was thrown, if anything.
 */
public class DeliveryFailedException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1;

	/**
	 * Creates the exception, also for whoever delivers in other ways.
	 * @param reason why the event has failed, in words without data of the event, or
	 * {@code null}
	 * @param cause what was thrown, or {@code null}
	 */
	public DeliveryFailedException(@Nullable String reason, @Nullable Throwable cause) {
		super((reason != null) ? "the event has failed: " + reason : "the event has failed", cause);
	}

}
