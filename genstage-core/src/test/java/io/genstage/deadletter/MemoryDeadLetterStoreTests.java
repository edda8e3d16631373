package io.genstage.deadletter;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.genstage.LogCapture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests for {@link MemoryDeadLetterStore}.
 */
class MemoryDeadLetterStoreTests {

	private static final Duration MINUTE = Duration.ofMinutes(1);

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private Instant now = Instant.parse("2026-11-30T08:00:00Z");

	private final InstantSource time = () -> this.now;

	private final List<Object> dropped = new ArrayList<>();

	private final MemoryDeadLetterStore store = store(1000);

	private final UUID mine = UUID.randomUUID();

	private final UUID another = UUID.randomUUID();

	private MemoryDeadLetterStore store(int capacity) {
		return new MemoryDeadLetterStore(capacity, this.time, (letter, event) -> this.dropped.add(event));
	}

	private DeadLetter letter(String stage, Object event) {
		return DeadLetter.of(stage, event, this.now);
	}

	private DeadLetter append(Object event) {
		return append(this.store, letter("book", event), event);
	}

	private DeadLetter append(Object event, String key) {
		return append(this.store, letter("book", event).withKey(key), event);
	}

	private static DeadLetter append(DeadLetterStore store, DeadLetter letter, Object event) {
		return store.append(letter, event).toCompletableFuture().join();
	}

	private List<Object> events(List<DeadLetter> letters) {
		return letters.stream().map((letter) -> this.store.event(letter.id()).orElseThrow()).toList();
	}

	@Test
	void isNotDurable() {
		assertThat(this.store.isDurable()).isFalse();
	}

	@Test
	void keepsLettersInTheOrderOfTheirArrival() {
		DeadLetter first = append("a");
		DeadLetter second = append("b");
		assertThat(first.position()).isEqualTo(1);
		assertThat(second.position()).isEqualTo(2);
		assertThat(this.store.find(first.id())).contains(first);
		assertThat(this.store.event(second.id())).contains("b");
	}

	@Test
	void keepsALetterOnceThoughItIsAppendedAgain() {
		DeadLetter letter = letter("book", "a");
		DeadLetter first = append(this.store, letter, "a");
		assertThat(append(this.store, letter, "a")).isEqualTo(first);
		assertThat(this.store.counts().total()).isEqualTo(1);
	}

	@Test
	void hasNothingOfALetterThatIsNotThere() {
		UUID unknown = UUID.randomUUID();
		assertThat(this.store.find(unknown)).isEmpty();
		assertThat(this.store.event(unknown)).isEmpty();
		assertThat(this.store.remove(unknown)).isFalse();
		assertThat(this.store.abandon(unknown, "old")).isFalse();
		assertThat(this.store.claim(unknown, this.mine, MINUTE)).isEmpty();
	}

	@Test
	void countsByStageCauseAndStatus() {
		append(this.store, letter("book", 1).withCause(new IllegalStateException()), 1);
		this.now = this.now.plusSeconds(1);
		append(this.store, letter("book", 2).withCause(new IllegalStateException()), 2);
		DeadLetter third = append(this.store, letter("pay", 3), 3);
		this.store.abandon(third.id(), "old");
		DeadLetterCounts counts = this.store.counts();
		assertThat(counts.groups())
			.extracting(DeadLetterCounts.Group::stage, DeadLetterCounts.Group::causeType,
					DeadLetterCounts.Group::status, DeadLetterCounts.Group::letters)
			.containsExactlyInAnyOrder(tuple("book", "java.lang.IllegalStateException", DeadLetter.Status.WAITING, 2L),
					tuple("pay", null, DeadLetter.Status.ABANDONED, 1L));
		assertThat(counts.byStage()).containsOnly(Map.entry("book", 2L), Map.entry("pay", 1L));
		assertThat(counts.with(DeadLetter.Status.ABANDONED)).isEqualTo(1);
		assertThat(counts.oldest()).isEqualTo(this.now.minusSeconds(1));
	}

