package io.genstage.link;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What is to become of a delivered message.
 *
 * @param record the message, as it was delivered
 * @param action what the engine is to do with it
 * @param delay when it may be delivered again at the earliest; zero unless it is to be
 * {@linkplain Action#RETRY retried}
 * @param reason why, in words for people and without data of the message; {@code null}
 * for one that is {@linkplain Action#ACCEPT accepted}
 */
public record LinkSettlement(LinkRecord record, Action action, Duration delay, @Nullable String reason) {

	public LinkSettlement {
		Objects.requireNonNull(record, "record must not be null");
		Objects.requireNonNull(action, "action must not be null");
		if (delay.isNegative() || (action != Action.RETRY && !delay.isZero())) {
			throw new IllegalArgumentException("expected no delay, or one above zero for %s, but got %s for %s"
				.formatted(Action.RETRY, delay, action));
		}
	}

	/**
	 * Settles a message that is done.
	 * @param record the message
	 * @return the settlement
	 */
	public static LinkSettlement accept(LinkRecord record) {
		return new LinkSettlement(record, Action.ACCEPT, Duration.ZERO, null);
	}

	/**
	 * Settles a message that has failed and is to come again.
	 * @param record the message
	 * @param delay how long it has to wait, not negative
	 * @param reason why, without data of the message
	 * @return the settlement
	 */
	public static LinkSettlement retry(LinkRecord record, Duration delay, String reason) {
		return new LinkSettlement(record, Action.RETRY, delay, reason);
	}

	/**
	 * Settles a message that was not handled, for no fault of its own.
	 * @param record the message
	 * @param reason why, without data of the message
	 * @return the settlement
	 */
	public static LinkSettlement release(LinkRecord record, String reason) {
		return new LinkSettlement(record, Action.RELEASE, Duration.ZERO, reason);
	}

	/**
	 * Settles a message that is not to come again.
	 * @param record the message
	 * @param reason why, without data of the message
	 * @return the settlement
	 */
	public static LinkSettlement reject(LinkRecord record, String reason) {
		return new LinkSettlement(record, Action.REJECT, Duration.ZERO, reason);
	}

	/**
	 * What an engine is to do with a message.
	 */
	public enum Action {

		/** Forget it: it is done. */
		ACCEPT,

		/** Deliver it again, which is another attempt. */
		RETRY,

		/** Deliver it again, to this reader or another one, as if it had not been. */
		RELEASE,

		/** Keep it where failed messages are kept, and deliver it no more. */
		REJECT

	}

}
