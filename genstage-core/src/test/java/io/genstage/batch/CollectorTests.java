package io.genstage.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

import io.genstage.demand.DemandAccount;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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
		this.collector.add(this.collector.batchFor(event.substring(0, 1), this.now), event, account);
	}

	/** Finishes what is closed. */
	private List<String> closed() {
		List<String> closed = new ArrayList<>();
		for (ClosedBatch<String, String> next = this.collector.nextClosed(); next != null; next = this.collector
			.nextClosed()) {
			closed.add(next.batch().key() + next.batch() + next.batch().closing());
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
		void closesTheOldestOfTooManyKeysWithOneHashCode() {
			Collector<Object, String> alike = new Collector<>(BatchOptions.defaults());
			for (int number = 0; number <= Collector.MOST_ALIKE; number++) {
				alike.add(alike.batchFor(new CountedKey(number, 7, new int[1]), 0), "event " + number, account);
			}
			assertThat(alike.nextClosed()).isNotNull()
				.satisfies((closed) -> assertThat(closed.batch()).containsExactly("event 0"));
			alike.finishNext();
			assertThat(alike.hasClosed()).isFalse();
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

	@Nested
	class Keys {

		@Test
		void mayChange() {
			Collector<List<String>, String> lists = new Collector<>(OPTIONS);
			List<String> key = new ArrayList<>();
			lists.add(lists.batchFor(key, 0), "a", account);
			key.add("changed");
			lists.closeAll();
			assertThat(lists.nextClosed()).isNotNull();
			assertThat(lists.hasOpen()).isFalse();
		}

		@ParameterizedTest
		@MethodSource("io.genstage.batch.CollectorTests#equalArrays")
		void areEqualIfTheyAreArraysOfTheSameContent(Object one, Object other) {
			Collector<Object, String> arrays = new Collector<>(OPTIONS);
			assertThat(arrays.batchFor(one, 0)).isSameAs(arrays.batchFor(other, 0));
		}

		@ParameterizedTest
		@MethodSource("io.genstage.batch.CollectorTests#differentArrays")
		void differIfTheyAreArraysOfAnotherContent(Object one, Object other) {
			Collector<Object, String> arrays = new Collector<>(OPTIONS);
			assertThat(arrays.batchFor(one, 0)).isNotSameAs(arrays.batchFor(other, 0));
		}

		@Test
		void openNothingIfTheyThrow() {
			Collector<Object, String> any = new Collector<>(OPTIONS);
			Object[] endless = new Object[1];
			endless[0] = endless;
			assertThatExceptionOfType(StackOverflowError.class).isThrownBy(() -> any.batchFor(endless, 0));
			assertThat(any.hasOpen()).isFalse();
		}

	}

	/**
	 * The work for an event does not grow with the number of open batches.
	 */
	@Nested
	class Work {

		private static final int KEYS = 2000;

		private final BatchOptions options = BatchOptions.defaults().withMaxOpen(KEYS);

		@ParameterizedTest
		@EnumSource
		void isAFewComparisonsForEachEventOfANewKey(Hashes hashes) {
			Collector<CountedKey, String> keyed = new Collector<>(this.options);
			int[] comparisons = { 0 };
			for (int number = 0; number < 3 * KEYS; number++) {
				keyed.add(keyed.batchFor(new CountedKey(number, hashes.of(number), comparisons), 0), "event", account);
			}
			// Two each for a key of its own hash code, and never as many as are open.
			assertThat(comparisons[0]).isLessThan(3 * KEYS * (Collector.MOST_ALIKE + 2));
			keyed.closeAll();
			assertThat(keyed.held()).isEqualTo(3 * KEYS);
		}

		@Test
		void isAFewComparisonsWhenNoKeyIsLikeAnother() {
			Collector<CountedKey, String> keyed = new Collector<>(this.options);
			int[] comparisons = { 0 };
			for (int number = 0; number < 3 * KEYS; number++) {
				keyed.add(keyed.batchFor(new CountedKey(number, number, comparisons), 0), "event", account);
				if (number % 2 == 0) {
					keyed.makeRoomFor(account);
				}
			}
			assertThat(comparisons[0]).isLessThan(3 * 3 * KEYS);
		}

		@ParameterizedTest(name = "seed {0}")
		@ValueSource(longs = { 1, 2, 3 })
		void isLogarithmicWhereTheFullestIsLookedFor(long seed) {
			Random random = new Random(seed);
			long[] comparisons = { 0 };
			FullestFirst<Filled> filled = new FullestFirst<>((one, other) -> {
				comparisons[0]++;
				return (one.rank != other.rank) ? other.rank - one.rank : Long.compare(one.age, other.age);
			});
			List<Filled> members = new ArrayList<>();
			int steps = 5000;
			for (int step = 0; step < steps; step++) {
				if (members.size() < KEYS || random.nextInt(3) == 0) {
					Filled newcomer = new Filled(step);
					filled.add(newcomer);
					members.add(newcomer);
				}
				Filled any = members.get(random.nextInt(members.size()));
				any.size++;
				filled.changed(any);
				if (step % 3 == 0) {
					Filled fullest = filled.first();
					assertThat(fullest).isSameAs(Filled.fullestOf(members));
					filled.remove(fullest);
					members.remove(fullest);
				}
			}
			// Put in and taken out, by no more than the height of a tree.
			assertThat(comparisons[0]).isLessThan(2L * steps * 2 * 16);
		}

	}

	static List<Arguments> equalArrays() {
		return List.of(Arguments.of(new byte[] { 1, 2 }, new byte[] { 1, 2 }), Arguments.of(new long[0], new long[0]),
				Arguments.of(new Object[] { "a", null }, new Object[] { "a", null }),
				Arguments.of(new byte[][] { { 1 }, { 2 } }, new byte[][] { { 1 }, { 2 } }),
				Arguments.of(new Object[] { new int[] { 1 }, "a" }, new Object[] { new int[] { 1 }, "a" }));
	}

	static List<Arguments> differentArrays() {
		return List.of(Arguments.of(new byte[] { 1, 2 }, new byte[] { 2, 1 }),
				Arguments.of(new byte[] { 1 }, new short[] { 1 }), Arguments.of(new byte[] { 1 }, List.of(1)),
				Arguments.of(new byte[][] { { 1 } }, new byte[][] { { 2 } }), Arguments.of("a", new String[] { "a" }));
	}

	/**
	 * How an attacker chooses keys.
	 */
	enum Hashes {

		ALL_THE_SAME, ALL_DIFFERENT, IN_ONE_PLACE_OF_A_TABLE;

		int of(int number) {
			return switch (this) {
				case ALL_THE_SAME -> 7;
				case ALL_DIFFERENT -> number;
				case IN_ONE_PLACE_OF_A_TABLE -> number << 16 | number;
			};
		}

	}

	/**
	 * A key that counts how often keys are hashed or compared.
	 */
	private static final class CountedKey {

		private final int number;

		private final int hash;

		private final int[] comparisons;

		CountedKey(int number, int hash, int[] comparisons) {
			this.number = number;
			this.hash = hash;
			this.comparisons = comparisons;
		}

		@Override
		public boolean equals(Object other) {
			this.comparisons[0]++;
			return other instanceof CountedKey key && key.number == this.number;
		}

		@Override
		public int hashCode() {
			this.comparisons[0]++;
			return this.hash;
		}

	}

	private static final class Filled extends FullestFirst.Member {

		private final long age;

		private int size;

		Filled(long age) {
			this.age = age;
		}

		static Filled fullestOf(List<Filled> members) {
			return members.stream()
				.min(Comparator.<Filled>comparingInt((member) -> -member.size).thenComparingLong(Filled::age))
				.orElseThrow();
		}

		@Override
		int size() {
			return this.size;
		}

		@Override
		long age() {
			return this.age;
		}

	}

}
