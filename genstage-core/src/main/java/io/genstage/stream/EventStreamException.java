package io.genstage.stream;

import io.genstage.ExitReason;
import org.jspecify.annotations.Nullable;

/**
 * Ends the reading of an {@link EventStream} that can't go on.
 */
public class EventStreamException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient ExitReason reason;

	EventStreamException(String message, ExitReason reason) {
		this(message, reason, causeOf(reason));
	}

	EventStreamException(String message, ExitReason reason, @Nullable Throwable cause) {
		super(message, cause);
		this.reason = reason;
	}

	private static @Nullable Throwable causeOf(ExitReason reason) {
		return (reason instanceof ExitReason.Failure failure) ? failure.cause() : null;
	}

	/**
	 * Returns why the stream has ended: the reason of a producer's end, or of that of the
	 * stream's own stage.
	 * @return the reason, an {@link ExitReason.Failure} with an
	 * {@link InterruptedException} if the reader was interrupted
	 */
	public ExitReason reason() {
		return this.reason;
	}

}
