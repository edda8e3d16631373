package io.genstage.kafka;

import io.genstage.link.LinkMessage;
import io.genstage.link.LinkRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record that was read and is not settled. Only the thread of its reader touches it.
 */
final class TrackedRecord {

	private final PartitionRecords partition;

	private final ConsumerRecord<byte[], byte[]> record;

	/** Made when somebody needs it. */
	private @Nullable LinkMessage message;

	private int attempts;

	/** Of the delivery that is not settled, if it is delivered. */
	private @Nullable Token token;

	/**
	 * When it may be delivered again, if it is to be retried, by the clock of the loop.
	 */
	private long dueAt;

	private boolean settled;

	TrackedRecord(PartitionRecords partition, ConsumerRecord<byte[], byte[]> record) {
		this.partition = partition;
		this.record = record;
	}

	PartitionRecords partition() {
		return this.partition;
	}

	ConsumerRecord<byte[], byte[]> record() {
		return this.record;
	}

	long offset() {
		return this.record.offset();
	}

	@Nullable String key() {
		return message().key();
	}

	private LinkMessage message() {
		LinkMessage made = (this.message != null) ? this.message : Messages.of(this.record);
		this.message = made;
		return made;
	}

	long dueAt() {
		return this.dueAt;
	}

	LinkRecord deliver() {
		this.attempts++;
		this.token = new Token(this);
		// Not by a format, which takes longer than all else that is done here.
		String position = this.partition.name() + "-" + this.record.offset();
		return new LinkRecord(message(), position, this.attempts, this.token);
	}

	/** Nothing more is to become of it. */
	void settled() {
		this.settled = true;
	}

	boolean isSettled() {
		return this.settled;
	}

	/** The last delivery was none. */
	void forgetDelivery() {
		this.attempts--;
	}

	void delayUntil(long due) {
		this.dueAt = due;
	}

	/** Ends a delivery, which can be settled once. */
	@SuppressWarnings("ReferenceEquality") // each delivery has a token of its own
	boolean endDelivery(Token of) {
		boolean current = this.token == of;
		if (current) {
			this.token = null;
		}
		return current;
	}

	/**
	 * One delivery of a record.
	 */
	static final class Token {

		private final TrackedRecord record;

		private Token(TrackedRecord record) {
			this.record = record;
		}

		TrackedRecord record() {
			return this.record;
		}

	}

}
