package io.genstage.source;

import java.lang.System.Logger.Level;
import java.util.concurrent.CompletionStage;

import io.genstage.StageRef;
import io.genstage.log.StageLog;

/**
 * The message of a producer to itself, behind its events, that its source has failed. If
 * the stage is stopped before those have been handed on, nobody else reports the failure.
 */
final class PendingFailure {

	private static final System.Logger logger = StageLog.of(PendingFailure.class);

	private final StageRef producer;

	private final Failed failed;

	private boolean arrived;

	private PendingFailure(StageRef producer, Failed failed) {
		this.producer = producer;
		this.failed = failed;
	}

	/** Sends the message. */
	static PendingFailure sendBehindEvents(StageRef producer, Throwable cause) {
		PendingFailure pending = new PendingFailure(producer, new Failed(cause));
		CompletionStage<?> unused = producer.tellBehindEvents(pending);
		return pending;
	}

	/** Returns the cause to be thrown by a callback, or throws it if it is an error. */
	Exception arrive() {
		this.arrived = true;
		return this.failed.asThrown();
	}

	void reportUnlessArrived() {
		if (!this.arrived) {
			logger.log(Level.ERROR, () -> "the source of %s has failed before it was stopped".formatted(this.producer),
					this.failed.cause());
		}
	}

}
