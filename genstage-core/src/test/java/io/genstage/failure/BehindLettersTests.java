package io.genstage.failure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.failure.Aftermath.Turn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Events whose key has dead letters, in pretended time. The key of an event is its first
 * letter.
 */
class BehindLettersTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final FailurePolicy ONCE = FailurePolicy.defaults()
		.withDeadLetters(new MemoryDeadLetterStore())
		.withOrder(RetryOrder.byKey((event) -> ((String) event).charAt(0)))
		.withRetries(Retries.NONE)
		.withOutage(new OutageGuard(OutageGuard.NEVER, SECOND));

	private final Set<Object> poison = new HashSet<>();

	private PretendedHandler handler = handler(ONCE);

	private Map<Character, List<Object>> desk = this.handler.ordering(100);

	private PretendedHandler handler(FailurePolicy policy) {
		PretendedHandler made = new PretendedHandler(policy);
		made.failing((event) -> this.poison.contains(event) ? new IllegalStateException("poison") : null);
		return made;
	}

	private void with(FailurePolicy policy, int most) {
		this.handler = handler(policy);
		this.desk = this.handler.ordering(most);
	}

	private List<Object> letters(char key) {
		return this.desk.getOrDefault(key, List.of());
	}

	@Test
	void becomeLettersInTheirOrderWhileOthersAreHandled() throws Exception {
		this.poison.add("a1");
		this.handler.receive("a1", "a2", "b1", "a3");
		this.handler.receive("b2", "a4");
		assertThat(this.handler.handled()).containsExactly("b1", "b2");
		assertThat(letters('a')).containsExactly("a1", "a2", "a3", "a4");
		assertThat(this.handler.unfinished()).isZero();
		assertThat(this.handler.retrying().isBusy()).isFalse();
	}

	@Test
	void areHandledAgainWhenTheLastLetterIsGone() throws Exception {
		this.poison.add("a1");
		this.handler.receive("a1", "a2");
		this.poison.clear();
		this.handler.replay("a1");
		this.handler.receive("a3");
		this.handler.replay("a2");
		this.handler.receive("a4");
		assertThat(letters('a')).containsExactly("a3", "a4");
		this.handler.replay("a3");
		this.handler.replay("a4");
		this.handler.receive("a5");
		assertThat(this.handler.handled()).containsExactly("a1", "a2", "a3", "a4", "a5");
	}

	@Test
	void wereNotAttempted() throws Exception {
		this.poison.addAll(Set.of("a1", "a2"));
		this.handler.receive("a1");
		this.handler.receive("a2");
		assertThat(this.handler.log()).containsExactly("0s: a1?");
	}

	@Test
	void waitForTheLetterThatIsBeingWritten() throws Exception {
		Queue<PretendedHandler.Write> writes = this.handler.writingLater();
		this.poison.add("a1");
		this.handler.receive("a1");
		this.handler.receive("a2", "a3", "b1");
		assertThat(this.handler.handled()).containsExactly("b1");
		assertThat(writes).hasSize(1);
		writes.remove().run();
		assertThat(letters('a')).containsExactly("a1");
		writes.remove().run();
		writes.remove().run();
		assertThat(letters('a')).containsExactly("a1", "a2", "a3");
	}

	@Test
	void areHandledIfTheLastLetterGoesWhileTheirsIsWritten() throws Exception {
		this.poison.add("a1");
		this.handler.receive("a1");
		Queue<PretendedHandler.Write> writes = this.handler.writingLater();
		this.handler.receive("a2", "a3");
		this.poison.clear();
		this.desk.clear();
		writes.remove().run();
		assertThat(this.handler.handled()).containsExactly("a2", "a3");
		assertThat(letters('a')).isEmpty();
		assertThat(this.handler.unfinished()).isZero();
	}

	@Test
	void waitForTheStoreAndThenGoInOrder() throws Exception {
		this.poison.add("a1");
		this.handler.receive("a1");
		this.handler.storing(new IllegalStateException("away"));
		this.handler.receive("a2", "a3", "b1");
		this.handler.receive("b2");
		assertThat(this.handler.handled()).containsExactly("b1");
		this.handler.advance(Duration.ofSeconds(70));
		assertThat(letters('a')).containsExactly("a1");
		assertThat(this.handler.handled()).doesNotContain("b2");
		this.handler.storing(null);
		this.handler.advance(Duration.ofSeconds(30));
		assertThat(letters('a')).containsExactly("a1", "a2", "a3");
		assertThat(this.handler.handled()).containsExactly("b1", "b2");
	}

	@Test
	void waitInTheStageWhenTheirKeyHasTooManyLetters() throws Exception {
		with(ONCE, 2);
		this.poison.add("a1");
		this.handler.receive("a1", "a2", "a3", "b1", "a4");
		assertThat(letters('a')).containsExactly("a1", "a2");
		assertThat(this.handler.unfinished()).isEqualTo(2);
		assertThat(this.handler.handled()).containsExactly("b1");
		this.handler.advance(Duration.ofMinutes(5));
		assertThat(letters('a')).containsExactly("a1", "a2");
		this.desk.get('a').remove(0);
		this.handler.advance(SECOND);
		assertThat(letters('a')).containsExactly("a2", "a3");
		assertThat(this.handler.unfinished()).isOne();
	}

	@Test
	void letReplayedOnesPassThatMakeRoomForThem() throws Exception {
		with(ONCE, 2);
		this.poison.add("a1");
		this.handler.receive("a1", "a2", "a3", "a4");
		this.poison.clear();
		this.handler.replay("a1");
		this.handler.replay("a2");
		this.handler.advance(SECOND);
		assertThat(this.handler.handled()).containsExactly("a1", "a2", "a3", "a4");
	}

	@Test
	void goBeyondTheBoundInADrain() throws Exception {
		with(ONCE, 1);
		this.poison.add("a1");
		this.handler.receive("a1", "a2", "a3");
		this.handler.drain();
		this.handler.retrying().hurry();
		assertThat(letters('a')).containsExactly("a1", "a2", "a3");
		assertThat(this.handler.drains()).isOne();
	}

	@Test
	void areWrittenInADrainAsSoonAsTheStoreIsBack() throws Exception {
		this.poison.add("a1");
		this.handler.receive("a1");
		this.handler.storing(new IllegalStateException("away"));
		this.handler.receive("a2", "a3");
		this.handler.drain();
		this.handler.retrying().hurry();
		this.handler.advance(SECOND.multipliedBy(20));
		assertThat(this.handler.settled()).doesNotContainKeys("a2", "a3");
		assertThat(this.handler.drains()).isZero();
		this.handler.storing(null);
		this.handler.advance(SECOND.multipliedBy(4));
		assertThat(letters('a')).containsExactly("a1", "a2", "a3");
		assertThat(this.handler.drains()).isOne();
	}

	@Test
	void areTakenOutOfABatch() throws Exception {
		List<List<Object>> calls = new ArrayList<>();
		this.handler.handlingLists((events) -> {
			calls.add(List.copyOf(events));
			return events.contains("a1") ? Attempted.failed(new IllegalStateException("poison")) : Attempted.HANDLED;
		});
		this.handler.receive("a1");
		this.handler.receiveBatch("a2", "b1", "c1", "a3");
		assertThat(calls).containsExactly(List.of("a1"), List.of("b1", "c1"));
		assertThat(letters('a')).containsExactly("a1", "a2", "a3");
		assertThat(this.handler.unfinished()).isZero();
	}

	@Test
	void waitAlsoIfThereWasNoLetterAnyMoreWhenTheyWereToGoBehindIt() throws Exception {
		with(ONCE.withRetries(Retries.fixed(2, SECOND)), 100);
		Queue<PretendedHandler.Write> writes = this.handler.writingLater();
		List<Attempted> attempts = new ArrayList<>(List.of(Attempted.failed(new IllegalStateException()),
				Attempted.failed(new IllegalStateException()),
				Attempted.failed(new BitSet(), List.of(new Attempted.Failed(0, new IllegalStateException("poison"))))));
		this.handler.handlingLists((events) -> attempts.isEmpty() ? Attempted.HANDLED : attempts.remove(0));
		this.handler.receiveBatch("a1", "a2");
		for (String first : List.of("a1", "a2")) {
			this.desk.put('a', new ArrayList<>(List.of("a0")));
			this.handler.advance(SECOND);
			assertThat(writes).as(first + " goes behind a0").hasSize(1);
			this.desk.clear();
			writes.remove().run();
		}
		assertThat(this.handler.log()).containsExactly("0s: a1? a2?", "1s: a1? a2?", "2s: a1? a2?");
		writes.remove().run();
		assertThat(letters('a')).containsExactly("a1");
		writes.remove().run();
		assertThat(letters('a')).containsExactly("a1", "a2");
		assertThat(this.handler.log()).hasSize(3);
	}

	@Test
	void ofAListThatIsHalvedAreNotHandledBehindTheOneAtFault() throws Exception {
		with(ONCE.withIsolate(true), 100);
		List<Object> handled = new ArrayList<>();
		this.handler.handlingLists((events) -> {
			if (events.contains("a1")) {
				return Attempted.failed(new BitSet(0), new IllegalStateException("poison"));
			}
			handled.addAll(events);
			return Attempted.HANDLED;
		});
		this.handler.receive("b1", "a1", "b2", "a2");
		assertThat(handled).containsExactly("b1", "b2");
		assertThat(letters('a')).containsExactly("a1", "a2");
	}

	@Test
	void waitAlsoIfWhatIsLeftOfAHalvedListHasFailedInAnotherWay() throws Exception {
		with(ONCE.withIsolate(true), 100);
		this.handler.handlingLists((events) -> events.contains("a1")
				? Attempted.failed(new BitSet(0), new EventRejectedException("not this one"))
				: Attempted.failed(new BitSet(0), new IllegalStateException("away")));
		this.handler.receive("a1", "b1", "a2");
		assertThat(letters('a')).containsExactly("a1", "a2");
		assertThat(letters('b')).containsExactly("b1");
		assertThat(this.handler.log()).containsExactly("0s: a1? b1? a2?", "0s: a1?", "0s: b1?");
		assertThat(this.handler.unfinished()).isZero();
	}

	@Test
	void ofAListAreNotHandledInAPartThatWasNotTriedBeforeAnotherFailedInAnotherWay() throws Exception {
		with(ONCE.withIsolate(true), 100);
		this.handler.handlingLists((events) -> {
			if (events.contains("a1")) {
				return Attempted.failed(new BitSet(0), new EventRejectedException("not this one"));
			}
			return events.contains("b1") ? Attempted.failed(new BitSet(0), new IllegalStateException("away"))
					: Attempted.HANDLED;
		});
		this.handler.receive("a1", "b1", "c1", "a2");
		assertThat(letters('a')).containsExactly("a1", "a2");
		assertThat(letters('b')).containsExactly("b1");
		assertThat(this.handler.handled()).containsExactly("c1");
		assertThat(this.handler.unfinished()).isZero();
	}

	@Test
	void ofAnUndecidedOneWaitForOthersToDecide() throws Exception {
		with(ONCE.withOutage(OutageGuard.defaults()), 100);
		this.poison.add("a1");
		this.handler.receive("a1", "a2", "a3");
		this.handler.advance(SECOND);
		assertThat(this.handler.handled()).isEmpty();
		this.handler.receive("b1");
		assertThat(this.handler.handled()).containsExactly("b1");
		assertThat(letters('a')).containsExactly("a1", "a2", "a3");
	}

	@Test
	void decideThemselvesIfNobodyElseDoesForThePauseOfTheGuard() throws Exception {
		with(ONCE.withOutage(OutageGuard.defaults()), 100);
		this.poison.add("a1");
		this.handler.receive("a1", "a2", "a3");
		this.handler.advance(Duration.ofSeconds(29));
		assertThat(this.handler.handled()).isEmpty();
		this.handler.advance(SECOND);
		assertThat(this.handler.handled()).containsExactly("a2");
		assertThat(letters('a')).containsExactly("a1", "a3");
	}

	@Test
	void thatAreUndecidedGoBeyondTheBoundAtTheEndOfAllEvents() throws Exception {
		with(ONCE.withOutage(OutageGuard.defaults()), 1);
		this.poison.add("a1");
		this.handler.receive("a1");
		this.desk.put('a', new ArrayList<>(List.of("a0")));
		this.handler.end();
		assertThat(letters('a')).containsExactly("a0", "a1");
		assertThat(this.handler.ends()).isOne();
	}

	@Test
	void goBehindAnUndecidedOneAtTheEndOfAllEvents() throws Exception {
		with(ONCE.withOutage(OutageGuard.defaults()), 100);
		this.poison.add("a1");
		this.handler.receive("a1", "a2");
		this.handler.end();
		assertThat(this.handler.handled()).isEmpty();
		assertThat(letters('a')).containsExactly("a1", "a2");
		assertThat(this.handler.ends()).isOne();
	}

	@Test
	void areAskedForOnceBeforeAnUndecidedOneIsTriedAgain() throws Exception {
		with(ONCE.withOutage(OutageGuard.defaults()), 100);
		this.desk.put('z', new ArrayList<>(List.of("z0")));
		this.handler.handlingLists((events) -> events.contains("a1")
				? Attempted.failed(new BitSet(0), new IllegalStateException("poison")) : Attempted.HANDLED);
		this.handler.receiveBatch("a1", "b1");
		Queue<PretendedHandler.Write> writes = this.handler.writingLater();
		this.handler.answering(Turn.FREE, Turn.FREE, Turn.FREE, Turn.BEHIND);
		this.handler.receive("c1");
		while (!writes.isEmpty()) {
			writes.remove().run();
		}
		assertThat(this.handler.log()).containsExactly("0s: a1? b1?", "0s: a1? b1?", "0s: c1");
		assertThat(letters('a')).containsExactly("a1");
		assertThat(letters('b')).containsExactly("b1");
	}

	@Test
	void ofAListAreInItsOrderWhenTheStoreIsBack() throws Exception {
		this.handler.handlingLists((events) -> Attempted.failed(new BitSet(0), new IllegalStateException("poison")));
		this.handler.storing(new IllegalStateException("away"));
		Object[] events = IntStream.range(10, 40).mapToObj((number) -> "a" + number).toArray();
		this.handler.receiveBatch(events);
		this.handler.storing(null);
		this.handler.advance(SECOND);
		assertThat(letters('a')).containsExactly(events);
	}

	@Test
	void areNoProbesOfAnOutage() throws Exception {
		with(ONCE.withOutage(new OutageGuard(2, Duration.ofSeconds(30))), 100);
		this.desk.put('a', new ArrayList<>(List.of("a0")));
		this.poison.addAll(Set.of("b1", "c1"));
		this.handler.receive("b1", "c1");
		this.handler.receive("a1", "a2");
		this.poison.clear();
		this.handler.advance(Duration.ofSeconds(30));
		assertThat(this.handler.handled()).containsExactlyInAnyOrder("b1", "c1");
		assertThat(letters('a')).containsExactly("a0", "a1", "a2");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 })
	void keepTheOrderOfTheirKeyThroughFailuresAndReplays(int seed) throws Exception {
		Random random = new Random(seed);
		with(ONCE, 3);
		Queue<PretendedHandler.Write> writes = this.handler.writingLater();
		int sent = 0;
		while (sent < 400 || this.handler.retrying().isBusy()
				|| this.desk.values().stream().anyMatch((l) -> !l.isEmpty())) {
			switch ((sent < 400) ? random.nextInt(5) : 1 + random.nextInt(4)) {
				case 0 -> {
					String event = (char) ('a' + random.nextInt(3)) + "%04d".formatted(sent++);
					if (random.nextInt(8) == 0) {
						this.poison.add(event);
					}
					this.handler.receive(event);
				}
				case 1 -> {
					if (!writes.isEmpty()) {
						writes.remove().run();
					}
				}
				case 2 -> this.handler.advance(SECOND);
				case 3 ->
					this.handler.storing((sent < 400 && random.nextInt(4) == 0) ? new IllegalStateException() : null);
				default -> {
					List<Object> sequence = letters((char) ('a' + random.nextInt(3)));
					if (!sequence.isEmpty() && !this.handler.isReplayed(sequence.get(0))) {
						if (random.nextBoolean()) {
							this.poison.remove(sequence.get(0));
						}
						this.handler.replay(sequence.get(0));
					}
				}
			}
		}
		assertThat(this.handler.handled()).hasSize(400).doesNotHaveDuplicates();
		Map<Object, List<Object>> byKey = new HashMap<>();
		this.handler.handled()
			.forEach((event) -> byKey.computeIfAbsent(event.toString().charAt(0), (key) -> new ArrayList<>())
				.add(event));
		assertThat(byKey.values()).allSatisfy((events) -> assertThat(events)
			.isSortedAccordingTo((one, other) -> one.toString().compareTo(other.toString())));
	}

}
