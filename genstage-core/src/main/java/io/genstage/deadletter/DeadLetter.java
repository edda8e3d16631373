package io.genstage.deadletter;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

import io.genstage.log.SafeText;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an event that a stage has given up: where and why it failed, and what
 * is being done about it. The event itself is not part of it, so that a letter can be
 * listed and logged; the {@linkplain DeadLetterStore#event store} has the event.
 *
 * <pre>{@code
 * DeadLetter.of("book", order, failedAt).withCause(failure).withKey("customer-7").withAttempts(4)
 * }</pre>
 *
 * @param id the identity of the letter, for good
 * @param stage the name of the stage that has failed; without the number of an instance
 * @param source the name of the stage that the event came from, if known
 * @param key the key of the event as text, if its stage keeps events of one key in order;
 * data of an event
 * @param position the place in the order of arrival, which the store gives: from 1, and 0
 * before that
 * @param eventType the name of the class of the event
 * @param attempts how often the event was handled in vain, in all replays too, at least 0
 * @param replays how often it was replayed in vain
 * @param causeType the name of the class of the last failure, {@code null} if nothing was
 * thrown
 * @param causeMessage the beginning of the message of the last failure in one line, if it
 * had one; may hold data of an event
 * @param batch what letters have in common that failed in one call of a handler, if it
 * named none of them
 * @param reason why the letter is here if nothing was thrown, why it could not be
 * replayed, or why it was abandoned
 * @param firstFailedAt when the event failed for the first time
 * @param lastFailedAt when it failed for the last time
 * @param status what is being done about it
 */
public record DeadLetter(UUID id, String stage, @Nullable String source, @Nullable String key, long position,
		String eventType, int attempts, int replays, @Nullable String causeType, @Nullable String causeMessage,
		@Nullable UUID batch, @Nullable String reason, Instant firstFailedAt, Instant lastFailedAt, Status status) {

	/**
	 * The most characters that are kept of the message of a failure.
	 */
	public static final int MAX_CAUSE_MESSAGE = 200;

	public DeadLetter {
		Objects.requireNonNull(id, "id must not be null");
		Objects.requireNonNull(stage, "stage must not be null");
		Objects.requireNonNull(eventType, "eventType must not be null");
		Objects.requireNonNull(firstFailedAt, "firstFailedAt must not be null");
		Objects.requireNonNull(lastFailedAt, "lastFailedAt must not be null");
		Objects.requireNonNull(status, "status must not be null");
		if (position < 0 || attempts < 0 || replays < 0) {
			throw new IllegalArgumentException("position, attempts and replays must be >= 0, were %d, %d and %d"
				.formatted(position, attempts, replays));
		}
	}

	/**
	 * Creates a letter that waits, with an identity of its own, for an event that was not
	 * handled yet.
	 * @param stage the name of the stage that gives the event up
	 * @param event the event, of which only the type is kept
	 * @param failedAt when it was given up
	 * @return the letter
	 */
	public static DeadLetter of(String stage, Object event, Instant failedAt) {
		return new DeadLetter(UUID.randomUUID(), stage, null, null, 0, event.getClass().getName(), 0, 0, null, null,
				null, null, failedAt, failedAt, Status.WAITING);
	}

	/**
	 * Returns this letter with what was thrown.
	 * @param cause the failure, of which the type and the beginning of the message are
	 * kept
	 * @return the changed letter
	 */
	public DeadLetter withCause(Throwable cause) {
		return new DeadLetter(this.id, this.stage, this.source, this.key, this.position, this.eventType, this.attempts,
				this.replays, cause.getClass().getName(), SafeText.message(cause, MAX_CAUSE_MESSAGE), this.batch,
				this.reason, this.firstFailedAt, this.lastFailedAt, this.status);
	}

	/**
	 * Returns this letter with the stage that the event came from.
	 * @param source the name of the stage
	 * @return the changed letter
	 */
	public DeadLetter withSource(String source) {
		return new DeadLetter(this.id, this.stage, source, this.key, this.position, this.eventType, this.attempts,
				this.replays, this.causeType, this.causeMessage, this.batch, this.reason, this.firstFailedAt,
				this.lastFailedAt, this.status);
	}

	/**
	 * Returns this letter with the key whose events are kept in order.
	 * @param key the key as text
	 * @return the changed letter
	 */
	public DeadLetter withKey(String key) {
		return new DeadLetter(this.id, this.stage, this.source, key, this.position, this.eventType, this.attempts,
				this.replays, this.causeType, this.causeMessage, this.batch, this.reason, this.firstFailedAt,
				this.lastFailedAt, this.status);
	}

	/**
	 * Returns this letter with its place in the order of arrival. Called by the store.
	 * @param position the place, at least 1
	 * @return the changed letter
	 */
	public DeadLetter withPosition(long position) {
		return new DeadLetter(this.id, this.stage, this.source, this.key, position, this.eventType, this.attempts,
				this.replays, this.causeType, this.causeMessage, this.batch, this.reason, this.firstFailedAt,
				this.lastFailedAt, this.status);
	}

	/**
	 * Returns this letter with another time of the first failure.
	 * @param firstFailedAt when the event failed for the first time
	 * @return the changed letter
	 */
	public DeadLetter withFirstFailedAt(Instant firstFailedAt) {
		return new DeadLetter(this.id, this.stage, this.source, this.key, this.position, this.eventType, this.attempts,
				this.replays, this.causeType, this.causeMessage, this.batch, this.reason, firstFailedAt,
				this.lastFailedAt, this.status);
	}

	/**
	 * Returns this letter with another number of attempts.
	 * @param attempts how often the event was handled in vain, at least 0
	 * @return the changed letter
	 */
	public DeadLetter withAttempts(int attempts) {
		return new DeadLetter(this.id, this.stage, this.source, this.key, this.position, this.eventType, attempts,
				this.replays, this.causeType, this.causeMessage, this.batch, this.reason, this.firstFailedAt,
				this.lastFailedAt, this.status);
	}

	/**
	 * Returns this letter with what it has in common with others of one call.
	 * @param batch the identity of the call
	 * @return the changed letter
	 */
	public DeadLetter withBatch(UUID batch) {
		return new DeadLetter(this.id, this.stage, this.source, this.key, this.position, this.eventType, this.attempts,
				this.replays, this.causeType, this.causeMessage, batch, this.reason, this.firstFailedAt,
				this.lastFailedAt, this.status);
	}

	/**
	 * Returns this letter with a reason for where it is.
	 * @param reason the reason, or {@code null} for none
	 * @return the changed letter
	 */
	public DeadLetter withReason(@Nullable String reason) {
		return new DeadLetter(this.id, this.stage, this.source, this.key, this.position, this.eventType, this.attempts,
				this.replays, this.causeType, this.causeMessage, this.batch, reason, this.firstFailedAt,
				this.lastFailedAt, this.status);
	}

	/**
	 * Returns this letter with another status.
	 * @param status what is being done about it
	 * @return the changed letter
	 */
	public DeadLetter withStatus(Status status) {
		return new DeadLetter(this.id, this.stage, this.source, this.key, this.position, this.eventType, this.attempts,
				this.replays, this.causeType, this.causeMessage, this.batch, this.reason, this.firstFailedAt,
				this.lastFailedAt, status);
	}

	/**
	 * Returns this letter after a replay in vain: it waits again, at its place.
	 * @param attempts how often the event was handled in this replay, at least 0
	 * @param failedAt when it failed
	 * @return the changed letter, with one more replay, the attempts added and no reason
	 */
	public DeadLetter replayedInVain(int attempts, Instant failedAt) {
		return new DeadLetter(this.id, this.stage, this.source, this.key, this.position, this.eventType,
				this.attempts + attempts, this.replays + 1, this.causeType, this.causeMessage, this.batch, null,
				this.firstFailedAt, failedAt, Status.WAITING);
	}

	/**
	 * Returns what may be shown to everybody: nothing that may hold data of an event.
	 */
	@Override
	public String toString() {
		return "dead letter %s of stage '%s' (%s, %s, %s)".formatted(this.id, this.stage, this.eventType,
				(this.causeType != null) ? this.causeType : "nothing thrown", this.status);
	}

	/**
	 * What is being done about a letter.
	 */
	public enum Status {

		/**
		 * Nothing: it waits for somebody to decide.
		 */
		WAITING,

		/**
		 * It is being replayed.
		 */
		REPLAYING,

		/**
		 * It is kept to be looked at, and isn't replayed unless somebody asks for this
		 * very letter.
		 */
		ABANDONED

	}

}
