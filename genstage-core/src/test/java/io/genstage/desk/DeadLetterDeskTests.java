package io.genstage.desk;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.genstage.ConsumerStage;
import io.genstage.LogCapture;
import io.genstage.StageKind;
import io.genstage.StageOptions;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.SubscriptionStatus;
import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.PartitionOptions;
import io.genstage.pipeline.PipelineRegistry;
import io.genstage.pipeline.RestartPolicy;
import io.genstage.pipeline.StageDefinition;
import io.genstage.rate.RateLimit;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link DeadLetterDesk}.
 */
class DeadLetterDeskTests {

	private static final Instant MONDAY = Instant.parse("2026-11-30T08:00:00Z");

	private static final SubscribeOptions FEW = SubscribeOptions.defaults().withMaxDemand(4).withMinDemand(2);

	private static final DeadLetterFilter BOOK = DeadLetterFilter.all().withStage("book");

	private static final ReplayOptions DEFAULTS = ReplayOptions.defaults();

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final SeededExecutor executor = new SeededExecutor(1);

	private final StageSystem system = StageSystem.builder().executor(this.executor).scheduler(this.executor).build();

	private final PipelineRegistry registry = new PipelineRegistry(this.system);

	private final InstantSource time = () -> MONDAY.plus(this.executor.now());

	private final MemoryDeadLetterStore memory = new MemoryDeadLetterStore(1000, this.time, (letter, event) -> {
	});

	private DeadLetterStore store = this.memory;

	private final Map<String, Class<?>> types = new HashMap<>();

	private final EventQueue<Object> orders = new EventQueue<>(1000);

	/** What the stage has handled, in this order. */
	private final List<Object> handled = new ArrayList<>();

	/** What the stage can't handle. */
	private final List<Object> poison = new ArrayList<>();

	/** Events of which nobody has said yet what has become of them. */
	private final List<Carried> open = new ArrayList<>();

	private boolean answersLater;

	private DeadLetterDesk desk() {
		return new DeadLetterDesk(this.store, this.registry, this.system,
				(stage) -> Optional.ofNullable(this.types.get(stage)), this.time, Carried::new);
	}

	private ConsumerStage<Object> booking() {
		return (events, from) -> events.forEach(this::book);
	}

	private void book(Object event) {
		if (!(event instanceof Carried carried)) {
			this.handled.add(event);
		}
		else if (this.answersLater) {
			this.open.add(carried);
		}
		else {
			settle(carried);
		}
	}

	private void settle(Carried carried) {
		if (this.poison.contains(carried.event())) {
			carried.fate().failed(new IllegalStateException("poison"), null);
		}
		else {
			this.handled.add(carried.event());
			carried.fate().accepted();
		}
	}

	/** Lets the stage say what has become of the event that it has had for longest. */
	private Object settleOne() {
		Carried carried = this.open.remove(0);
		settle(carried);
		this.executor.runReady();
		return carried.event();
	}

	private StageDefinition book() {
		return StageDefinition.of("book", StageKind.CONSUMER, this::booking).subscribeTo("orders", FEW);
	}

	private void start() {
		start(book());
	}

	private void start(StageDefinition book) {
		this.registry.register(StageDefinition.of("orders", this.orders), book);
		this.registry.start();
		this.executor.runReady();
	}

	private DeadLetter letter(Object event) {
		return append(DeadLetter.of("book", event, this.time.instant()), event);
	}

	private DeadLetter letter(Object event, String key) {
		return append(DeadLetter.of("book", event, this.time.instant()).withKey(key), event);
	}

	private DeadLetter append(DeadLetter letter, Object event) {
		return this.memory.append(letter.withAttempts(4).withCause(new IllegalArgumentException("first")), event)
			.toCompletableFuture()
			.join();
	}

	private Replay replay() {
		return replay(BOOK, DEFAULTS);
	}

	private Replay replay(DeadLetterFilter filter, ReplayOptions options) {
		Replay replay = desk().replay(filter, options);
		this.executor.runReady();
		return replay;
	}

