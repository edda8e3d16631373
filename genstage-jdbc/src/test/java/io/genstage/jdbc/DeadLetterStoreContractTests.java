package io.genstage.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterCounts;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.DeadLetterStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * What each {@link DeadLetterStore} promises, whatever it keeps letters in.
 */
@ParameterizedClass
@EnumSource
class DeadLetterStoreContractTests {

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private static final Instant MONDAY = Instant.parse("2026-11-30T08:00:00Z");

	@Parameter
	LetterStores kind;

	private LetterStores.Fixture fixture;

	private DeadLetterStore store;

	private final UUID mine = UUID.randomUUID();

	private final UUID another = UUID.randomUUID();

	@BeforeEach
	void open() {
		this.fixture = this.kind.open();
		this.store = this.fixture.store();
	}

	@AfterEach
	void close() {
		// There is none if the test is skipped for want of its server.
		if (this.fixture != null) {
			this.fixture.close();
		}
	}

	private static DeadLetter letter(String stage, Object event) {
		return DeadLetter.of(stage, event, MONDAY);
	}

	private DeadLetter append(Object event) {
		return store(letter("book", event), event);
	}

	private DeadLetter append(Object event, String key) {
		return store(letter("book", event).withKey(key), event);
	}

	private DeadLetter store(DeadLetter letter, Object event) {
		return this.store.append(letter, event).toCompletableFuture().join();
	}

	private List<Object> events(List<DeadLetter> letters) {
		return letters.stream().map((letter) -> this.store.event(letter.id()).orElseThrow()).toList();
	}

	private DeadLetter.Status status(DeadLetter letter) {
		return this.store.find(letter.id()).orElseThrow().status();
	}

	@Test
	void keepsLettersInTheOrderOfTheirArrival() {
		DeadLetter first = append("a");
		DeadLetter second = append("b");
		assertThat(first.position()).isPositive();
		assertThat(second.position()).isGreaterThan(first.position());
		assertThat(this.store.find(first.id())).contains(first);
		assertThat(this.store.event(second.id())).contains("b");
	}

	@Test
	void keepsAllThatIsKnownOfALetter() {
		DeadLetter letter = letter("book", "a").withSource("orders")
			.withKey("k")
			.withAttempts(4)
			.withBatch(UUID.randomUUID())
			.withReason("late")
			.withFirstFailedAt(MONDAY.minusSeconds(5))
			.withCause(new IllegalStateException("no shelf"));
		DeadLetter kept = store(letter, "a");
		assertThat(kept).isEqualTo(letter.withPosition(kept.position()));
		assertThat(this.fixture.ofAnotherInstance().find(letter.id())).contains(kept);
	}

	@Test
	void keepsThoseThatComeAtOnceInTheirOrder() {
		List<CompletableFuture<DeadLetter>> letters = new ArrayList<>();
		List<Object> numbers = new ArrayList<>();
		for (int i = 0; i < 250; i++) {
			letters.add(this.store.append(letter("book", i), i).toCompletableFuture());
			numbers.add(i);
		}
		letters.forEach(CompletableFuture::join);
		assertThat(events(this.store.oldestFirst(DeadLetterFilter.all(), 0, 1000))).isEqualTo(numbers);
	}

	@Test
	void keepsALetterOnceThoughItIsAppendedAgain() {
		DeadLetter letter = letter("book", "a");
		DeadLetter first = store(letter, "a");
		assertThat(store(letter, "a")).isEqualTo(first);
		assertThat(this.store.counts().total()).isEqualTo(1);
	}

	@Test
	void hasNothingOfALetterThatIsNotThere() {
		UUID unknown = UUID.randomUUID();
		assertThat(this.store.find(unknown)).isEmpty();
		assertThat(this.store.event(unknown)).isEmpty();
		assertThat(this.store.remove(unknown)).isFalse();
		assertThat(this.store.remove(unknown, this.mine)).isFalse();
		assertThat(this.store.abandon(unknown, "old")).isFalse();
		assertThat(this.store.explain(unknown, "no stage")).isFalse();
		assertThat(this.store.claim(unknown, this.mine, MINUTE)).isEmpty();
		assertThat(this.store.giveBack(letter("book", "a"), this.mine)).isFalse();
	}

