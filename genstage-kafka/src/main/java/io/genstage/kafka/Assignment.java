package io.genstage.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

import io.genstage.link.LinkRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that a reader has, and what was read of them. It knows no client, so
 * that all its rules can be tested without a broker. Only the thread of its reader
 * touches it.
 */
final class Assignment {

	private final int maxAhead;

	private final Map<TopicPartition, PartitionRecords> partitions = new LinkedHashMap<>();

	/** Which partition is the first to be delivered from. */
	private int turn;

	private long stale;

	Assignment(int maxAhead) {
		this.maxAhead = maxAhead;
	}

	void assign(Collection<TopicPartition> assigned) {
		assigned.forEach((partition) -> this.partitions.put(partition, new PartitionRecords(partition, this.maxAhead)));
	}

	/** Drops all that was read of partitions that are taken away. */
	void revoke(Collection<TopicPartition> revoked) {
		for (TopicPartition partition : revoked) {
			PartitionRecords records = this.partitions.remove(partition);
			if (records != null) {
				records.revoke();
			}
		}
	}

	Set<TopicPartition> partitions() {
		return Collections.unmodifiableSet(this.partitions.keySet());
	}

	/** Begins at a position where nothing is committed, and which is to be committed. */
	void beginAt(TopicPartition partition, long position) {
		of(partition).beginAt(position);
	}

	private PartitionRecords of(TopicPartition partition) {
		return this.partitions.computeIfAbsent(partition, (unseen) -> new PartitionRecords(unseen, this.maxAhead));
	}

	/**
	 * Adds what was read of a partition. If reading went back, since the broker has lost
	 * the end of the partition, what was read there is void: it begins anew.
	 */
	void add(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
		if (!records.isEmpty() && of(partition).wasRead(records.get(0))) {
			revoke(Set.of(partition));
		}
		records.forEach(of(partition)::add);
	}

	/**
	 * Takes what can be delivered: of each partition in order, and of each in its turn.
	 * @param max how many at most
	 * @return the records, maybe none
	 */
	List<LinkRecord> deliver(long max) {
		List<TrackedRecord> taken = new ArrayList<>();
		List<PartitionRecords> all = new ArrayList<>(this.partitions.values());
		for (int i = 0; i < all.size() && taken.size() < max; i++) {
			all.get((this.turn + i) % all.size()).takeDeliverable(max - taken.size(), taken);
		}
		this.turn = all.isEmpty() ? 0 : (this.turn + 1) % all.size();
		List<LinkRecord> delivered = new ArrayList<>(taken.size());
		taken.forEach((record) -> delivered.add(record.deliver()));
		return delivered;
	}

	/**
	 * Ends a delivery.
	 * @param token of the delivery
	 * @return its record, or {@code null} if it was settled before or its partition was
	 * taken away since
	 */
	@Nullable TrackedRecord endDelivery(TrackedRecord.Token token) {
		TrackedRecord record = token.record();
		if (!record.endDelivery(token)) {
			return null;
		}
		if (record.partition().isRevoked()) {
			this.stale++;
			return null;
		}
		return record;
	}

	/** Settles a record that was kept elsewhere meanwhile. */
	void settleIfCurrent(TrackedRecord record) {
		if (!record.partition().isRevoked()) {
			record.partition().settle(record);
		}
	}

	void putBackWhatIsDue(long now) {
		this.partitions.values().forEach((records) -> records.putBackWhatIsDue(now));
	}

	OptionalLong nextDueIn(long now) {
		return this.partitions.values()
			.stream()
			.map((records) -> records.nextDueIn(now))
			.flatMapToLong(OptionalLong::stream)
			.min();
	}

	/** Returns which partitions are not to be read further for now. */
	Set<TopicPartition> full() {
		Set<TopicPartition> full = new HashSet<>();
		this.partitions.forEach((partition, records) -> {
			if (records.isFull()) {
				full.add(partition);
			}
		});
		return full;
	}

	/** Returns what is to be committed of some partitions. */
	Map<TopicPartition, OffsetAndMetadata> toCommit(Collection<TopicPartition> of) {
		Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
		for (TopicPartition partition : of) {
			PartitionRecords records = this.partitions.get(partition);
			if (records != null) {
				records.toCommit().ifPresent((offset) -> offsets.put(partition, new OffsetAndMetadata(offset)));
			}
		}
		return offsets;
	}

	void committed(Map<TopicPartition, OffsetAndMetadata> offsets) {
		offsets.forEach((partition, offset) -> {
			PartitionRecords records = this.partitions.get(partition);
			if (records != null) {
				records.committed(offset.offset());
			}
		});
	}

	/** Returns how many records were read and are not in hand. */
	int undelivered() {
		return this.partitions.values().stream().mapToInt(PartitionRecords::undelivered).sum();
	}

	/** Returns how many records are in hand, or on their way to another topic. */
	int inHand() {
		return this.partitions.values().stream().mapToInt(PartitionRecords::inHand).sum();
	}

	/** Returns how many settlements came when their partition had been taken away. */
	long stale() {
		return this.stale;
	}

	/** Returns where reading of a partition goes on, if anything was read of it. */
	OptionalLong next(TopicPartition partition) {
		PartitionRecords records = this.partitions.get(partition);
		return (records != null) ? records.next() : OptionalLong.empty();
	}

}
