package io.genstage.link;

import org.jspecify.annotations.Nullable;

/**
 * A message that is kept, and how often it was delivered. Guarded by the lock of its
 * link.
 */
final class StoredMessage {

	private final long number;

	private final LinkMessage message;

	private int attempts;

	/** With which it was given back last. */
	private @Nullable String note;

	StoredMessage(long number, LinkMessage message) {
		this.number = number;
		this.message = message;
	}

	long number() {
		return this.number;
	}

	LinkMessage message() {
		return this.message;
	}

	/** Returns the record of another delivery. */
	LinkRecord deliver() {
		this.attempts++;
		return new LinkRecord(this.message, Long.toString(this.number), this.attempts, new Object(), this.note);
	}

	void note(@Nullable String note) {
		this.note = note;
	}

	/** The last delivery was none. */
	void forgetDelivery() {
		this.attempts--;
	}

}