	@Test
	void countsByStageCauseAndStatus() {
		store(letter("book", 1).withFirstFailedAt(MONDAY.minusSeconds(1)).withCause(new IllegalStateException()), 1);
		DeadLetter replayed = store(letter("book", 2).withCause(new IllegalStateException()), 2);
		DeadLetter third = store(letter("pay", 3).withFirstFailedAt(MONDAY.minusSeconds(9)), 3);
		this.store.abandon(third.id(), "old");
		this.store.claim(replayed.id(), this.mine, MINUTE);
		assertThat(groups()).containsExactlyInAnyOrder(
				tuple("book", "java.lang.IllegalStateException", DeadLetter.Status.WAITING, 1L),
				tuple("book", "java.lang.IllegalStateException", DeadLetter.Status.REPLAYING, 1L),
				tuple("pay", null, DeadLetter.Status.ABANDONED, 1L));
		assertThat(this.store.counts().oldest()).isEqualTo(MONDAY.minusSeconds(1));
		assertThat(this.store.counts().dropped()).isEmpty();
	}

	@Test
	void countsWhatHasBecomeOfLetters() {
		DeadLetter failing = store(letter("book", 1).withCause(new IllegalStateException()), 1);
		DeadLetter removed = append(2);
		DeadLetter accepted = append(3);
		this.store.remove(removed.id());
		this.store.claim(failing.id(), this.mine, MINUTE);
		this.store.giveBack(failing.replayedInVain(1, MONDAY).withCause(new IllegalArgumentException()), this.mine);
		this.store.claim(accepted.id(), this.mine, MINUTE);
		this.store.remove(accepted.id(), this.mine);
		assertThat(groups())
			.containsExactly(tuple("book", "java.lang.IllegalArgumentException", DeadLetter.Status.WAITING, 1L));
		this.store.remove(failing.id());
		assertThat(groups()).isEmpty();
		assertThat(this.store.counts().oldest()).isNull();
	}

	private List<org.assertj.core.groups.Tuple> groups() {
		return this.store.counts()
			.groups()
			.stream()
			.map((group) -> tuple(group.stage(), group.causeType(), group.status(), group.letters()))
			.toList();
	}

	@Nested
	class Pages {

		private final DeadLetterStoreContractTests outer = DeadLetterStoreContractTests.this;

