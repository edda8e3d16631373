package io.genstage.boot.actuate;

import java.time.Instant;
import java.util.UUID;

import io.genstage.deadletter.DeadLetter;
import io.genstage.log.SafeText;
import io.genstage.log.StageNames;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.Sanitizer;

/**
 * What is shown of one dead letter. Who may not see data of events gets asterisks in the
 * place of the key, the message of the failure and the payload.
 *
 * @param id its identity
 * @param status what is being done about it
 * @param stage the stage that has failed
 * @param source the stage that the event came from, if known
 * @param key the key of the event, if its stage keeps events of one key in order
 * @param eventType the class of the event
 * @param attempts how often the event was handled in vain
 * @param replays how often it was replayed in vain
 * @param causeType the class of the last failure, if anything was thrown
 * @param causeMessage the beginning of its message in one line
 * @param reason why it is here if nothing was thrown, why it could not be replayed, or
 * why it was abandoned
 * @param batch what letters have in common that failed in one call
 * @param firstFailedAt when the event failed for the first time
 * @param lastFailedAt when it failed for the last time
 * @param payload the text of the event in one line, cut; only where one letter is shown
 */
record LetterDescriptor(UUID id, String status, String stage, @Nullable String source, @Nullable String key,
		String eventType, int attempts, int replays, @Nullable String causeType, @Nullable String causeMessage,
		@Nullable String reason, @Nullable UUID batch, Instant firstFailedAt, Instant lastFailedAt,
		@Nullable String payload) implements OperationResponseBody {

	private static final int MAX_REASON = 200;

	private static final String NAME = "genstage.dead-letters.";

	/**
	 * Describes a letter.
	 * @param showsData whether data of the event may be shown
	 */
	static LetterDescriptor of(DeadLetter letter, Sanitizer sanitizer, boolean showsData) {
		String reason = letter.reason();
		return new LetterDescriptor(letter.id(), letter.status().name(), letter.stage(), letter.source(),
				data("event-key", letter.key(), sanitizer, showsData), letter.eventType(), letter.attempts(),
				letter.replays(), letter.causeType(),
				data("cause-message", letter.causeMessage(), sanitizer, showsData),
				(reason != null) ? StageNames.printable(reason, MAX_REASON) : null, letter.batch(),
				letter.firstFailedAt(), letter.lastFailedAt(), null);
	}

	/** Returns this description with an event that may be shown. */
	LetterDescriptor withPayload(Object event, Sanitizer sanitizer) {
		return withPayload(data("payload", SafeText.line(event), sanitizer, true));
	}

	/** Returns this description with an event that can't be shown. */
	LetterDescriptor withoutPayload() {
		return withPayload(SanitizableData.SANITIZED_VALUE);
	}

	LetterDescriptor withPayload(@Nullable String payload) {
		return new LetterDescriptor(this.id, this.status, this.stage, this.source, this.key, this.eventType,
				this.attempts, this.replays, this.causeType, this.causeMessage, this.reason, this.batch,
				this.firstFailedAt, this.lastFailedAt, payload);
	}

	private static @Nullable String data(String name, @Nullable String text, Sanitizer sanitizer, boolean shown) {
		return PropertyText.of(sanitizer.sanitize(new SanitizableData(null, NAME + name, text), shown));
	}

}