	private List<Object> waiting() {
		return this.memory.oldestFirst(DeadLetterFilter.all().withStatus(DeadLetter.Status.WAITING), 0, 1000)
			.stream()
			.map((letter) -> this.memory.event(letter.id()).orElseThrow())
			.toList();
	}

	private DeadLetter current(DeadLetter letter) {
		return this.memory.find(letter.id()).orElseThrow();
	}

	private static boolean isDone(Replay replay) {
		return replay.whenDone().toCompletableFuture().isDone();
	}

	/** Returns whether no producer of a replay is left. */
	private boolean isTidy() {
		this.executor.advance(Duration.ofSeconds(5));
		return this.system.stages().stream().noneMatch((stage) -> stage.name().startsWith("dead-letter-replay-"));
	}

	private List<String> subscribersOfAReplay() {
		return this.registry.stage("book")
			.orElseThrow()
			.instances()
			.stream()
			.flatMap((instance) -> instance.numbers().producers().stream())
			.filter((subscription) -> subscription.producer().equals("dead-letter-replay-1"))
			.map(SubscriptionStatus::consumer)
			.toList();
	}

	@Nested
	class AList {

		@Test
		void goesOnWithoutALetterTwiceOrNeverThoughOthersCome() {
			for (int i = 1; i <= 5; i++) {
				letter(i);
			}
			List<Long> seen = new ArrayList<>();
			String after = null;
			do {
				DeadLetterDesk.Page page = desk().list(BOOK, after, 2);
				page.letters().forEach((letter) -> seen.add(letter.position()));
				after = page.next();
				letter("new");
			}
			while (after != null);
			assertThat(seen).containsExactly(5L, 4L, 3L, 2L, 1L);
		}

		@Test
		void refusesWhatIsNotFromAPage() {
			assertThatIllegalArgumentException().isThrownBy(() -> desk().list(BOOK, "x", 2))
				.withMessage("'after' must be the 'next' of the page before");
			assertThatIllegalArgumentException().isThrownBy(() -> desk().list(BOOK, null, 0))
				.withMessage("limit must be from 1 to 1000, was 0");
			assertThatIllegalArgumentException().isThrownBy(() -> desk().list(BOOK, null, 1001));
		}

		@Test
		void showsNoEventUnlessAsked() {
			DeadLetter letter = letter("secret");
			assertThat(desk().list(BOOK, null, 9).toString()).doesNotContain("secret");
			assertThat(desk().get(letter.id()).toString()).doesNotContain("secret");
			assertThat(desk().event(letter.id())).contains("secret");
		}

	}

	@Nested
	class AReplay {

		@Test
		void putsEventsIntoTheStageThatFailed() {
			start();
			for (int i = 1; i <= 10; i++) {
				letter(i);
			}
			append(DeadLetter.of("pay", "other", MONDAY), "other");
			Replay replay = replay();
			assertThat(DeadLetterDeskTests.this.handled).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
			assertThat(waiting()).containsExactly("other");
			assertThat(isDone(replay)).isTrue();
			assertThat(replay.accepted()).isEqualTo(10);
			assertThat(replay).hasToString("replay of 10 dead letters: 10 accepted, 0 failed again, 0 left");
			assertThat(isTidy()).isTrue();
		}

		@Test
		void leavesTheStageWithItsOtherProducers() {
			start();
			letter(1);
			replay();
			assertThat(isTidy()).isTrue();
			DeadLetterDeskTests.this.orders.offer(2);
			DeadLetterDeskTests.this.executor.runReady();
			assertThat(DeadLetterDeskTests.this.handled).containsExactly(1, 2);
		}

		@Test
		void handsOnNoMoreThanTheStageAsksFor() {
			start();
			DeadLetterDeskTests.this.answersLater = true;
			DeadLetterDeskTests.this.registry.pause("book");
			for (int i = 1; i <= 10; i++) {
				letter(i);
			}
			Replay replay = replay();
			assertThat(DeadLetterDeskTests.this.open).isEmpty();
			assertThat(waiting()).hasSize(10);
			DeadLetterDeskTests.this.registry.resume("book");
			DeadLetterDeskTests.this.executor.runReady();
			assertThat(DeadLetterDeskTests.this.open).hasSize(10);
			assertThat(isDone(replay)).isFalse();
			while (!DeadLetterDeskTests.this.open.isEmpty()) {
				settleOne();
			}
			assertThat(isDone(replay)).isTrue();
		}