		@Test
		void ofTheNewestMissNoneThoughOthersComeBetween() {
			for (int i = 1; i <= 10; i++) {
				append(i);
			}
			List<DeadLetter> seen = new ArrayList<>();
			long before = Long.MAX_VALUE;
			int next = 100;
			while (true) {
				List<DeadLetter> page = this.outer.store.newestFirst(DeadLetterFilter.all(), before, 3);
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
			List<DeadLetter> page = this.outer.store.newestFirst(DeadLetterFilter.all(), Long.MAX_VALUE, 2);
			this.outer.store.remove(letters.get(5).id());
			this.outer.store.remove(letters.get(4).id());
			assertThat(events(this.outer.store.newestFirst(DeadLetterFilter.all(), page.get(1).position(), 2)))
				.containsExactly(4, 3);
		}

		@Test
		void ofTheOldestGoOnWithWhatCameBetween() {
			append(1);
			append(2);
			List<DeadLetter> page = this.outer.store.oldestFirst(DeadLetterFilter.all(), 0, 2);
			append(3);
			assertThat(events(page)).containsExactly(1, 2);
			assertThat(events(this.outer.store.oldestFirst(DeadLetterFilter.all(), page.get(1).position(), 2)))
				.containsExactly(3);
		}

		@Test
		void haveLettersThatWaitAndThatAreAbandonedInOneOrder() {
			for (int i = 1; i <= 6; i++) {
				DeadLetter letter = append(i);
				if (i % 2 == 0) {
					this.outer.store.abandon(letter.id(), "old");
				}
			}
			assertThat(events(this.outer.store.newestFirst(DeadLetterFilter.all(), Long.MAX_VALUE, 4)))
				.containsExactly(6, 5, 4, 3);
		}

		@Test
		void areFullThoughAFilterLeavesOthersOut() {
			for (int i = 1; i <= 10; i++) {
				store(letter((i % 2 == 0) ? "book" : "pay", i), i);
			}
			assertThat(events(this.outer.store.oldestFirst(DeadLetterFilter.all().withStage("book"), 0, 4)))
				.containsExactly(2, 4, 6, 8);
		}

		@Test
		void haveWhatIsAskedFor() {
			UUID batch = UUID.randomUUID();
			DeadLetter one = store(letter("book", 1).withCause(new IllegalStateException()).withKey("a"), 1);
			store(letter("book", 2).withCause(new IllegalArgumentException()).withBatch(batch).withKey("b"), 2);
			store(DeadLetter.of("pay", 3, MONDAY.plusSeconds(1)).withKey("a"), 3);
			this.outer.store.abandon(append(4).id(), "old");
			this.outer.store.claim(one.id(), this.outer.mine, MINUTE);
			DeadLetterFilter all = DeadLetterFilter.all();
			assertThat(found(all.withCauseType("java.lang.IllegalStateException"))).containsExactly(1);
			assertThat(found(all.withBatch(batch))).containsExactly(2);
			assertThat(found(all.withKey("a"))).containsExactly(1, 3);
			assertThat(found(all.withKey("a").withStage("pay"))).containsExactly(3);
			assertThat(found(all.withStatus(DeadLetter.Status.REPLAYING))).containsExactly(1);
			assertThat(found(all.withStatus(DeadLetter.Status.WAITING))).containsExactly(2, 3);
			assertThat(found(all.withStatus(DeadLetter.Status.ABANDONED))).containsExactly(4);
			assertThat(found(all.withLastFailedBefore(MONDAY.plusSeconds(1)))).containsExactly(1, 2, 4);
			assertThat(found(all.withLastFailedBefore(MONDAY))).isEmpty();
			assertThat(found(all.withLastFailedBefore(MONDAY.plusNanos(1)))).containsExactly(1, 2, 4);
		}

		private List<Object> found(DeadLetterFilter filter) {
			return events(this.outer.store.oldestFirst(filter, 0, 9));
		}

	}

	@Nested
	class AClaim {

		private final DeadLetterStoreContractTests outer = DeadLetterStoreContractTests.this;

		private final UUID mine = this.outer.mine;

		private final UUID another = this.outer.another;

		@Test
		void isForOne() {
			DeadLetter letter = append("a");
			assertThat(this.outer.store.claim(letter.id(), this.mine, MINUTE)).contains(letter);
			DeadLetterStore instance = this.outer.fixture.ofAnotherInstance();
			assertThat(instance.claim(letter.id(), this.another, MINUTE)).isEmpty();
			assertThat(status(letter)).isEqualTo(DeadLetter.Status.REPLAYING);
			assertThat(this.outer.store.oldestFirst(DeadLetterFilter.all().withStatus(DeadLetter.Status.WAITING), 0, 9))
				.isEmpty();
		}

		@Test
		void endsByTime() {
			DeadLetter letter = append("a");
			this.outer.store.claim(letter.id(), this.mine, MINUTE);
			this.outer.fixture.pass(MINUTE);
			assertThat(status(letter)).isEqualTo(DeadLetter.Status.WAITING);
			assertThat(this.outer.store.claim(letter.id(), this.another, MINUTE)).isPresent();
			assertThat(this.outer.store.remove(letter.id(), this.mine)).isFalse();
			assertThat(this.outer.store.giveBack(letter.withReason("late"), this.mine)).isFalse();
			assertThat(this.outer.store.remove(letter.id(), this.another)).isTrue();
		}

