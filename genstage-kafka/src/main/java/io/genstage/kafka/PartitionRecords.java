package io.genstage.kafka;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * What was read of a partition in one assignment of it, and how far it can be committed.
 * Only the thread of its reader touches it. When the partition is taken away and given
 * back there is another one of these, so what belongs to an earlier assignment is known
 * by its object.
 */
final class PartitionRecords {

	private static final long UNKNOWN = -1;

	private final String name;

	private final int maxAhead;

	/**
	 * All from the first one that is not settled, in order. What is settled behind that
	 * stays here until it is the first.
	 */
	private final Deque<TrackedRecord> open = new ArrayDeque<>();

	/** How many of them are settled. */
	private int ahead;

	/** Those that were never looked at, in order. */
	private final Deque<TrackedRecord> fresh = new ArrayDeque<>();

	/**
	 * Others that can be delivered: they were put back, or had to wait for one of their
	 * key. All of them are before the fresh ones.
	 */
	private final NavigableMap<Long, TrackedRecord> waiting = new TreeMap<>();

	/** Those that are to be delivered later. */
	private final NavigableMap<Long, TrackedRecord> delayed = new TreeMap<>();

	/** Behind the last one that was read. */
	private long next = UNKNOWN;

	private long committed = UNKNOWN;

	private boolean revoked;

	PartitionRecords(TopicPartition partition, int maxAhead) {
		this.name = partition.toString();
		this.maxAhead = maxAhead;
	}

	/** Returns its topic and number. */
	String name() {
		return this.name;
	}

	/** Begins at a position where nothing is committed, and which is to be committed. */
	void beginAt(long position) {
		this.next = position;
	}

	void add(ConsumerRecord<byte[], byte[]> record) {
		if (this.next == UNKNOWN) {
			// It begins here, so there is nothing to commit yet.
			this.committed = record.offset();
		}
		TrackedRecord tracked = new TrackedRecord(this, record);
		this.open.add(tracked);
		this.fresh.add(tracked);
		this.next = tracked.offset() + 1;
	}

	/**
	 * Takes what can be delivered, in its order. A record waits for an earlier one of its
	 * key that is delayed.
	 * @param max how many at most
	 * @param to gets them
	 */
	void takeDeliverable(long max, List<TrackedRecord> to) {
		Map<String, Long> held = heldKeys();
		long left = max - takeWaiting(max, held, to);
		while (left > 0 && !this.fresh.isEmpty()) {
			TrackedRecord next = this.fresh.remove();
			if (isHeld(next, held)) {
				putBack(next);
			}
			else {
				to.add(next);
				left--;
			}
		}
	}

	private long takeWaiting(long max, Map<String, Long> held, List<TrackedRecord> to) {
		long taken = 0;
		Iterator<TrackedRecord> candidates = this.waiting.values().iterator();
		while (taken < max && candidates.hasNext()) {
			TrackedRecord candidate = candidates.next();
			if (!isHeld(candidate, held)) {
				candidates.remove();
				to.add(candidate);
				taken++;
			}
		}
		return taken;
	}

	private static boolean isHeld(TrackedRecord record, Map<String, Long> held) {
		return !held.isEmpty() && record.offset() >= held.getOrDefault(record.key(), Long.MAX_VALUE);
	}

	/** Returns the first offset that is delayed, by key. */
	private Map<String, Long> heldKeys() {
		if (this.delayed.isEmpty()) {
			return Map.of();
		}
		Map<String, Long> held = new HashMap<>();
		for (TrackedRecord record : this.delayed.values()) {
			String key = record.key();
			if (key != null) {
				held.putIfAbsent(key, record.offset());
			}
		}
		return held;
	}

	void settle(TrackedRecord record) {
		record.settled();
		this.ahead++;
		while (!this.open.isEmpty() && this.open.element().isSettled()) {
			this.open.remove();
			this.ahead--;
		}
	}

	void putBack(TrackedRecord record) {
		this.waiting.put(record.offset(), record);
	}

	void delay(TrackedRecord record, long dueAt) {
		record.delayUntil(dueAt);
		this.delayed.put(record.offset(), record);
	}

	/** Puts back what has waited long enough. */
	void putBackWhatIsDue(long now) {
		Iterator<TrackedRecord> records = this.delayed.values().iterator();
		while (records.hasNext()) {
			TrackedRecord record = records.next();
			if (record.dueAt() - now <= 0) {
				records.remove();
				putBack(record);
			}
		}
	}

	/** Returns the shortest time until something is due. */
	OptionalLong nextDueIn(long now) {
		return this.delayed.values().stream().mapToLong((record) -> record.dueAt() - now).min();
	}

	/** Returns whether nothing more is to be read until something is settled. */
	boolean isFull() {
		return this.ahead + undelivered() >= this.maxAhead;
	}

	/** Returns what is to be committed, if anything: all before it is settled. */
	OptionalLong toCommit() {
		long position = this.open.isEmpty() ? this.next : this.open.element().offset();
		return (position > this.committed) ? OptionalLong.of(position) : OptionalLong.empty();
	}

	void committed(long position) {
		this.committed = Math.max(this.committed, position);
	}

	/** The partition is taken away. */
	void revoke() {
		this.revoked = true;
	}

	boolean isRevoked() {
		return this.revoked;
	}

	/** Returns how many records were read and are not in hand. */
	int undelivered() {
		return this.fresh.size() + this.waiting.size() + this.delayed.size();
	}

	/** Returns how many records were read and are neither settled nor undelivered. */
	int inHand() {
		return this.open.size() - this.ahead - undelivered();
	}

	/**
	 * Returns whether a record is one that was read before, or comes before such a one.
	 */
	boolean wasRead(ConsumerRecord<byte[], byte[]> record) {
		return record.offset() < this.next;
	}

	/** Returns where reading goes on, if anything was read. */
	OptionalLong next() {
		return (this.next != UNKNOWN) ? OptionalLong.of(this.next) : OptionalLong.empty();
	}

}
