package io.genstage;

/**
 * An event that a stage with a {@link io.genstage.failure.FailurePolicy} has failed to
 * handle, or that has to wait behind a dead letter of its key.
 *
 * @param subscription by which it came
 * @param event the event: data of the application, not for a log
 * @param attempts how often the stage has tried; 0 if it has not, because of a dead
 * letter
 * @param cause what was thrown last; if nothing was, an
 * {@link io.genstage.failure.EventRejectedException} with the reason
 * @param reason why it is given up, in words for people and without any data of the
 * event; empty if it is tried again
 */
public record FailedEvent(Subscription subscription, Object event, int attempts, Throwable cause, String reason) {

	/**
	 * Says how often it has failed and why, without the event.
	 */
	@Override
	public String toString() {
		return "event of %s after %d attempts: %s".formatted(this.subscription, this.attempts,
				this.cause.getClass().getName());
	}

}