	@Nested
	class Pages {

		@Test
		void ofTheNewestMissNoneThoughOthersComeBetween() {
			for (int i = 1; i <= 10; i++) {
				append(i);
			}
			List<DeadLetter> seen = new ArrayList<>();
			long before = Long.MAX_VALUE;
			int next = 100;
			while (true) {
				List<DeadLetter> page = MemoryDeadLetterStoreTests.this.store.newestFirst(DeadLetterFilter.all(),
						before, 3);
				if (page.isEmpty()) {
					break;
				}
				seen.addAll(page);
				before = page.get(page.size() - 1).position();
				append(next++);
				append(next++);
			}
			assertThat(events(seen)).containsExactly(10, 9, 8, 7, 6, 5, 4, 3, 2, 1);
		}

		@Test
		void ofTheNewestMissNoneThoughOthersGoBetween() {
			List<DeadLetter> letters = new ArrayList<>();
			for (int i = 1; i <= 6; i++) {
				letters.add(append(i));
			}
			MemoryDeadLetterStore store = MemoryDeadLetterStoreTests.this.store;
			List<DeadLetter> page = store.newestFirst(DeadLetterFilter.all(), Long.MAX_VALUE, 2);
			store.remove(letters.get(5).id());
			store.remove(letters.get(4).id());
			assertThat(events(store.newestFirst(DeadLetterFilter.all(), page.get(1).position(), 2))).containsExactly(4,
					3);
		}

		@Test
		void ofTheOldestGoOnWithWhatCameBetween() {
			append(1);
			append(2);
			MemoryDeadLetterStore store = MemoryDeadLetterStoreTests.this.store;
			List<DeadLetter> page = store.oldestFirst(DeadLetterFilter.all(), 0, 2);
			append(3);
			assertThat(events(page)).containsExactly(1, 2);
			assertThat(events(store.oldestFirst(DeadLetterFilter.all(), page.get(1).position(), 2))).containsExactly(3);
		}

		@Test
		void areFullThoughAFilterLeavesOthersOut() {
			for (int i = 1; i <= 10; i++) {
				append(MemoryDeadLetterStoreTests.this.store, letter((i % 2 == 0) ? "book" : "pay", i), i);
			}
			assertThat(events(
					MemoryDeadLetterStoreTests.this.store.oldestFirst(DeadLetterFilter.all().withStage("book"), 0, 4)))
				.containsExactly(2, 4, 6, 8);
		}

	}

	@Nested
	class AClaim {

		private final MemoryDeadLetterStore store = MemoryDeadLetterStoreTests.this.store;

		private final UUID mine = MemoryDeadLetterStoreTests.this.mine;

		private final UUID another = MemoryDeadLetterStoreTests.this.another;

		private DeadLetter.Status status(DeadLetter letter) {
			return this.store.find(letter.id()).orElseThrow().status();
		}

		@Test
		void isForOne() {
			DeadLetter letter = append("a");
			assertThat(this.store.claim(letter.id(), this.mine, MINUTE)).isPresent();
			assertThat(this.store.claim(letter.id(), this.another, MINUTE)).isEmpty();
			assertThat(status(letter)).isEqualTo(DeadLetter.Status.REPLAYING);
			assertThat(this.store.oldestFirst(DeadLetterFilter.all().withStatus(DeadLetter.Status.WAITING), 0, 9))
				.isEmpty();
		}

		@Test
		void endsByTime() {
			DeadLetter letter = append("a");
			this.store.claim(letter.id(), this.mine, MINUTE);
			MemoryDeadLetterStoreTests.this.now = MemoryDeadLetterStoreTests.this.now.plus(MINUTE);
			assertThat(status(letter)).isEqualTo(DeadLetter.Status.WAITING);
			assertThat(this.store.claim(letter.id(), this.another, MINUTE)).isPresent();
			assertThat(this.store.remove(letter.id(), this.mine)).isFalse();
			assertThat(this.store.giveBack(letter.withReason("late"), this.mine)).isFalse();
			assertThat(this.store.remove(letter.id(), this.another)).isTrue();
		}