		@Test
		void isProlongedByTheSameAgain() {
			DeadLetter letter = append("a");
			this.outer.store.claim(letter.id(), this.mine, MINUTE);
			this.outer.fixture.pass(Duration.ofSeconds(50));
			assertThat(this.outer.store.claim(letter.id(), this.mine, MINUTE)).isPresent();
			this.outer.fixture.pass(Duration.ofSeconds(50));
			assertThat(this.outer.store.claim(letter.id(), this.another, MINUTE)).isEmpty();
		}

		@Test
		void keepsTheLetterFromBeingChanged() {
			DeadLetter letter = append("a");
			this.outer.store.claim(letter.id(), this.mine, MINUTE);
			assertThat(this.outer.store.remove(letter.id())).isFalse();
			assertThat(this.outer.store.abandon(letter.id(), "old")).isFalse();
			assertThat(this.outer.store.explain(letter.id(), "no stage")).isFalse();
			assertThat(this.outer.store.remove(letter.id(), this.another)).isFalse();
		}

		@Test
		void givesTheLetterBackToItsPlace() {
			DeadLetter first = append("a");
			append("b");
			this.outer.store.claim(first.id(), this.mine, MINUTE);
			DeadLetter again = first.replayedInVain(4, MONDAY.plusSeconds(1)).withCause(new IllegalArgumentException());
			assertThat(this.outer.store.giveBack(again, this.mine)).isTrue();
			assertThat(this.outer.store.giveBack(again, this.mine)).isFalse();
			List<DeadLetter> letters = this.outer.store.oldestFirst(DeadLetterFilter.all(), 0, 9);
			assertThat(letters.get(0)).isEqualTo(again);
			assertThat(events(letters)).containsExactly("a", "b");
		}

		@Test
		void isForTheFirstOfAKeyOnly() {
			DeadLetter first = append("a1", "a");
			DeadLetter second = append("a2", "a");
			DeadLetter other = append("b1", "b");
			assertThat(this.outer.store.claim(second.id(), this.mine, MINUTE)).isEmpty();
			assertThat(this.outer.store.claim(first.id(), this.mine, MINUTE)).isPresent();
			assertThat(this.outer.store.claim(second.id(), this.mine, MINUTE)).isEmpty();
			assertThat(this.outer.store.claim(other.id(), this.mine, MINUTE)).isPresent();
			this.outer.store.remove(first.id(), this.mine);
			assertThat(this.outer.store.claim(second.id(), this.mine, MINUTE)).isPresent();
		}

		@Test
		void doesNotWaitForTheSameKeyOfAnotherStage() {
			append("a1", "a");
			DeadLetter other = store(letter("pay", "a2").withKey("a"), "a2");
			assertThat(this.outer.store.claim(other.id(), this.mine, MINUTE)).isPresent();
		}

		@Test
		void knowsKeysThatDifferInALetter() {
			append("a1", "a");
			for (String key : List.of("A", "a ", "á", "a\u0000")) {
				assertThat(this.outer.store.claim(append("a2", key).id(), this.mine, MINUTE)).isPresent();
			}
		}

		@Test
		void knowsKeysThatDifferAtTheEndOfALongText() {
			String prefix = "k".repeat(1000);
			append("a1", prefix + 1);
			assertThat(this.outer.store.claim(append("a2", prefix + 2).id(), this.mine, MINUTE)).isPresent();
			assertThat(this.outer.store.claim(append("a2", prefix + 1).id(), this.mine, MINUTE)).isEmpty();
			assertThat(this.outer.store.held("book", prefix + 1)).isEqualTo(2);
		}

