package io.genstage.kafka;

import io.genstage.link.LinkMessage;
import io.genstage.link.LinkRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record that was read. When it is settled, only its place is left. Only the thread of
 * its reader touches it.
 */
final class TrackedRecord {

	private final PartitionRecords partition;

	private final long offset;

	/** Until it is settled: many may be behind one that takes long. */
	private @Nullable ConsumerRecord<byte[], byte[]> record;

	/** Made when somebody needs it. */
	private @Nullable LinkMessage message;

	private int attempts;

	/** Of the delivery that is not settled, if it is delivered. */
	private @Nullable Token token;

	/**
	 * When it may be delivered again, if it is to be retried, by the clock of the loop.
	 */
	private long dueAt;

	TrackedRecord(PartitionRecords partition, ConsumerRecord<byte[], byte[]> record) {
		this.partition = partition;
		this.offset = record.offset();
		this.record = record;
	}

	PartitionRecords partition() {
		return this.partition;
	}

	ConsumerRecord<byte[], byte[]> record() {
		if (this.record == null) {
			throw new IllegalStateException("%s-%d is settled".formatted(this.partition.name(), this.offset));
		}
		return this.record;
	}

	long offset() {
		return this.offset;
	}

	@Nullable String key() {
		return message().key();
	}

	private LinkMessage message() {
		LinkMessage made = (this.message != null) ? this.message : Messages.of(record());
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
		String position = this.partition.name() + "-" + this.offset;
		return new LinkRecord(message(), position, this.attempts, this.token);
	}

	/** Nothing more is to become of it. */
	void settled() {
		this.record = null;
		this.message = null;
	}

	boolean isSettled() {
		return this.record == null;
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
