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
 * {@linkplain Action#RETRY retried} or {@linkplain Action#HOLD held}
 * @param reason why, in words for people and without data of the message; {@code null}
 * for one that is {@linkplain Action#ACCEPT accepted}
 * @param note what the engine keeps with a message that is held, of up to
 * {@value io.genstage.delivery.HeldRetry#MAX_TEXT} characters, {@code null} for others
 */
public record LinkSettlement(LinkRecord record, Action action, Duration delay, @Nullable String reason,
		@Nullable String note) {

	public LinkSettlement {
		Objects.requireNonNull(record, "record must not be null");
		Objects.requireNonNull(action, "action must not be null");
		if (delay.isNegative() || (action != Action.RETRY && action != Action.HOLD && !delay.isZero())) {
			throw new IllegalArgumentException("expected no delay, or one above zero for %s or %s, but got %s for %s"
				.formatted(Action.RETRY, Action.HOLD, delay, action));
		}
		if ((action == Action.HOLD) != (note != null)) {
			throw new IllegalArgumentException(
					"expected a note for %s only, but got one or none for %s".formatted(Action.HOLD, action));
		}
	}

	/**
	 * Creates a settlement without a note.
	 * @param record the message, as it was delivered
	 * @param action what the engine is to do with it
	 * @param delay when it may be delivered again at the earliest
	 * @param reason why, without data of the message
	 */
	public LinkSettlement(LinkRecord record, Action action, Duration delay, @Nullable String reason) {
		this(record, action, delay, reason, null);
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
	 * Settles a message that waits for another attempt of its stage at the engine. Only a
	 * provider that {@linkplain LinkProvider#keepsRetries() keeps} retries gets it.
	 * @param record the message
	 * @param delay how long it has to wait, not negative
	 * @param reason why, without data of the message
	 * @param note what the engine keeps with it, and delivers with it as
	 * {@link LinkRecord#note()}
	 * @return the settlement
	 */
	public static LinkSettlement hold(LinkRecord record, Duration delay, String reason, String note) {
		return new LinkSettlement(record, Action.HOLD, delay, reason,
				Objects.requireNonNull(note, "note must not be null"));
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

		/**
		 * Deliver it again after a time, with the note and otherwise as if it had not
		 * been. The note is kept until the message is settled otherwise than by
		 * {@link #RELEASE}.
		 */
		HOLD,

		/** Deliver it again, to this reader or another one, as if it had not been. */
		RELEASE,

		/** Keep it where failed messages are kept, and deliver it no more. */
		REJECT

	}

}
