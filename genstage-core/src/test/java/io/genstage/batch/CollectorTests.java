package io.genstage.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.genstage.DemandAccount;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class CollectorTests {

	private static final BatchOptions OPTIONS = new BatchOptions(3, Duration.ofNanos(100), 2);

	private final Collector<String, String> collector = new Collector<>(OPTIONS);

	private final DemandAccount account = new DemandAccount(10);

	private long now;

	/** Adds events whose first letter is their key. */
	private void add(String... events) {
		for (String event : events) {
			addBy(this.account, event);
		}
	}

	private void addBy(DemandAccount account, String event) {
		account.arrive(1);
		this.collector.add(event.substring(0, 1), event, account, this.now);
	}

	/** Finishes what is closed. */
	private List<String> closed() {
		List<String> closed = new ArrayList<>();
		for (ClosedBatch<String, String> next = this.collector.nextClosed(); next != null; next = this.collector
			.nextClosed()) {
			closed.add(next.batch().key() + next.batch().events() + next.batch().closing());
			this.collector.finishNext();
		}
		return closed;
	}

	@Nested
	class Closing {

		@Test
		void aBatchThatIsFull() {
			add("a1", "a2");
			assertThat(closed()).isEmpty();
			add("a3", "a4");
			assertThat(closed()).containsExactly("a[a1, a2, a3]SIZE");
			assertThat(CollectorTests.this.collector.held()).isEqualTo(1);
		}

		@Test
		void eachKeyByItself() {
			add("a1", "b1", "a2", "b2", "b3", "a3");
			assertThat(closed()).containsExactly("b[b1, b2, b3]SIZE", "a[a1, a2, a3]SIZE");
		}

		@Test
		void whatHasWaitedLongEnoughSinceItsFirstEvent() {
			add("a1");
			now = 60;
			add("b1", "a2");
			assertThat(CollectorTests.this.collector.nextDeadline()).isEqualTo(100);
			CollectorTests.this.collector.closeExpired(99);
			assertThat(closed()).isEmpty();
			CollectorTests.this.collector.closeExpired(100);
			assertThat(closed()).containsExactly("a[a1, a2]TIMEOUT");
			assertThat(CollectorTests.this.collector.nextDeadline()).isEqualTo(160);
			CollectorTests.this.collector.closeExpired(1000);
			assertThat(closed()).containsExactly("b[b1]TIMEOUT");
			assertThat(CollectorTests.this.collector.hasOpen()).isFalse();
		}

		@Test
		void countsTheTimeOfANewBatchAnew() {
			add("a1");
			now = 50;
			add("a2", "a3", "a4");
			assertThat(CollectorTests.this.collector.nextDeadline()).isEqualTo(150);
		}

		@Test
		void bearsATimeThatOverflows() {
			now = Long.MAX_VALUE - 10;
			add("a1");
			CollectorTests.this.collector.closeExpired(Long.MAX_VALUE);
			assertThat(closed()).isEmpty();
			CollectorTests.this.collector.closeExpired(Long.MIN_VALUE + 88);
			assertThat(closed()).isEmpty();
			CollectorTests.this.collector.closeExpired(Long.MIN_VALUE + 89);
			assertThat(closed()).containsExactly("a[a1]TIMEOUT");
		}

		@Test
		void allAtTheEndOldestFirst() {
			add("b1", "a1", "b2");
			CollectorTests.this.collector.closeAll();
			assertThat(closed()).containsExactly("b[b1, b2]END", "a[a1]END");
			CollectorTests.this.collector.closeAll();
			assertThat(closed()).isEmpty();
		}

	}

	@Nested
	class MakingRoom {

		@Test
		void forAnotherKeyClosesTheFullest() {
			add("a1", "b1", "b2", "c1");
			assertThat(closed()).containsExactly("b[b1, b2]ROOM");
			assertThat(CollectorTests.this.collector.held()).isEqualTo(2);
		}

		@Test
		void closesTheOldestOfEquallyFullOnes() {
			add("b1", "a1", "c1");
			assertThat(closed()).containsExactly("b[b1]ROOM");
		}

		@Test
		void forDemandClosesTheBatchThatTakesMostOfIt() {
			DemandAccount other = new DemandAccount(10);
			add("a1");
			addBy(other, "a2");
			addBy(other, "b1");
			add("b2");
			CollectorTests.this.collector.makeRoomFor(account);
			assertThat(closed()).containsExactly("a[a1, a2]ROOM");
			addBy(other, "c1");
			add("c2");
			addBy(new DemandAccount(1), "b3");
			assertThat(closed()).containsExactly("b[b1, b2, b3]SIZE");
		}

		@Test
		void givesBackTheDemandOfWhatIsFinishedOnly() {
			DemandAccount other = new DemandAccount(1);
			add("a1");
			addBy(other, "a2");
			assertThat(other.isExhausted()).isTrue();
			CollectorTests.this.collector.makeRoomFor(other);
			assertThat(other.isExhausted()).isTrue();
			assertThat(CollectorTests.this.collector.held()).isEqualTo(2);
			closed();
			assertThat(other.room()).isEqualTo(1);
			assertThat(account.room()).isEqualTo(10);
			assertThat(CollectorTests.this.collector.held()).isZero();
		}

	}

	@Nested
	class ChangingTheOptions {

		@Test
		void cutsWhatIsTooLarge() {
			CollectorTests.this.collector.change(OPTIONS.withSize(9));
			add("a1", "a2", "a3", "a4", "a5", "b1");
			CollectorTests.this.collector.change(OPTIONS.withSize(2));
			assertThat(closed()).containsExactly("a[a1, a2]SIZE", "a[a3, a4]SIZE");
			add("a6", "b2");
			assertThat(closed()).containsExactly("a[a5, a6]SIZE", "b[b1, b2]SIZE");
			assertThat(account.room()).isEqualTo(10);
		}

		@Test
		void closesWhatIsExactlyAsLarge() {
			add("a1", "a2");
			CollectorTests.this.collector.change(OPTIONS.withSize(2));
			assertThat(closed()).containsExactly("a[a1, a2]SIZE");
			assertThat(CollectorTests.this.collector.hasOpen()).isFalse();
		}

		@Test
		void closesWhatIsTooMany() {
			add("a1", "b1", "b2");
			CollectorTests.this.collector.change(OPTIONS.withMaxOpen(1));
			assertThat(closed()).containsExactly("b[b1, b2]ROOM");
		}

		@Test
		void appliesToTheTimeThatHasPassed() {
			add("a1");
			CollectorTests.this.collector.change(OPTIONS.withTimeout(Duration.ofNanos(40)));
			assertThat(CollectorTests.this.collector.nextDeadline()).isEqualTo(40);
			CollectorTests.this.collector.change(OPTIONS.withTimeout(Duration.ofNanos(400)));
			assertThat(CollectorTests.this.collector.nextDeadline()).isEqualTo(400);
		}

	}

	@Test
	void saysSoIfAKeyHasChanged() {
		Collector<List<String>, String> lists = new Collector<>(OPTIONS);
		List<String> key = new ArrayList<>();
		lists.add(key, "a", this.account, 0);
		key.add("changed");
		assertThatIllegalStateException().isThrownBy(lists::closeAll)
			.withMessage("the batch of key '[changed]' is lost: equals and hashCode of a key must not change");
	}

}
