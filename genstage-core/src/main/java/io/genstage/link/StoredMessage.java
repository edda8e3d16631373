package io.genstage.link;

/**
 * A message that is kept, and how often it was delivered. Guarded by the lock of its
 * link.
 */
final class StoredMessage {

	private final long number;

	private final LinkMessage message;

	private int attempts;

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
		return new LinkRecord(this.message, Long.toString(this.number), this.attempts, new Object());
	}

	/** The last delivery was none. */
	void forgetDelivery() {
		this.attempts--;
	}

}