		@Test
		void removesALetterOnlyWhenItsEventWasHandled() {
			start();
			DeadLetterDeskTests.this.answersLater = true;
			DeadLetter letter = letter(1);
			replay();
			assertThat(current(letter).status()).isEqualTo(DeadLetter.Status.REPLAYING);
			settleOne();
			assertThat(DeadLetterDeskTests.this.memory.find(letter.id())).isEmpty();
		}

		@Test
		void putsAnEventThatFailsAgainBackToItsPlace() {
			start();
			DeadLetterDeskTests.this.poison.add(1);
			DeadLetter first = letter(1);
			letter(2);
			DeadLetterDeskTests.this.executor.advance(Duration.ofMinutes(1));
			Replay replay = replay();
			assertThat(replay.failedAgain()).isEqualTo(1);
			assertThat(replay.accepted()).isEqualTo(1);
			DeadLetter again = current(first);
			assertThat(again.position()).isEqualTo(first.position());
			assertThat(again.replays()).isEqualTo(1);
			assertThat(again.attempts()).isEqualTo(5);
			assertThat(again.causeType()).isEqualTo("java.lang.IllegalStateException");
			assertThat(again.causeMessage()).isEqualTo("poison");
			assertThat(again.firstFailedAt()).isEqualTo(MONDAY);
			assertThat(again.lastFailedAt()).isEqualTo(MONDAY.plusSeconds(60));
			assertThat(again.status()).isEqualTo(DeadLetter.Status.WAITING);
			assertThat(isTidy()).isTrue();
		}

		@Test
		void takesNoMoreThanItsCap() {
			start();
			for (int i = 1; i <= 120; i++) {
				letter(i);
			}
			assertThat(replay().accepted()).isEqualTo(100);
			assertThat(waiting()).hasSize(20).first().isEqualTo(101);
			assertThat(replay(BOOK, DEFAULTS.withMax(3)).accepted()).isEqualTo(3);
			assertThat(waiting()).hasSize(17);
			assertThatIllegalArgumentException().isThrownBy(() -> DEFAULTS.withMax(0))
				.withMessage("max must be from 1 to 10000, was 0");
			assertThatIllegalArgumentException().isThrownBy(() -> DEFAULTS.withMax(10_001));
		}

		@Test
		void takesNoLetterThatComesMeanwhile() {
			start();
			DeadLetterDeskTests.this.answersLater = true;
			letter(1);
			Replay replay = replay();
			letter(2);
			settleOne();
			assertThat(isDone(replay)).isTrue();
			assertThat(waiting()).containsExactly(2);
		}

		@Test
		void goesAtItsRate() {
			start();
			for (int i = 1; i <= 5; i++) {
				letter(i);
			}
			replay(BOOK, DEFAULTS.withRate(RateLimit.of(1, Duration.ofSeconds(10))));
			assertThat(DeadLetterDeskTests.this.handled).hasSize(1);
			DeadLetterDeskTests.this.executor.advance(Duration.ofSeconds(9));
			assertThat(DeadLetterDeskTests.this.handled).hasSize(1);
			DeadLetterDeskTests.this.executor.advance(Duration.ofSeconds(1));
			assertThat(DeadLetterDeskTests.this.handled).hasSize(2);
			DeadLetterDeskTests.this.executor.advance(Duration.ofSeconds(30));
			assertThat(DeadLetterDeskTests.this.handled).containsExactly(1, 2, 3, 4, 5);
		}

