package io.genstage.source;

import io.genstage.ExitReason;
import org.jspecify.annotations.Nullable;

/**
 * Thrown to a sender because an {@link EventQueue} takes no more events: it was closed,
 * its pipeline drains, or no stage can take its events any more. In the last case the
 * cause is what made a stage fail, if one has.
 */
public class QueueClosedException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	QueueClosedException(@Nullable ExitReason vain) {
		super((vain != null) ? "the queue takes no events: no stage can take them from it any more"
				: "the queue is closed: it takes no more events",
				(vain instanceof ExitReason.Failure failure) ? failure.cause() : null);
	}

}
