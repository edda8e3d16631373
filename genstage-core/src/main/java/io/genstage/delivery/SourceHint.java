package io.genstage.delivery;

import java.time.Duration;
import java.util.Objects;

/**
 * How one event is to be settled at its source, as its handler wishes. What a source
 * can't do it ignores.
 *
 * @param action what the source is to do
 * @param delay how long the source is to wait before it sends the event again, never
 * negative; zero for the other actions
 * @see Acknowledgement#tellSource
 * @see Acknowledger#honours
 */
public record SourceHint(Action action, Duration delay) {

	public SourceHint {
		Objects.requireNonNull(action, "action must not be null");
		Objects.requireNonNull(delay, "delay must not be null");
		if (delay.isNegative() || (action != Action.DELAY && !delay.isZero())) {
			throw new IllegalArgumentException(
					"expected no delay for %s, and none below zero for %s, but got %s with %s"
						.formatted(Action.REQUEUE + " or " + Action.DROP, Action.DELAY, action, delay));
		}
	}

	/**
	 * Asks for the event to be sent again at once if it fails.
	 * @return the hint
	 */
	public static SourceHint requeue() {
		return new SourceHint(Action.REQUEUE, Duration.ZERO);
	}

	/**
	 * Asks for the event not to be sent again if it fails.
	 * @return the hint
	 */
	public static SourceHint drop() {
		return new SourceHint(Action.DROP, Duration.ZERO);
	}

	/**
	 * Asks for the event to be sent again after some time if it fails.
	 * @param delay how long to wait, not negative
	 * @return the hint
	 */
	public static SourceHint delay(Duration delay) {
		return new SourceHint(Action.DELAY, delay);
	}

	/**
	 * What a source is to do with an event that has failed.
	 */
	public enum Action {

		/** Send it again at once. */
		REQUEUE,

		/** Don't send it again. */
		DROP,

		/** Send it again after some time. */
		DELAY

	}

}