		@Test
		void sharesItsRateAmongItsStages() {
			DeadLetterDeskTests.this.registry.register(StageDefinition.of("payments", new EventQueue<>(10)),
					StageDefinition.of("pay", StageKind.CONSUMER, DeadLetterDeskTests.this::booking)
						.subscribeTo("payments", FEW));
			start();
			letter(1);
			letter(2);
			append(DeadLetter.of("pay", 3, MONDAY), 3);
			append(DeadLetter.of("pay", 4, MONDAY), 4);
			replay(DeadLetterFilter.all(), DEFAULTS.withRate(RateLimit.of(1, Duration.ofSeconds(10))));
			DeadLetterDeskTests.this.executor.advance(Duration.ofSeconds(15));
			assertThat(DeadLetterDeskTests.this.handled).hasSize(2);
			DeadLetterDeskTests.this.executor.advance(Duration.ofSeconds(20));
			assertThat(DeadLetterDeskTests.this.handled).containsExactlyInAnyOrder(1, 2, 3, 4);
		}

		@Test
		void doesNothingIfItIsDry() {
			start();
			letter(1);
			append(DeadLetter.of("gone", 2, MONDAY), 2);
			Replay replay = replay(DeadLetterFilter.all(), DEFAULTS.withDryRun(true));
			assertThat(isDone(replay)).isTrue();
			assertThat(replay.planned()).extracting(DeadLetter::stage).containsExactly("book", "gone");
			assertThat(replay.left()).containsOnly(Map.entry(replay.planned().get(1).id(), "there is no stage 'gone'"));
			assertThat(replay.accepted()).isZero();
			assertThat(DeadLetterDeskTests.this.handled).isEmpty();
			assertThat(waiting()).containsExactly(1, 2);
			assertThat(DeadLetterDeskTests.this.memory.find(replay.planned().get(1).id()).orElseThrow().reason())
				.isNull();
			assertThat(isTidy()).isTrue();
		}

		@Test
		void ofNothingIsDone() {
			start();
			assertThat(isDone(replay())).isTrue();
			assertThat(isDone(desk().replay(UUID.randomUUID()))).isTrue();
			assertThat(isTidy()).isTrue();
		}

		@Test
		void canBeStopped() {
			start();
			DeadLetterDeskTests.this.answersLater = true;
			letter("a1", "a");
			letter("a2", "a");
			Replay replay = replay();
			replay.stop();
			DeadLetterDeskTests.this.executor.advance(Duration.ofSeconds(1));
			assertThat(isDone(replay)).isFalse();
			settleOne();
			assertThat(isDone(replay)).isTrue();
			assertThat(replay.left()).containsValue("the replay was stopped").hasSize(1);
			assertThat(DeadLetterDeskTests.this.handled).containsExactly("a1");
			assertThat(waiting()).containsExactly("a2");
			assertThat(isTidy()).isTrue();
		}

		@Test
		void keepsItsClaimsAsLongAsAnEventIsUnderWay() {
			start();
			DeadLetterDeskTests.this.answersLater = true;
			DeadLetter letter = letter(1);
			replay();
			DeadLetterDeskTests.this.executor.advance(ReplayProducer.CLAIM.multipliedBy(3));
			assertThat(current(letter).status()).isEqualTo(DeadLetter.Status.REPLAYING);
			settleOne();
			assertThat(DeadLetterDeskTests.this.memory.find(letter.id())).isEmpty();
		}

		@Test
		void ofALetterThatIsBeingReplayedLeavesIt() {
			start();
			DeadLetterDeskTests.this.answersLater = true;
			DeadLetter letter = letter(1);
			Replay first = replay();
			Replay second = desk().replay(letter.id());
			DeadLetterDeskTests.this.executor.runReady();
			assertThat(second.left()).containsOnly(Map.entry(letter.id(), "it is being replayed already"));
			assertThat(DeadLetterDeskTests.this.open).hasSize(1);
			settleOne();
			assertThat(first.accepted()).isEqualTo(1);
		}

		@Test
		void ofAStageWithSeveralInstancesUsesThemAll() {
			start(book().withConcurrency(3));
			DeadLetterDeskTests.this.answersLater = true;
			for (int i = 1; i <= 12; i++) {
				letter(i);
			}
			replay();
			assertThat(DeadLetterDeskTests.this.open).hasSize(12);
			assertThat(subscribersOfAReplay()).containsExactly("book#0", "book#1", "book#2");
		}

	}

