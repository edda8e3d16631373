package io.genstage.kafka;

import java.util.List;
import java.util.stream.LongStream;

import io.genstage.link.LinkRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The partitions of a reader, which come and go.
 */
class AssignmentTests {

	private static final TopicPartition ONE = new TopicPartition("orders", 0);

	private static final TopicPartition TWO = new TopicPartition("orders", 1);

	private final Assignment assignment = new Assignment(10);

	@BeforeEach
	void assign() {
		this.assignment.assign(List.of(ONE, TWO));
	}

	private void read(TopicPartition partition, long from, long to) {
		this.assignment.add(partition,
				LongStream.range(from, to)
					.mapToObj((offset) -> new ConsumerRecord<byte[], byte[]>(partition.topic(), partition.partition(),
							offset, null, null))
					.toList());
	}

	private static List<String> positions(List<LinkRecord> records) {
		return records.stream().map(LinkRecord::position).toList();
	}

	private TrackedRecord end(LinkRecord record) {
		return this.assignment.endDelivery((TrackedRecord.Token) record.token());
	}

	private void accept(LinkRecord record) {
		TrackedRecord tracked = end(record);
		tracked.partition().settle(tracked);
	}

	@Test
	void deliversNoMoreThanItMay() {
		read(ONE, 0, 3);
		read(TWO, 0, 3);
		assertThat(this.assignment.deliver(4)).hasSize(4);
		assertThat(this.assignment.undelivered()).isEqualTo(2);
		assertThat(this.assignment.deliver(4)).hasSize(2);
		assertThat(this.assignment.inHand()).isEqualTo(6);
	}

	@Test
	void beginsAnewWhereReadingHasGoneBack() {
		read(ONE, 5, 8);
		List<LinkRecord> before = this.assignment.deliver(3);
		accept(before.get(0));
		read(ONE, 2, 6);
		assertThat(end(before.get(1))).as("what is void").isNull();
		assertThat(this.assignment.stale()).isEqualTo(1);
		List<LinkRecord> again = this.assignment.deliver(9);
		assertThat(positions(again)).containsExactly("orders-0-2", "orders-0-3", "orders-0-4", "orders-0-5");
		accept(again.get(0));
		assertThat(this.assignment.toCommit(List.of(ONE))).containsEntry(ONE, new OffsetAndMetadata(3));
	}

	@Test
	void deliversOfEachPartitionInItsTurn() {
		read(ONE, 0, 9);
		read(TWO, 0, 9);
		assertThat(positions(this.assignment.deliver(2))).containsExactly("orders-0-0", "orders-0-1");
		assertThat(positions(this.assignment.deliver(2))).containsExactly("orders-1-0", "orders-1-1");
		assertThat(positions(this.assignment.deliver(2))).containsExactly("orders-0-2", "orders-0-3");
	}

	@Test
	void countsOneSettlementOfADelivery() {
		read(ONE, 0, 1);
		LinkRecord record = this.assignment.deliver(1).get(0);
		accept(record);
		assertThat(end(record)).isNull();
		assertThat(this.assignment.stale()).isZero();
		assertThat(this.assignment.toCommit(List.of(ONE))).containsEntry(ONE, new OffsetAndMetadata(1));
	}

	@Test
	void countsAttemptsButNoneThatWasNone() {
		read(ONE, 0, 1);
		LinkRecord first = this.assignment.deliver(1).get(0);
		TrackedRecord tracked = end(first);
		tracked.partition().putBack(tracked);
		LinkRecord second = this.assignment.deliver(1).get(0);
		assertThat(second.attempt()).isEqualTo(2);
		end(second).forgetDelivery();
		tracked.partition().putBack(tracked);
		assertThat(this.assignment.deliver(1)).extracting(LinkRecord::attempt).containsExactly(2);
		assertThat(end(first)).as("of an earlier delivery").isNull();
	}

	@Test
	void ignoresSettlementsOfAnEarlierAssignment() {
		read(ONE, 0, 2);
		List<LinkRecord> old = this.assignment.deliver(2);
		this.assignment.revoke(List.of(ONE));
		this.assignment.assign(List.of(ONE));
		read(ONE, 0, 2);
		LinkRecord again = this.assignment.deliver(1).get(0);
		assertThat(end(old.get(0))).isNull();
		assertThat(end(old.get(1))).isNull();
		assertThat(this.assignment.stale()).isEqualTo(2);
		assertThat(this.assignment.toCommit(List.of(ONE))).isEmpty();
		accept(again);
		assertThat(this.assignment.toCommit(List.of(ONE))).containsEntry(ONE, new OffsetAndMetadata(1));
	}

	@Test
	void ignoresWhatWasKeptElsewhereForAnEarlierAssignment() {
		read(ONE, 0, 1);
		TrackedRecord rejected = end(this.assignment.deliver(1).get(0));
		this.assignment.revoke(List.of(ONE));
		this.assignment.assign(List.of(ONE));
		read(ONE, 0, 1);
		this.assignment.settleIfCurrent(rejected);
		assertThat(this.assignment.toCommit(List.of(ONE))).isEmpty();
	}

	@Test
	void dropsWhatWasReadOfAPartitionThatIsTakenAway() {
		read(ONE, 0, 3);
		read(TWO, 0, 3);
		this.assignment.revoke(List.of(ONE));
		assertThat(positions(this.assignment.deliver(9))).containsExactly("orders-1-0", "orders-1-1", "orders-1-2");
		assertThat(this.assignment.partitions()).containsExactly(TWO);
	}

	@Test
	void readsNoFurtherInAFullPartition() {
		read(ONE, 0, 12);
		read(TWO, 0, 1);
		assertThat(this.assignment.full()).containsExactly(ONE);
		this.assignment.deliver(13);
		assertThat(this.assignment.full()).isEmpty();
	}

}