		@Test
		void doesNotWaitForAnAbandonedLetter() {
			DeadLetter first = append("a1", "a");
			DeadLetter second = append("a2", "a");
			this.outer.store.abandon(first.id(), "customer is gone");
			assertThat(status(first)).isEqualTo(DeadLetter.Status.ABANDONED);
			assertThat(this.outer.store.claim(second.id(), this.mine, MINUTE)).isPresent();
		}

		@Test
		void ofAnAbandonedLetterThatEndsByTimeLeavesItAbandoned() {
			DeadLetter letter = append("a");
			this.outer.store.abandon(letter.id(), "old");
			assertThat(this.outer.store.claim(letter.id(), this.mine, MINUTE)).isPresent();
			assertThat(status(letter)).isEqualTo(DeadLetter.Status.REPLAYING);
			this.outer.fixture.pass(MINUTE);
			assertThat(status(letter)).isEqualTo(DeadLetter.Status.ABANDONED);
		}

		@Test
		void isForOneOfSeveralThreadsAndInstances() throws Exception {
			List<DeadLetter> letters = new ArrayList<>();
			for (int i = 0; i < 50; i++) {
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
					DeadLetterStore instance = this.outer.fixture.ofAnotherInstance();
					claimants.add(executor.submit(() -> {
						ready.countDown();
						ready.await();
						letters.forEach((letter) -> {
							if (instance.claim(letter.id(), claim, MINUTE).isPresent()) {
								claimed.incrementAndGet();
							}
						});
						return null;
					}));
				}
				for (Future<?> claimant : claimants) {
					claimant.get(60, TimeUnit.SECONDS);
				}
			}
			finally {
				executor.shutdownNow();
			}
			assertThat(claimed).hasValue(50);
		}

	}

	@Nested
	class AReason {

		private final DeadLetterStoreContractTests outer = DeadLetterStoreContractTests.this;

		private @Nullable String reason(DeadLetter letter) {
			return this.outer.store.find(letter.id()).orElseThrow().reason();
		}

		@Test
		void isNotedOfLettersThatWaitBehindOthersToo() {
			DeadLetter first = append("a1", "a");
			DeadLetter second = append("a2", "a");
			assertThat(this.outer.store.explain(second.id(), "no stage")).isTrue();
			assertThat(reason(first)).isNull();
			assertThat(reason(second)).isEqualTo("no stage");
		}

		@Test
		void isNotNotedOfOthers() {
			DeadLetter abandoned = append("a");
			this.outer.store.abandon(abandoned.id(), "old");
			assertThat(this.outer.store.explain(abandoned.id(), "no stage")).isFalse();
			assertThat(reason(abandoned)).isEqualTo("old");
		}

	}

	@Nested
	class AKey {

		private final DeadLetterStoreContractTests outer = DeadLetterStoreContractTests.this;

		private int held(String stage, String key) {
			return this.outer.store.held(stage, key);
		}

		@Test
		void isHeldByLettersThatWaitOrAreReplayed() {
			assertThat(held("book", "a")).isZero();
			DeadLetter first = append("a1", "a");
			append("a2", "a");
			append("a3");
			assertThat(held("book", "a")).isEqualTo(2);
			assertThat(held("pay", "a")).isZero();
			this.outer.store.claim(first.id(), this.outer.mine, MINUTE);
			assertThat(held("book", "a")).isEqualTo(2);
			this.outer.store.remove(first.id(), this.outer.mine);
			assertThat(held("book", "a")).isEqualTo(1);
		}

		@Test
		void isNotHeldByAbandonedLettersUntilTheyWaitAgain() {
			DeadLetter letter = append("a1", "a");
			this.outer.store.abandon(letter.id(), "old");
			assertThat(held("book", "a")).isZero();
			this.outer.store.claim(letter.id(), this.outer.mine, MINUTE);
			this.outer.store.giveBack(letter.replayedInVain(1, MONDAY), this.outer.mine);
			assertThat(held("book", "a")).isEqualTo(1);
		}