	@Nested
	class AStoreThatFails {

		private void use(DeadLetterStore store) {
			DeadLetterDeskTests.this.store = store;
			start();
		}

		@Test
		void leavesALetterThatItCantRead() {
			use(new ForwardingStore(DeadLetterDeskTests.this.memory) {
				@Override
				public Optional<Object> event(UUID id) {
					if (find(id).orElseThrow().position() == 1) {
						throw new IllegalStateException("no such field");
					}
					return super.event(id);
				}
			});
			DeadLetter letter = letter(1);
			letter(2);
			Replay replay = replay();
			String reason = "can't read java.lang.Integer: java.lang.IllegalStateException: no such field";
			assertThat(replay.left()).containsOnly(Map.entry(letter.id(), reason));
			assertThat(replay.accepted()).isEqualTo(1);
			assertThat(current(letter).reason()).isEqualTo(reason);
			assertThat(current(letter).status()).isEqualTo(DeadLetter.Status.WAITING);
			assertThat(isTidy()).isTrue();
		}

		@Test
		void leavesALetterThatItCantClaim() {
			use(new ForwardingStore(DeadLetterDeskTests.this.memory) {
				@Override
				public Optional<DeadLetter> claim(UUID id, UUID claim, Duration time) {
					throw new IllegalStateException("away");
				}
			});
			DeadLetter letter = letter(1);
			Replay replay = replay();
			assertThat(isDone(replay)).isTrue();
			assertThat(replay.left())
				.containsOnly(Map.entry(letter.id(), "the store failed: java.lang.IllegalStateException"));
			assertThat(DeadLetterDeskTests.this.handled).isEmpty();
			assertThat(DeadLetterDeskTests.this.log.read()).singleElement()
				.asString()
				.startsWith("WARNING could not replay dead letter ")
				.endsWith("WAITING): the store failed");
			assertThat(isTidy()).isTrue();
		}

		@Test
		void leavesALetterThatItCantRemove() {
			use(new ForwardingStore(DeadLetterDeskTests.this.memory) {
				@Override
				public boolean remove(UUID id, UUID claim) {
					throw new IllegalStateException("away");
				}
			});
			DeadLetter letter = letter(1);
			Replay replay = replay();
			assertThat(isDone(replay)).isTrue();
			assertThat(replay.left())
				.containsOnly(Map.entry(letter.id(), "the store failed: java.lang.IllegalStateException"));
			assertThat(isTidy()).isTrue();
			assertThat(current(letter).status()).isEqualTo(DeadLetter.Status.REPLAYING);
			DeadLetterDeskTests.this.executor.advance(ReplayProducer.CLAIM);
			assertThat(current(letter).status()).isEqualTo(DeadLetter.Status.WAITING);
		}

	}

	@Nested
	class Letters {

		@Test
		void ofOneKeyGoOneAfterTheOther() {
			start(book().withConcurrency(3));
			DeadLetterDeskTests.this.answersLater = true;
			letter("a1", "a");
			letter("b1", "b");
			letter("a2", "a");
			letter("b2", "b");
			letter("a3", "a");
			Replay replay = replay();
			assertThat(DeadLetterDeskTests.this.open).extracting(Carried::event).containsExactlyInAnyOrder("a1", "b1");
			while (!DeadLetterDeskTests.this.open.isEmpty()) {
				settleOne();
				assertThat(DeadLetterDeskTests.this.open).extracting((carried) -> carried.event().toString().charAt(0))
					.doesNotHaveDuplicates();
			}
			assertThat(DeadLetterDeskTests.this.handled).containsSubsequence("a1", "a2", "a3")
				.containsSubsequence("b1", "b2")
				.hasSize(5);
			assertThat(isDone(replay)).isTrue();
			assertThat(isTidy()).isTrue();
		}

		private DeadLetter behind(Object event, String key) {
			DeadLetterDeskTests outer = DeadLetterDeskTests.this;
			DeadLetter letter = DeadLetter.of("book", event, outer.time.instant()).withKey(key);
			return outer.memory.append(letter.withReason("behind a dead letter of its key"), event)
				.toCompletableFuture()
				.join();
		}

