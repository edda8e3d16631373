package io.genstage.kafka;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What was read of one partition, and how far it can be committed.
 */
class PartitionRecordsTests {

	private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

	private final PartitionRecords records = new PartitionRecords(PARTITION, 10);

	private void read(long offset, String key) {
		this.records.add(new ConsumerRecord<>("orders", 0, offset, key.getBytes(StandardCharsets.UTF_8), null));
	}

	private void read(long from, long to) {
		for (long offset = from; offset < to; offset++) {
			read(offset, "key");
		}
	}

	private List<TrackedRecord> take(long max) {
		List<TrackedRecord> taken = new ArrayList<>();
		this.records.takeDeliverable(max, taken);
		return taken;
	}

	private static List<Long> offsets(List<TrackedRecord> records) {
		return records.stream().map(TrackedRecord::offset).toList();
	}

	@Test
	void areTakenInOrder() {
		read(5, 8);
		assertThat(offsets(take(2))).containsExactly(5L, 6L);
		assertThat(offsets(take(2))).containsExactly(7L);
	}

	@Test
	void areNotCommittedUntilTheFirstIsSettled() {
		assertThat(this.records.toCommit()).isEmpty();
		read(5, 8);
		assertThat(this.records.toCommit()).isEmpty();
		List<TrackedRecord> taken = take(3);
		this.records.settle(taken.get(1));
		this.records.settle(taken.get(2));
		assertThat(this.records.toCommit()).isEmpty();
		this.records.settle(taken.get(0));
		assertThat(this.records.toCommit()).hasValue(8);
	}

	@Test
	void areNotKeptWhenTheyAreSettledAheadOfTheFirst() {
		read(5, 7);
		List<TrackedRecord> taken = take(2);
		taken.forEach(TrackedRecord::deliver);
		this.records.settle(taken.get(1));
		assertThat(this.records.toCommit()).isEmpty();
		assertThat(taken.get(0).record().value()).isNull();
		assertThatIllegalStateException().isThrownBy(taken.get(1)::record).withMessage("orders-0-6 is settled");
		assertThatIllegalStateException().isThrownBy(taken.get(1)::key);
	}

	@Test
	void areCommittedUpToTheFirstGap() {
		read(5, 9);
		List<TrackedRecord> taken = take(4);
		this.records.settle(taken.get(0));
		this.records.settle(taken.get(1));
		this.records.settle(taken.get(3));
		assertThat(this.records.toCommit()).hasValue(7);
	}

	@Test
	void areCommittedOnce() {
		read(5, 7);
		this.records.settle(take(1).get(0));
		assertThat(this.records.toCommit()).hasValue(6);
		this.records.committed(6);
		assertThat(this.records.toCommit()).isEmpty();
	}

	@Test
	void mayHaveGapsInTheirOffsets() {
		read(5, "a");
		read(9, "a");
		List<TrackedRecord> taken = take(2);
		this.records.settle(taken.get(0));
		assertThat(this.records.toCommit()).hasValue(9);
		this.records.settle(taken.get(1));
		assertThat(this.records.toCommit()).hasValue(10);
	}

	@Test
	void neverHaveACommitBehindAnythingUnsettled() {
		for (long seed = 0; seed < 200; seed++) {
			Random random = new Random(seed);
			PartitionRecords partition = new PartitionRecords(PARTITION, 10);
			for (long offset = 100; offset < 150; offset++) {
				partition.add(new ConsumerRecord<>("orders", 0, offset, null, null));
			}
			List<TrackedRecord> taken = new ArrayList<>();
			partition.takeDeliverable(Long.MAX_VALUE, taken);
			Collections.shuffle(taken, random);
			Set<Long> unsettled = new HashSet<>(offsets(taken));
			for (TrackedRecord record : taken) {
				partition.settle(record);
				unsettled.remove(record.offset());
				long expected = unsettled.stream().mapToLong(Long::longValue).min().orElse(150);
				assertThat(partition.toCommit().orElse(100)).as("seed %d", seed).isEqualTo(expected);
			}
		}
	}

	@Test
	void areCommittedWhereTheyBegin() {
		this.records.beginAt(40);
		assertThat(this.records.toCommit()).hasValue(40);
		this.records.committed(40);
		read(40, 42);
		assertThat(this.records.toCommit()).isEmpty();
	}

	@Test
	void comeBackInTheirPlace() {
		read(5, 8);
		List<TrackedRecord> taken = take(2);
		this.records.putBack(taken.get(1));
		this.records.putBack(taken.get(0));
		assertThat(offsets(take(3))).containsExactly(5L, 6L, 7L);
	}

	@Test
	void waitForADelayedOneOfTheirKey() {
		read(5, "a");
		read(6, "b");
		read(7, "a");
		read(8, "c");
		TrackedRecord first = take(1).get(0);
		this.records.delay(first, 1000);
		assertThat(offsets(take(10))).containsExactly(6L, 8L);
		assertThat(this.records.nextDueIn(400)).hasValue(600);
		this.records.putBackWhatIsDue(999);
		assertThat(take(10)).isEmpty();
		this.records.putBackWhatIsDue(1000);
		assertThat(offsets(take(10))).containsExactly(5L, 7L);
	}

	@Test
	void donTWaitForALaterOneOfTheirKey() {
		read(5, "a");
		read(6, "a");
		List<TrackedRecord> taken = take(2);
		this.records.delay(taken.get(1), 1000);
		this.records.putBack(taken.get(0));
		assertThat(offsets(take(2))).containsExactly(5L);
	}

	@Test
	void waitForNothingWithoutAKey() {
		for (long offset = 5; offset < 7; offset++) {
			this.records.add(new ConsumerRecord<>("orders", 0, offset, null, null));
		}
		this.records.delay(take(1).get(0), 1000);
		assertThat(offsets(take(2))).containsExactly(6L);
	}

	@Test
	void areFullOfWhatIsSettledAhead() {
		read(0, 12);
		List<TrackedRecord> taken = take(12);
		assertThat(this.records.isFull()).as("all are in hand").isFalse();
		taken.subList(1, 10).forEach(this.records::settle);
		assertThat(this.records.isFull()).isFalse();
		this.records.settle(taken.get(10));
		assertThat(this.records.isFull()).isTrue();
		this.records.settle(taken.get(0));
		assertThat(this.records.isFull()).isFalse();
	}

	@Test
	void areFullOfWhatWaitsForARetry() {
		read(0, 11);
		this.records.delay(take(1).get(0), 1000);
		assertThat(take(10)).isEmpty();
		assertThat(this.records.isFull()).isTrue();
	}

}
