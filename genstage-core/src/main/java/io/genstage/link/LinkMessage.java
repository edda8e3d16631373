package io.genstage.link;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * An event as it travels: bytes, and what engines and receivers have to know without
 * reading them.
 *
 * @param key what keeps its order: messages with the same key are delivered in the order
 * in which they were sent; {@code null} for none
 * @param payload the bytes, not changed afterwards; {@code null} for a message that says
 * that there is nothing any more, which an engine that can't carry it refuses
 * @param headers what is known of it, such as its content type
 */
@SuppressWarnings("ArrayRecordComponent") // it compares them by what is in them
public record LinkMessage(@Nullable String key, byte @Nullable [] payload, Map<String, String> headers) {

	/**
	 * The header that distinguishes a message from all others, also when it is delivered
	 * again, such as a random UUID. Not each message has one.
	 */
	public static final String EVENT_ID = "genstage-event-id";

	public LinkMessage {
		headers = Map.copyOf(headers);
	}

	/**
	 * Returns a message that says that there is nothing any more for a key, a tombstone.
	 * @param key the key
	 * @return the message
	 */
	public static LinkMessage gone(String key) {
		return new LinkMessage(Objects.requireNonNull(key, "key must not be null"), null, Map.of());
	}

	/**
	 * Returns a message with neither key nor headers.
	 * @param payload the bytes, not changed afterwards
	 * @return the message
	 */
	public static LinkMessage of(byte[] payload) {
		return new LinkMessage(null, Objects.requireNonNull(payload, "payload must not be null"), Map.of());
	}

	/**
	 * Returns the same message with another key.
	 * @param key the key, {@code null} for none
	 * @return the changed message
	 */
	public LinkMessage withKey(@Nullable String key) {
		return new LinkMessage(key, this.payload, this.headers);
	}

	/**
	 * Returns the same message with other headers.
	 * @param headers all of them
	 * @return the changed message
	 */
	public LinkMessage withHeaders(Map<String, String> headers) {
		return new LinkMessage(this.key, this.payload, headers);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof LinkMessage message && Objects.equals(this.key, message.key)
				&& Arrays.equals(this.payload, message.payload) && this.headers.equals(message.headers);
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.key, Arrays.hashCode(this.payload), this.headers);
	}

	/**
	 * Says how long it is, without any data of it, which is not for a log.
	 */
	@Override
	public String toString() {
		return (this.payload != null) ? "message of %d bytes".formatted(this.payload.length) : "message of nothing";
	}

}