		@Test
		void takeThoseAlongThatAreOnlyBehindThem() {
			start();
			DeadLetterDeskTests.this.answersLater = true;
			letter("a1", "a");
			behind("a2", "a");
			letter("b1", "b");
			DeadLetterFilter failed = BOOK.withCauseType(IllegalArgumentException.class.getName()).withKey("a");
			Replay replay = replay(failed, DEFAULTS);
			settleOne();
			behind("a3", "a");
			settleOne();
			assertThat(isDone(replay)).isFalse();
			settleOne();
			assertThat(DeadLetterDeskTests.this.handled).containsExactly("a1", "a2", "a3");
			assertThat(waiting()).containsExactly("b1");
			assertThat(replay).hasToString("replay of 3 dead letters: 3 accepted, 0 failed again, 0 left");
			assertThat(isDone(replay)).isTrue();
			assertThat(isTidy()).isTrue();
		}

		@Test
		void takeNoMoreAlongThanTheirReplayMayHave() {
			start();
			letter("a1", "a");
			behind("a2", "a");
			behind("a3", "a");
			Replay replay = replay(BOOK, DEFAULTS.withMax(2));
			assertThat(DeadLetterDeskTests.this.handled).containsExactly("a1", "a2");
			assertThat(waiting()).containsExactly("a3");
			assertThat(isDone(replay)).isTrue();
		}

		@Test
		void takeNobodyAlongWhoHasFailed() {
			start();
			DeadLetter first = letter("a1", "a");
			letter("a2", "a");
			behind("a3", "a");
			Replay replay = replay(BOOK.withLastFailedBefore(first.lastFailedAt().plusMillis(1)).withKey("a"),
					DEFAULTS.withMax(1));
			assertThat(isDone(replay)).isTrue();
			assertThat(waiting()).containsExactly("a2", "a3");
		}

		@Test
		void doNotGoPastOneOfTheirKeyThatFailsAgain() {
			start();
			DeadLetterDeskTests.this.poison.add("a1");
			letter("a1", "a");
			DeadLetter second = letter("a2", "a");
			letter("b1", "b");
			Replay replay = replay();
			assertThat(DeadLetterDeskTests.this.handled).containsExactly("b1");
			assertThat(waiting()).containsExactly("a1", "a2");
			assertThat(replay.left())
				.containsOnly(Map.entry(second.id(), "a letter in front of it with the same key has failed again"));
		}

		@Test
		void doNotGoPastOneOfTheirKeyThatAFilterLeavesOut() {
			start();
			letter("a1", "a");
			DeadLetter second = letter("a2", "a");
			Replay replay = desk().replay(second.id());
			DeadLetterDeskTests.this.executor.runReady();
			assertThat(DeadLetterDeskTests.this.handled).isEmpty();
			assertThat(replay.left())
				.containsOnly(Map.entry(second.id(), "a letter in front of it with the same key waits"));
		}

		@Test
		void thatWereAbandonedAreReplayedOnlyByTheirId() {
			start();
			DeadLetterDeskTests.this.poison.add(1);
			DeadLetter letter = letter(1);
			assertThat(desk().abandon(letter.id(), "customer is gone")).isTrue();
			assertThat(replay().planned()).isEmpty();
			assertThatIllegalArgumentException()
				.isThrownBy(() -> replay(BOOK.withStatus(DeadLetter.Status.ABANDONED), DEFAULTS))
				.withMessage("a filter replays letters that are WAITING only, was ABANDONED");
			Replay replay = desk().replay(letter.id());
			DeadLetterDeskTests.this.executor.runReady();
			assertThat(replay.failedAgain()).isEqualTo(1);
			assertThat(current(letter).status()).isEqualTo(DeadLetter.Status.WAITING);
		}

