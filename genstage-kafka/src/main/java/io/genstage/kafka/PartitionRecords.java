package io.genstage.kafka;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What was read of a partition in one assignment of it, and how far it can be committed.
 * Only the thread of its reader touches it. When the partition is taken away and given
 * back there is another one of these, so what belongs to an earlier assignment is known
 * by its object.
 */
final class PartitionRecords {

	private static final long UNKNOWN = -1;

	private final int maxAhead;

	/** All that is not settled. */
	private final NavigableMap<Long, TrackedRecord> open = new TreeMap<>();

	/** Those of them that can be delivered, in their place. */
	private final NavigableMap<Long, TrackedRecord> waiting = new TreeMap<>();

	/** Those of them that are to be delivered later. */
	private final NavigableMap<Long, TrackedRecord> delayed = new TreeMap<>();

	/** What is settled behind the first open one. */
	private final NavigableSet<Long> ahead = new TreeSet<>();

	/** Behind the last one that was read. */
	private long next = UNKNOWN;

	private long committed = UNKNOWN;

	private boolean revoked;

	PartitionRecords(int maxAhead) {
		this.maxAhead = maxAhead;
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
		this.open.put(tracked.offset(), tracked);
		this.waiting.put(tracked.offset(), tracked);
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
		long left = max;
		Iterator<TrackedRecord> candidates = this.waiting.values().iterator();
		while (left > 0 && candidates.hasNext()) {
			TrackedRecord candidate = candidates.next();
			if (candidate.offset() < held.getOrDefault(candidate.key(), Long.MAX_VALUE)) {
				candidates.remove();
				to.add(candidate);
				left--;
			}
		}
	}

	/** Returns the first offset that is delayed, by key. */
	private Map<String, Long> heldKeys() {
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
		long offset = record.offset();
		this.open.remove(offset);
		if (this.open.isEmpty()) {
			this.ahead.clear();
		}
		else if (offset > this.open.firstKey()) {
			this.ahead.add(offset);
		}
		else {
			this.ahead.headSet(this.open.firstKey()).clear();
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
		return this.ahead.size() + this.waiting.size() + this.delayed.size() >= this.maxAhead;
	}

	/** Returns what is to be committed, if anything: all before it is settled. */
	OptionalLong toCommit() {
		long position = this.open.isEmpty() ? this.next : this.open.firstKey();
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
		return this.waiting.size() + this.delayed.size();
	}

	/** Returns how many records were read and are neither settled nor undelivered. */
	int inHand() {
		return this.open.size() - undelivered();
	}

	/** Returns where reading goes on, if anything was read. */
	OptionalLong next() {
		return (this.next != UNKNOWN) ? OptionalLong.of(this.next) : OptionalLong.empty();
	}

}
