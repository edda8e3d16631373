package io.genstage.link;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A message as a reader delivers it.
 *
 * @param message what was sent
 * @param position where the engine has it, the same whenever it is delivered, and of no
 * other message of the link: topic, partition and offset, the id of a row
 * @param attempt how often it was delivered, with this time, as far as the engine knows;
 * at least 1
 * @param token what the reader finds again when this delivery is settled; nobody else
 * looks at it
 * @param note what a {@linkplain LinkSettlement.Action#HOLD held} message was given back
 * with, {@code null} for one that was not, or was settled otherwise since
 */
public record LinkRecord(LinkMessage message, String position, int attempt, Object token, @Nullable String note) {

	public LinkRecord {
		Objects.requireNonNull(message, "message must not be null");
		Objects.requireNonNull(position, "position must not be null");
		Objects.requireNonNull(token, "token must not be null");
		if (attempt < 1) {
			throw new IllegalArgumentException("attempt must be >= 1, was " + attempt);
		}
	}

	/**
	 * Creates the record of a message without a note.
	 * @param message what was sent
	 * @param position where the engine has it
	 * @param attempt how often it was delivered, with this time
	 * @param token what the reader finds again when this delivery is settled
	 */
	public LinkRecord(LinkMessage message, String position, int attempt, Object token) {
		this(message, position, attempt, token, null);
	}

	/**
	 * Says which message it is, without any data of it.
	 */
	@Override
	public String toString() {
		return "%s at %s, attempt %d".formatted(this.message, this.position, this.attempt);
	}

}