		@Test
		void areDroppedOldestFirstUpToANumberUnlessTheyAreReplayed() {
			start();
			DeadLetterDeskTests.this.answersLater = true;
			letter(1);
			replay();
			for (int i = 2; i <= 6; i++) {
				letter(i);
			}
			assertThat(desk().drop(BOOK, 2)).isEqualTo(2);
			assertThat(waiting()).containsExactly(4, 5, 6);
			assertThat(desk().drop(BOOK, 100)).isEqualTo(3);
			assertThat(desk().counts().total()).isEqualTo(1);
			assertThatIllegalArgumentException().isThrownBy(() -> desk().drop(BOOK, 0))
				.withMessage("max must be from 1 to 10000, was 0");
		}

		@Test
		void areDroppedOneByOneUnlessTheyAreReplayed() {
			start();
			DeadLetterDeskTests.this.answersLater = true;
			DeadLetter replayed = letter(1);
			replay();
			DeadLetter waiting = letter(2);
			assertThat(desk().drop(replayed.id())).isFalse();
			assertThat(desk().drop(waiting.id())).isTrue();
			assertThat(desk().drop(waiting.id())).isFalse();
			assertThat(desk().list(BOOK, null, 9).letters()).extracting(DeadLetter::id).containsExactly(replayed.id());
		}

		@Test
		void ofAPartitionGoToTheInstanceThatHasIt() {
			Function<Object, Object> key = (
					event) -> ((event instanceof Carried carried) ? carried.event() : event).toString().charAt(0);
			Map<Object, List<Integer>> instances = new HashMap<>();
			int[] made = { 0 };
			DeadLetterDeskTests.this.registry.register(
					StageDefinition.of("orders", DeadLetterDeskTests.this.orders)
						.withOptions(StageOptions.defaults()
							.withDispatcher(Dispatchers.partition(PartitionOptions.ofCount(8, key)))),
					StageDefinition.of("book", StageKind.CONSUMER, () -> {
						int instance = made[0]++;
						ConsumerStage<Object> stage = (events, from) -> events.forEach((event) -> {
							instances.computeIfAbsent(key.apply(event), (unknown) -> new ArrayList<>()).add(instance);
							book(event);
						});
						return stage;
					}).subscribeTo("orders", FEW).withConcurrency(3));
			DeadLetterDeskTests.this.registry.start();
			for (String event : List.of("a1", "b1", "c1", "d1", "e1")) {
				DeadLetterDeskTests.this.orders.offer(event);
			}
			DeadLetterDeskTests.this.executor.runReady();
			for (String event : List.of("a2", "b2", "c2", "d2", "e2")) {
				letter(event, event.substring(0, 1));
			}
			assertThat(replay().accepted()).isEqualTo(5);
			assertThat(instances).hasSize(5)
				.allSatisfy((of, two) -> assertThat(two).hasSize(2).matches((ids) -> ids.get(0).equals(ids.get(1))));
			assertThat(isTidy()).isTrue();
		}

	}

	@Nested
	class AStage {

		private void staysWithReason(String reason) {
			DeadLetter letter = letter(1);
			Replay replay = replay();
			assertThat(isDone(replay)).isTrue();
			assertThat(replay.left()).containsOnly(Map.entry(letter.id(), reason));
			assertThat(current(letter).status()).isEqualTo(DeadLetter.Status.WAITING);
			assertThat(current(letter).reason()).isEqualTo(reason);
			assertThat(current(letter).replays()).isZero();
			assertThat(isTidy()).isTrue();
		}

		@Test
		void thatIsGoneLeavesTheLettersWithAReason() {
			staysWithReason("there is no stage 'book'");
		}

		@Test
		void thatIsGoneRefusesAReplayBeforeItBegins() {
			DeadLetter letter = letter(1);
			Replay replay = desk().replay(letter.id());
			assertThat(isDone(replay)).isTrue();
			assertThat(replay.left()).containsOnly(Map.entry(letter.id(), "there is no stage 'book'"));
			assertThat(current(letter).reason()).isEqualTo("there is no stage 'book'");
			assertThat(DeadLetterDeskTests.this.system.stages()).isEmpty();
		}