		@Test
		void isProlongedByTheSameAgain() {
			DeadLetter letter = append("a");
			this.store.claim(letter.id(), this.mine, MINUTE);
			MemoryDeadLetterStoreTests.this.now = MemoryDeadLetterStoreTests.this.now.plusSeconds(59);
			assertThat(this.store.claim(letter.id(), this.mine, MINUTE)).isPresent();
			MemoryDeadLetterStoreTests.this.now = MemoryDeadLetterStoreTests.this.now.plusSeconds(59);
			assertThat(this.store.claim(letter.id(), this.another, MINUTE)).isEmpty();
		}

		@Test
		void keepsTheLetterFromBeingRemovedOrAbandoned() {
			DeadLetter letter = append("a");
			this.store.claim(letter.id(), this.mine, MINUTE);
			assertThat(this.store.remove(letter.id())).isFalse();
			assertThat(this.store.abandon(letter.id(), "old")).isFalse();
			assertThat(this.store.remove(letter.id(), this.another)).isFalse();
		}

		@Test
		void givesTheLetterBackToItsPlace() {
			DeadLetter first = append("a");
			append("b");
			this.store.claim(first.id(), this.mine, MINUTE);
			DeadLetter again = first.replayedInVain(4, MemoryDeadLetterStoreTests.this.now)
				.withCause(new IllegalArgumentException());
			assertThat(this.store.giveBack(again, this.mine)).isTrue();
			assertThat(this.store.giveBack(again, this.mine)).isFalse();
			List<DeadLetter> letters = this.store.oldestFirst(DeadLetterFilter.all(), 0, 9);
			assertThat(letters.get(0)).isEqualTo(again);
			assertThat(events(letters)).containsExactly("a", "b");
		}

		@Test
		void isForTheFirstOfAKeyOnly() {
			DeadLetter first = append("a1", "a");
			DeadLetter second = append("a2", "a");
			DeadLetter other = append("b1", "b");
			assertThat(this.store.claim(second.id(), this.mine, MINUTE)).isEmpty();
			assertThat(this.store.claim(first.id(), this.mine, MINUTE)).isPresent();
			assertThat(this.store.claim(second.id(), this.mine, MINUTE)).isEmpty();
			assertThat(this.store.claim(other.id(), this.mine, MINUTE)).isPresent();
			this.store.remove(first.id(), this.mine);
			assertThat(this.store.claim(second.id(), this.mine, MINUTE)).isPresent();
		}

		@Test
		void doesNotWaitForTheSameKeyOfAnotherStage() {
			append("a1", "a");
			DeadLetter other = append(this.store, letter("pay", "a2").withKey("a"), "a2");
			assertThat(this.store.claim(other.id(), this.mine, MINUTE)).isPresent();
		}

		@Test
		void doesNotWaitForAnAbandonedLetter() {
			DeadLetter first = append("a1", "a");
			DeadLetter second = append("a2", "a");
			this.store.abandon(first.id(), "customer is gone");
			assertThat(status(first)).isEqualTo(DeadLetter.Status.ABANDONED);
			assertThat(this.store.claim(second.id(), this.mine, MINUTE)).isPresent();
		}

		@Test
		void ofAnAbandonedLetterThatEndsByTimeLeavesItAbandoned() {
			DeadLetter letter = append("a");
			this.store.abandon(letter.id(), "old");
			assertThat(this.store.claim(letter.id(), this.mine, MINUTE)).isPresent();
			assertThat(status(letter)).isEqualTo(DeadLetter.Status.REPLAYING);
			MemoryDeadLetterStoreTests.this.now = MemoryDeadLetterStoreTests.this.now.plus(MINUTE);
			assertThat(status(letter)).isEqualTo(DeadLetter.Status.ABANDONED);
		}