		@Test
		void ofAStageIsHeldIfAnyKeyIs() {
			assertThat(this.outer.store.holds("book")).isFalse();
			append("a1");
			assertThat(this.outer.store.holds("book")).isFalse();
			DeadLetter first = append("a2", "a");
			DeadLetter second = append("b1", "b");
			assertThat(this.outer.store.holds("book")).isTrue();
			assertThat(this.outer.store.holds("pay")).isFalse();
			assertThat(this.outer.fixture.ofAnotherInstance().holds("book")).isTrue();
			this.outer.store.remove(first.id());
			assertThat(this.outer.store.holds("book")).isTrue();
			this.outer.store.abandon(second.id(), "old");
			assertThat(this.outer.store.holds("book")).isFalse();
		}

		private Optional<DeadLetter> appendBehind(String stage, Object event, String key) {
			return this.outer.store.appendBehind(letter(stage, event).withKey(key), event).toCompletableFuture().join();
		}

		@Test
		void takesALetterBehindOthersOnlyWhileTheyAreThere() {
			assertThat(appendBehind("book", "a1", "a")).isEmpty();
			DeadLetter first = append("a1", "a");
			DeadLetter second = appendBehind("book", "a2", "a").orElseThrow();
			assertThat(second.position()).isGreaterThan(first.position());
			assertThat(appendBehind("book", "b1", "b")).isEmpty();
			assertThat(appendBehind("pay", "a3", "a")).isEmpty();
			this.outer.store.claim(first.id(), this.outer.mine, MINUTE);
			assertThat(appendBehind("book", "a3", "a")).isPresent();
			this.outer.store.remove(first.id(), this.outer.mine);
			assertThat(appendBehind("book", "a4", "a")).isPresent();
			assertThat(this.outer.store.oldestFirst(DeadLetterFilter.all(), 0, 9))
				.extracting((letter) -> this.outer.store.event(letter.id()).orElseThrow())
				.containsExactly("a2", "a3", "a4");
		}

		@Test
		void takesNoLetterBehindAbandonedOnes() {
			DeadLetter first = append("a1", "a");
			this.outer.store.abandon(first.id(), "old");
			assertThat(appendBehind("book", "a2", "a")).isEmpty();
			assertThat(held("book", "a")).isZero();
		}

		@Test
		void takesALetterBehindOthersOnce() {
			append("a1", "a");
			DeadLetter letter = letter("book", "a2").withKey("a");
			DeadLetter kept = this.outer.store.appendBehind(letter, "a2").toCompletableFuture().join().orElseThrow();
			assertThat(this.outer.store.appendBehind(letter, "a2").toCompletableFuture().join()).contains(kept);
			assertThat(held("book", "a")).isEqualTo(2);
		}

		@Test
		void leavesNoLetterBehindThatNobodyFindsWhoHasRemovedTheLastOne() {
			for (int round = 0; round < 30; round++) {
				String key = "k" + round;
				DeadLetter first = append("first", key);
				DeadLetterStore other = this.outer.fixture.ofAnotherInstance();
				CompletableFuture<Optional<DeadLetter>> behind = other
					.appendBehind(letter("book", "second").withKey(key), "second")
					.toCompletableFuture();
				this.outer.store.remove(first.id());
				List<DeadLetter> found = this.outer.store.oldestFirst(DeadLetterFilter.all().withKey(key), 0, 9);
				assertThat(found).hasSize(behind.join().isPresent() ? 1 : 0);
			}
		}

		@Test
		void isHeldForAnotherInstanceThatComesLater() {
			append("a1", "a");
			assertThat(this.outer.fixture.ofAnotherInstance().held("book", "a")).isEqualTo(1);
		}

	}

	@Test
	void sumsUpItsCounts() {
		store(letter("book", 1), 1);
		store(letter("pay", 2), 2);
		DeadLetterCounts counts = this.store.counts();
		assertThat(counts.byStage()).containsOnly(Map.entry("book", 1L), Map.entry("pay", 1L));
		assertThat(counts.total()).isEqualTo(2);
	}

}