		@Test
		void thatIsGoneLeavesTheWholeOfAKeyWithAReason() {
			DeadLetter first = letter("a1", "a");
			DeadLetter second = letter("a2", "a");
			replay();
			assertThat(current(first).reason()).isEqualTo("there is no stage 'book'");
			assertThat(current(second).reason()).isEqualTo("there is no stage 'book'");
		}

		@Test
		void thatIsStoppedLeavesTheLettersWithAReason() {
			start();
			DeadLetterDeskTests.this.registry.stop("book");
			DeadLetterDeskTests.this.executor.runReady();
			staysWithReason("stage 'book' does not run: it is STOPPED");
		}

		@Test
		void thatHasBecomeAProducerLeavesTheLettersWithAReason() {
			DeadLetterDeskTests.this.registry.register(StageDefinition.of("book", DeadLetterDeskTests.this.orders),
					StageDefinition.of("pay", booking()).subscribeTo("book", FEW));
			DeadLetterDeskTests.this.registry.start();
			DeadLetterDeskTests.this.executor.runReady();
			staysWithReason("stage 'book' is a producer, which takes no events");
		}

		@Test
		void thatTakesAnotherTypeLeavesTheLettersWithAReason() {
			start();
			DeadLetterDeskTests.this.types.put("book", String.class);
			staysWithReason("stage 'book' takes java.lang.String and not java.lang.Integer");
		}

		@Test
		void thatDrainsLeavesTheLettersWithAReason() {
			start();
			DeadLetterDeskTests.this.answersLater = true;
			letter("a1", "a");
			DeadLetter second = letter("a2", "a");
			Replay replay = replay();
			DeadLetterDeskTests.this.registry.drain(Duration.ofSeconds(10));
			DeadLetterDeskTests.this.executor.advance(Duration.ofSeconds(2));
			settleOne();
			assertThat(isDone(replay)).isTrue();
			assertThat(DeadLetterDeskTests.this.handled).containsExactly("a1");
			assertThat(replay.left()).containsOnlyKeys(second.id());
			assertThat(current(second).reason()).isEqualTo(replay.left().get(second.id()));
			assertThat(isTidy()).isTrue();
		}

		@Test
		void thatIsRestartedGetsTheRestAfterwards() {
			boolean[] fails = { true };
			start(StageDefinition.of("book", StageKind.CONSUMER, () -> {
				ConsumerStage<Object> stage = (events, from) -> {
					if (fails[0]) {
						fails[0] = false;
						events.forEach((event) -> ((Carried) event).fate().failed(new IllegalStateException(), null));
						throw new IllegalStateException("down");
					}
					events.forEach(DeadLetterDeskTests.this::book);
				};
				return stage;
			})
				.subscribeTo("orders", SubscribeOptions.defaults().withMaxDemand(1))
				.withRestarts(RestartPolicy.defaults()));
			for (int i = 1; i <= 5; i++) {
				letter(i);
			}
			Replay replay = replay();
			DeadLetterDeskTests.this.executor.advance(Duration.ofMinutes(1));
			assertThat(isDone(replay)).isTrue();
			assertThat(DeadLetterDeskTests.this.handled).containsExactly(2, 3, 4, 5);
			assertThat(waiting()).containsExactly(1);
			assertThat(isTidy()).isTrue();
		}

		@Test
		void thatGrowsSharesTheRest() {
			start();
			DeadLetterDeskTests.this.registry.pause("book");
			IntStream.rangeClosed(1, 20).forEach(DeadLetterDeskTests.this::letter);
			replay();
			CompletableFuture<?> grown = DeadLetterDeskTests.this.registry.concurrency("book", 2).toCompletableFuture();
			DeadLetterDeskTests.this.executor.advance(Duration.ofSeconds(2));
			assertThat(grown).isCompleted();
			assertThat(subscribersOfAReplay()).hasSize(2);
			DeadLetterDeskTests.this.registry.resume("book");
			DeadLetterDeskTests.this.executor.runReady();
			assertThat(DeadLetterDeskTests.this.handled).hasSize(20);
		}

	}

	/**
	 * An event in an envelope, which the stage of these tests opens by itself.
	 */
	private record Carried(Object event, Carrier.Fate fate) {
	}

}