		@Test
		void isForOneOfSeveralThreads() throws Exception {
			List<DeadLetter> letters = new ArrayList<>();
			for (int i = 0; i < 200; i++) {
				letters.add(append(i));
			}
			int threads = 4;
			AtomicInteger claimed = new AtomicInteger();
			CountDownLatch ready = new CountDownLatch(threads);
			ExecutorService executor = Executors.newFixedThreadPool(threads);
			try {
				List<Future<?>> claimants = new ArrayList<>();
				for (int thread = 0; thread < threads; thread++) {
					UUID claim = UUID.randomUUID();
					claimants.add(executor.submit(() -> {
						ready.countDown();
						ready.await();
						letters.forEach((letter) -> {
							if (this.store.claim(letter.id(), claim, MINUTE).isPresent()) {
								claimed.incrementAndGet();
							}
						});
						return null;
					}));
				}
				for (Future<?> claimant : claimants) {
					claimant.get(30, TimeUnit.SECONDS);
				}
			}
			finally {
				executor.shutdownNow();
			}
			assertThat(claimed).hasValue(200);
		}

	}

	@Nested
	class AReason {

		private final MemoryDeadLetterStore store = MemoryDeadLetterStoreTests.this.store;

		private @Nullable String reason(DeadLetter letter) {
			return this.store.find(letter.id()).orElseThrow().reason();
		}

		@Test
		void isNotedOfLettersThatWaitBehindOthersToo() {
			DeadLetter first = append("a1", "a");
			DeadLetter second = append("a2", "a");
			assertThat(this.store.explain(second.id(), "no stage")).isTrue();
			assertThat(reason(first)).isNull();
			assertThat(reason(second)).isEqualTo("no stage");
		}

		@Test
		void isNotNotedOfOthers() {
			DeadLetter abandoned = append("a");
			DeadLetter claimed = append("b");
			this.store.abandon(abandoned.id(), "old");
			this.store.claim(claimed.id(), MemoryDeadLetterStoreTests.this.mine, MINUTE);
			assertThat(this.store.explain(abandoned.id(), "no stage")).isFalse();
			assertThat(this.store.explain(claimed.id(), "no stage")).isFalse();
			assertThat(this.store.explain(UUID.randomUUID(), "no stage")).isFalse();
			assertThat(reason(abandoned)).isEqualTo("old");
			assertThat(reason(claimed)).isNull();
		}

	}

	@Nested
	class AKey {

		private final MemoryDeadLetterStore store = MemoryDeadLetterStoreTests.this.store;

		@Test
		void isHeldByLettersThatWaitOrAreReplayed() {
			assertThat(this.store.held("book", "a")).isZero();
			DeadLetter first = append("a1", "a");
			append("a2", "a");
			append("a3");
			assertThat(this.store.held("book", "a")).isEqualTo(2);
			assertThat(this.store.held("pay", "a")).isZero();
			this.store.claim(first.id(), MemoryDeadLetterStoreTests.this.mine, MINUTE);
			assertThat(this.store.held("book", "a")).isEqualTo(2);
			this.store.remove(first.id(), MemoryDeadLetterStoreTests.this.mine);
			assertThat(this.store.held("book", "a")).isEqualTo(1);
		}

		@Test
		void isNotHeldByAbandonedLetters() {
			DeadLetter letter = append("a1", "a");
			this.store.abandon(letter.id(), "old");
			assertThat(this.store.held("book", "a")).isZero();
		}

		@Test
		void isNotHeldByDroppedLetters() {
			MemoryDeadLetterStore small = store(1);
			append(small, letter("book", "a1").withKey("a"), "a1");
			append(small, letter("book", "b1").withKey("b"), "b1");
			assertThat(small.held("book", "a")).isZero();
			assertThat(small.held("book", "b")).isEqualTo(1);
		}

	}

	@Nested
	class AFullStore {

		private final MemoryDeadLetterStore store = store(3);

		private List<Object> kept() {
			return this.store.oldestFirst(DeadLetterFilter.all(), 0, 9)
				.stream()
				.map((letter) -> this.store.event(letter.id()).orElseThrow())
				.toList();
		}

		private DeadLetter append(Object event) {
			return MemoryDeadLetterStoreTests.append(this.store, letter("book", event), event);
		}

		@Test
		void dropsItsOldestLetters() {
			for (int i = 1; i <= 5; i++) {
				append(i);
			}
			assertThat(kept()).containsExactly(3, 4, 5);
			assertThat(MemoryDeadLetterStoreTests.this.dropped).containsExactly(1, 2);
			assertThat(this.store.dropped()).isEqualTo(2);
		}

		@Test
		void saysHowManyLettersOfWhichStageItHasDropped() {
			assertThat(this.store.counts().dropped()).isEmpty();
			MemoryDeadLetterStoreTests.append(this.store, letter("pay", 0), 0);
			for (int i = 1; i <= 5; i++) {
				append(i);
			}
			assertThat(this.store.counts().dropped()).containsOnly(Map.entry("pay", 1L), Map.entry("book", 2L));
		}

		@Test
		void logsTheFirstDroppedLetterAndThenOnceAMinute() {
			for (int i = 1; i <= 5; i++) {
				append(i);
			}
			assertThat(MemoryDeadLetterStoreTests.this.log.read()).singleElement()
				.asString()
				.startsWith("WARNING 1 dead letters were dropped, with their events: the store in memory is full "
						+ "(3 letters); the last one was dead letter ");
			MemoryDeadLetterStoreTests.this.now = MemoryDeadLetterStoreTests.this.now.plus(MINUTE);
			append(6);
			append(7);
			assertThat(MemoryDeadLetterStoreTests.this.log.read()).singleElement()
				.asString()
				.startsWith("WARNING 2 dead letters were dropped");
		}

		@Test
		void keepsLettersThatAreBeingReplayed() {
			DeadLetter first = append(1);
			append(2);
			append(3);
			this.store.claim(first.id(), MemoryDeadLetterStoreTests.this.mine, MINUTE);
			append(4);
			assertThat(kept()).containsExactly(1, 3, 4);
		}

		@Test
		void dropsTheNewestIfAllOthersAreBeingReplayed() {
			for (int i = 1; i <= 3; i++) {
				this.store.claim(append(i).id(), MemoryDeadLetterStoreTests.this.mine, MINUTE);
			}
			append(4);
			assertThat(kept()).containsExactly(1, 2, 3);
			assertThat(MemoryDeadLetterStoreTests.this.dropped).containsExactly(4);
		}

		@Test
		void goesOnThoughAReportFails() {
			MemoryDeadLetterStore failing = new MemoryDeadLetterStore(1, MemoryDeadLetterStoreTests.this.time,
					(letter, event) -> {
						throw new IllegalStateException("no");
					});
			MemoryDeadLetterStoreTests.append(failing, letter("book", 1), 1);
			MemoryDeadLetterStoreTests.append(failing, letter("book", 2), 2);
			assertThat(failing.counts().total()).isEqualTo(1);
			assertThat(MemoryDeadLetterStoreTests.this.log.read())
				.contains("SEVERE could not report a dropped dead letter");
		}

		@Test
		void refusesAnImpossibleCapacity() {
			assertThatIllegalArgumentException().isThrownBy(() -> store(0))
				.withMessage("the capacity of a store of dead letters must be from 1 to 1000000, was 0");
			assertThatIllegalArgumentException().isThrownBy(() -> store(1_000_001));
			assertThat(store(1_000_000).capacity()).isEqualTo(1_000_000);
			assertThat(new MemoryDeadLetterStore().capacity()).isEqualTo(1000);
		}

	}

}
