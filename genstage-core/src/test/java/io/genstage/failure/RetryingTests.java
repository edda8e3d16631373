package io.genstage.failure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import io.genstage.delivery.Outcome;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.failure.FailurePolicy.Then;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of events that a handler fails on, in pretended time.
 */
class RetryingTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private static final Duration HOUR = Duration.ofHours(1);

	private static final FailurePolicy TWICE = FailurePolicy.defaults()
		.withDeadLetters(new MemoryDeadLetterStore())
		.withRetries(Retries.fixed(2, SECOND));

	private static final OutageGuard UNGUARDED = new OutageGuard(OutageGuard.NEVER, SECOND);

	private static Throwable poison() {
		return new IllegalStateException("poison");
	}

	private static PretendedHandler withPoison(FailurePolicy policy, Object... poison) {
		PretendedHandler handler = new PretendedHandler(policy);
		Set<Object> all = Set.of(poison);
		handler.failing((event) -> all.contains(event) ? poison() : null);
		return handler;
	}

	/** Another attempt after a second, but for {@link #poison}. */
	private static final Retries NOT_OF_POISON = new Retries() {

		@Override
		public Duration delay(int retry) {
			return SECOND;
		}

		@Override
		public boolean helpAgainst(Throwable failure) {
			return !(failure instanceof IllegalStateException);
		}

	};

	@Test
	void oneFailureConcernsOneEvent() throws Exception {
		PretendedHandler handler = withPoison(TWICE, 3);
		handler.receive(1, 2, 3, 4, 5);
		assertThat(handler.handled()).containsExactly(1, 2, 4, 5);
		assertThat(handler.unfinished()).isOne();
		handler.advance(HOUR);
		assertThat(handler.log()).containsExactly("0s: 1 2 3? 4? 5?", "0s: 4 5", "1s: 3?", "2s: 3?");
		assertThat(handler.settled()).containsExactly(Map.entry(3, Outcome.DEAD_LETTERED));
		assertThat(handler.unfinished()).isZero();
	}

	@Test
	void whatFailsOnceIsHandledByItsRetry() throws Exception {
		PretendedHandler handler = new PretendedHandler(TWICE);
		Set<Object> once = new java.util.HashSet<>(Set.of(2, 4));
		handler.failing((event) -> once.remove(event) ? poison() : null);
		handler.receive(1, 2, 3, 4);
		handler.advance(SECOND);
		assertThat(handler.handled()).containsExactly(1, 3, 2, 4);
		assertThat(handler.settled()).isEmpty();
		assertThat(handler.retrying().isBusy()).isFalse();
	}

	@Test
	void nothingOvertakesARetryInStrictOrder() throws Exception {
		PretendedHandler handler = new PretendedHandler(TWICE.withOrder(RetryOrder.STRICT));
		Set<Object> once = new java.util.HashSet<>(Set.of(2));
		handler.failing((event) -> once.remove(event) ? poison() : null);
		handler.receive(1, 2, 3);
		handler.receive(4);
		assertThat(handler.handled()).containsExactly(1);
		assertThat(handler.unfinished()).isEqualTo(3);
		handler.advance(SECOND);
		assertThat(handler.handled()).containsExactly(1, 2, 3, 4);
		assertThat(handler.unfinished()).isZero();
	}

	@Test
	void onlyEventsOfTheSameKeyWaitForARetry() throws Exception {
		PretendedHandler handler = new PretendedHandler(
				TWICE.withOrder(RetryOrder.byKey((event) -> ((String) event).charAt(0))));
		Set<Object> once = new java.util.HashSet<>(Set.of("a1"));
		handler.failing((event) -> once.remove(event) ? poison() : null);
		handler.receive("a1", "b1", "a2", "b2");
		handler.receive("a3", "b3");
		assertThat(handler.handled()).containsExactly("b1", "b2", "b3");
		handler.advance(SECOND);
		assertThat(handler.handled()).containsExactly("b1", "b2", "b3", "a1", "a2", "a3");
	}

	@Test
	void whatIsNotWorthARetryIsNotRetried() throws Exception {
		PretendedHandler handler = withPoison(TWICE.withRetries(NOT_OF_POISON), 1);
		handler.receive(1);
		assertThat(handler.settled()).containsExactly(Map.entry(1, Outcome.DEAD_LETTERED));
	}

	@Test
	void theHandlerMaySayWhenToTryAgain() throws Exception {
		PretendedHandler handler = new PretendedHandler(TWICE);
		handler.failing((event) -> new RetryAfterException(Duration.ofSeconds(7)));
		handler.receive(1);
		handler.advance(Duration.ofSeconds(20));
		assertThat(handler.log()).containsExactly("0s: 1?", "7s: 1?", "14s: 1?");
	}

	@Test
	void whatHasToWaitLongIsGivenBackAndGoesOnCountingWhenItComesAgain() throws Exception {
		FailurePolicy policy = TWICE.withRetries(Retries.exponential(3, MINUTE, 2, HOUR)).withOutage(UNGUARDED);
		PretendedHandler handler = withPoison(policy, 1);
		handler.keeping(Aftermath.Keeping.KEEPS);
		handler.receive(1, 2);
		handler.advance(MINUTE);
		assertThat(handler.log()).as("1 min is not longer than hold")
			.containsExactly("0s: 1? 2?", "0s: 2", "60s: 1?", "60s: 1 back for 120s after 2");
		assertThat(handler.unfinished()).as("takes no place").isZero();
		assertThat(handler.retrying().isBusy()).isFalse();
		handler.advance(MINUTE.multipliedBy(2));
		handler.receive(1);
		handler.advance(MINUTE.multipliedBy(4));
		handler.receive(1);
		assertThat(handler.log()).endsWith("180s: 1?", "180s: 1 back for 240s after 3", "420s: 1?");
		assertThat(handler.settled()).containsExactly(Map.entry(1, Outcome.DEAD_LETTERED));
	}

	@Test
	void whatIsGivenBackGrowsOld() throws Exception {
		FailurePolicy policy = TWICE.withRetries(Retries.fixed(100, HOUR)).withExpireAfter(HOUR);
		PretendedHandler handler = withPoison(policy, 1);
		handler.keeping(Aftermath.Keeping.KEEPS);
		handler.receive(1);
		handler.advance(HOUR);
		handler.receive(1);
		assertThat(handler.log()).containsExactly("0s: 1?", "0s: 1 back for 3600s after 1", "3600s: 1?");
		assertThat(handler.settled()).containsExactly(Map.entry(1, Outcome.SKIPPED));
	}

	@Test
	void whatNobodyKeepsWaitsHere() throws Exception {
		PretendedHandler handler = withPoison(TWICE.withRetries(Retries.fixed(1, HOUR)), 1);
		handler.receive(1, 2);
		handler.advance(HOUR);
		assertThat(handler.log()).containsExactly("0s: 1? 2?", "0s: 2", "3600s: 1?");
	}

	@Test
	void whatMayBeKeptIsGivenBackWhenThatIsKnown() throws Exception {
		PretendedHandler handler = withPoison(TWICE.withRetries(Retries.fixed(1, HOUR)), 1);
		handler.keeping(Aftermath.Keeping.LATER);
		handler.receive(1);
		handler.advance(SECOND.multipliedBy(3));
		assertThat(handler.log()).containsExactly("0s: 1?");
		handler.keeping(Aftermath.Keeping.KEEPS);
		handler.advance(SECOND);
		assertThat(handler.log()).containsExactly("0s: 1?", "4s: 1 back for 3596s after 1");
		handler.advance(HOUR);
		assertThat(handler.log()).hasSize(2);
	}

	@Test
	void whatKeepsAnOrderWaitsHere() throws Exception {
		PretendedHandler handler = withPoison(TWICE.withRetries(Retries.fixed(1, HOUR))
			.withOutage(UNGUARDED)
			.withOrder(RetryOrder.byKey((event) -> "key")), 1);
		handler.keeping(Aftermath.Keeping.KEEPS);
		handler.receive(1, 2);
		handler.advance(HOUR);
		assertThat(handler.log()).containsExactly("0s: 1? 2?", "3600s: 1?", "3600s: 2");
	}

	@Test
	void aListThatHasFailedAsAWholeWaitsHereWithAttemptsOfItsOwn() throws Exception {
		PretendedHandler handler = new PretendedHandler(
				TWICE.withRetries(Retries.fixed(1, HOUR)).withOutage(UNGUARDED));
		handler.keeping(Aftermath.Keeping.KEEPS);
		handler.handlingLists((events) -> Attempted.failed(poison()));
		handler.receive(1);
		handler.receive(1, 2);
		assertThat(handler.settled()).isEmpty();
		handler.advance(HOUR);
		assertThat(handler.log()).containsExactly("0s: 1?", "0s: 1 back for 3600s after 1", "0s: 1? 2?",
				"3600s: 1? 2?");
		assertThat(handler.settled()).containsOnlyKeys(1, 2);
	}

	@Test
	void anOutageIsNotLeftToTheSource() throws Exception {
		PretendedHandler handler = new PretendedHandler(
				TWICE.withRetries(Retries.fixed(5, HOUR)).withOutage(new OutageGuard(2, MINUTE)));
		handler.keeping(Aftermath.Keeping.KEEPS);
		handler.failing((event) -> poison());
		handler.receive(1);
		handler.receive(2);
		handler.advance(MINUTE);
		assertThat(handler.log()).containsExactly("0s: 1?", "0s: 1 back for 3600s after 1", "0s: 2?", "0s: pause",
				"60s: 2?");
	}

	@Test
	void anOldEventIsSkipped() throws Exception {
		PretendedHandler handler = withPoison(
				TWICE.withRetries(Retries.fixed(100, SECOND)).withExpireAfter(Duration.ofSeconds(3)), 1);
		handler.receive(1);
		handler.advance(HOUR);
		assertThat(handler.log()).hasSize(4);
		assertThat(handler.settled()).containsExactly(Map.entry(1, Outcome.SKIPPED));
	}

	@Test
	void aDeciderHasTheFirstWord() throws Exception {
		Map<Object, Decision> decisions = Map.of(1, Decision.skip(), 2, Decision.fail(), 3, Decision.deadLetter(), 4,
				Decision.retry(Duration.ofSeconds(9)), 5, Decision.byPolicy());
		PretendedHandler handler = withPoison(
				TWICE.withDecider(
						(event, failure, attempt) -> (attempt == 1) ? decisions.get(event) : Decision.deadLetter()),
				1, 2, 3, 4, 5);
		handler.receive(1, 2, 3, 4, 5);
		assertThat(handler.settled()).containsOnly(Map.entry(1, Outcome.SKIPPED), Map.entry(2, Outcome.FAILED),
				Map.entry(3, Outcome.DEAD_LETTERED));
		handler.advance(HOUR);
		assertThat(handler.log()).contains("1s: 5?", "9s: 4?");
	}

	@Test
	void aDeciderThatThrowsDecidesNothing() throws Exception {
		PretendedHandler handler = withPoison(TWICE.withDecider((event, failure, attempt) -> {
			throw new IllegalArgumentException();
		}), 1);
		handler.receive(1);
		handler.advance(SECOND);
		assertThat(handler.log()).containsExactly("0s: 1?", "1s: 1?");
	}

	@Test
	void aDeciderMayDecideAboutAllThatHasFailedInACall() throws Exception {
		List<List<Object>> asked = new ArrayList<>();
		FailuresDecider decider = (failed) -> {
			asked.add(failed.stream().<Object>map(FailedAttempt::event).toList());
			return failed.stream()
				.map((one) -> one.event().equals(2) ? Decision.skip() : Decision.retry(Duration.ofSeconds(5)))
				.toList();
		};
		PretendedHandler handler = new PretendedHandler(TWICE.withDecider(decider));
		Set<Object> failing = new java.util.HashSet<>(Set.of(2, 4));
		handler.handlingLists((events) -> namingThoseOf(failing, events));
		handler.receive(1, 2, 3, 4);
		assertThat(asked).containsExactly(List.of(2, 4));
		assertThat(handler.settled()).containsExactly(Map.entry(2, Outcome.SKIPPED));
		failing.clear();
		handler.advance(HOUR);
		assertThat(handler.log()).containsExactly("0s: 1 2? 3 4?", "5s: 4");
	}

	private static Attempted namingThoseOf(Set<Object> failing, List<Object> events) {
		BitSet handled = new BitSet();
		List<Attempted.Failed> failed = new ArrayList<>();
		for (int place = 0; place < events.size(); place++) {
			if (failing.contains(events.get(place))) {
				failed.add(new Attempted.Failed(place, poison()));
			}
			else {
				handled.set(place);
			}
		}
		return failed.isEmpty() ? Attempted.HANDLED : Attempted.failed(handled, failed);
	}

	@Test
	void aDeciderOfAllIsAskedAboutAListThatNamesNobody() throws Exception {
		FailuresDecider decider = (failed) -> failed.stream().map((one) -> switch ((Integer) one.event()) {
			case 1 -> Decision.skip();
			case 2 -> Decision.deadLetter();
			case 3 -> Decision.fail();
			default -> Decision.byPolicy();
		}).toList();
		PretendedHandler handler = new PretendedHandler(TWICE.withDecider(decider));
		Set<Object> failing = new java.util.HashSet<>(Set.of(5));
		handler.handlingLists((events) -> events.stream().anyMatch(failing::contains) ? Attempted.failed(poison())
				: Attempted.HANDLED);
		handler.receive(1, 2, 3, 4, 5);
		assertThat(handler.settled()).containsExactly(Map.entry(1, Outcome.SKIPPED),
				Map.entry(2, Outcome.DEAD_LETTERED), Map.entry(3, Outcome.FAILED));
		assertThat(handler.unfinished()).isEqualTo(2);
		failing.clear();
		handler.advance(HOUR);
		assertThat(handler.log()).containsExactly("0s: 1? 2? 3? 4? 5?", "1s: 4 5");
		assertThat(handler.unfinished()).isZero();
		assertThat(handler.retrying().isBusy()).isFalse();
	}

	@Test
	void whatIsLeftOfAListIsTriedAgainTogether() throws Exception {
		FailuresDecider decider = (failed) -> failed.stream()
			.map((one) -> one.event().equals(1) ? Decision.byPolicy()
					: Decision.retry(Duration.ofSeconds((Integer) one.event())))
			.toList();
		PretendedHandler handler = new PretendedHandler(TWICE.withDecider(decider));
		Set<Object> failing = new java.util.HashSet<>(Set.of(2));
		handler.handlingLists((events) -> events.stream().anyMatch(failing::contains) ? Attempted.failed(poison())
				: Attempted.HANDLED);
		handler.receive(1, 2, 3);
		failing.clear();
		handler.advance(HOUR);
		assertThat(handler.log()).containsExactly("0s: 1? 2? 3?", "3s: 1 2 3");
	}

	@Test
	void aDeciderMayGiveUpAWholeList() throws Exception {
		FailuresDecider decider = (failed) -> Collections.nCopies(failed.size(), Decision.deadLetter());
		PretendedHandler handler = new PretendedHandler(TWICE.withDecider(decider));
		handler.handlingLists((events) -> Attempted.failed(poison()));
		handler.receive(1, 2);
		assertThat(handler.settled()).containsOnlyKeys(1, 2).containsValue(Outcome.DEAD_LETTERED);
		assertThat(handler.batchOf(1)).isPositive().isEqualTo(handler.batchOf(2));
		assertThat(handler.unfinished()).isZero();
		assertThat(handler.retrying().isBusy()).isFalse();
	}

	@Test
	void aListThatNamesNobodyIsRetriedWhole() throws Exception {
		PretendedHandler handler = new PretendedHandler(TWICE);
		handler.handlingLists((events) -> events.contains(2) ? Attempted.failed(poison()) : Attempted.HANDLED);
		handler.receive(1, 2, 3);
		handler.receive(4);
		handler.advance(HOUR);
		assertThat(handler.log()).containsExactly("0s: 1? 2? 3?", "0s: 4", "1s: 1? 2? 3?", "2s: 1? 2? 3?");
		assertThat(handler.settled()).containsOnlyKeys(1, 2, 3).containsValue(Outcome.DEAD_LETTERED);
		assertThat(handler.batchOf(1)).isPositive().isEqualTo(handler.batchOf(2)).isEqualTo(handler.batchOf(3));
	}

	@Test
	void aListIsHalvedUntilTheCulpritIsKnown() throws Exception {
		PretendedHandler handler = new PretendedHandler(TWICE.withIsolate(true));
		handler.handlingLists((events) -> events.contains(6) ? Attempted.failed(poison()) : Attempted.HANDLED);
		handler.receive(1, 2, 3, 4, 5, 6, 7, 8);
		handler.receive(9);
		handler.advance(HOUR);
		assertThat(handler.log()).endsWith("2s: 1 2 3 4", "2s: 5? 6? 7? 8?", "2s: 5? 6?", "2s: 5", "2s: 6?", "2s: 7 8");
		assertThat(handler.settled()).containsExactly(Map.entry(6, Outcome.DEAD_LETTERED));
		assertThat(handler.handled()).containsExactly(9, 1, 2, 3, 4, 5, 7, 8);
		assertThat(handler.unfinished()).isZero();
	}

	@Test
	void aListIsHalvedAtOnceIfAnotherAttemptWouldNotHelp() throws Exception {
		PretendedHandler handler = new PretendedHandler(TWICE.withRetries(NOT_OF_POISON).withIsolate(true));
		handler.handlingLists((events) -> events.contains(6) ? Attempted.failed(poison()) : Attempted.HANDLED);
		handler.receive(1, 2, 3, 4, 5, 6, 7, 8);
		assertThat(handler.log()).containsExactly("0s: 1? 2? 3? 4? 5? 6? 7? 8?", "0s: 1 2 3 4", "0s: 5? 6? 7? 8?",
				"0s: 5? 6?", "0s: 5", "0s: 6?", "0s: 7 8");
		assertThat(handler.settled()).containsExactly(Map.entry(6, Outcome.DEAD_LETTERED));
		assertThat(handler.unfinished()).isZero();
	}

	@Test
	void aListOfWhichNothingIsWorthARetryIsGivenUp() throws Exception {
		PretendedHandler handler = new PretendedHandler(TWICE.withRetries(NOT_OF_POISON).withIsolate(true));
		handler.handlingLists((events) -> Attempted.failed(poison()));
		handler.receive(1, 2);
		assertThat(handler.log()).containsExactly("0s: 1? 2?", "0s: 1?", "0s: 2?");
		assertThat(handler.settled()).containsExactly(Map.entry(1, Outcome.DEAD_LETTERED),
				Map.entry(2, Outcome.DEAD_LETTERED));
		assertThat(handler.unfinished()).isZero();
	}

	@Test
	void aListThatIsRejectedIsHalvedToo() throws Exception {
		PretendedHandler handler = new PretendedHandler(TWICE.withIsolate(true));
		handler.handlingLists((events) -> events.contains(2) ? Attempted.failed(new EventRejectedException("unpaid"))
				: Attempted.HANDLED);
		handler.receive(1, 2, 3, 4);
		assertThat(handler.settled()).containsExactly(Map.entry(2, Outcome.DEAD_LETTERED));
		assertThat(handler.handled()).containsExactly(1, 3, 4);
	}

	@Test
	void whatFailsInAnotherWayWhileAListIsHalvedIsRetried() throws Exception {
		PretendedHandler handler = new PretendedHandler(TWICE.withRetries(NOT_OF_POISON).withIsolate(true));
		Set<Object> once = new java.util.HashSet<>(Set.of(3));
		handler.handlingLists((events) -> {
			if (events.contains(2)) {
				return Attempted.failed(poison());
			}
			return (events.contains(3) && once.remove(3)) ? Attempted.failed(new IllegalArgumentException("away"))
					: Attempted.HANDLED;
		});
		handler.receive(1, 2, 3, 4);
		assertThat(handler.settled()).containsExactly(Map.entry(2, Outcome.DEAD_LETTERED));
		assertThat(handler.handled()).containsExactly(1);
		handler.advance(SECOND);
		assertThat(handler.log()).containsExactly("0s: 1? 2? 3? 4?", "0s: 1? 2?", "0s: 1", "0s: 2?", "0s: 3? 4?",
				"1s: 3 4");
		assertThat(handler.unfinished()).isZero();
	}

	@Test
	void whatWasNotTriedWhenTheStageStopsIsNotAtFault() throws Exception {
		PretendedHandler handler = new PretendedHandler(TWICE.withRetries(NOT_OF_POISON).withIsolate(true));
		handler.handlingLists((events) -> {
			if (events.equals(List.of(2))) {
				handler.stop();
			}
			return events.contains(2) ? Attempted.failed(poison()) : Attempted.HANDLED;
		});
		handler.receive(1, 2, 3, 4);
		assertThat(handler.settled()).isEmpty();
		handler.retrying().close();
		assertThat(handler.handled()).containsExactly(1);
		assertThat(handler.left()).containsExactly(2, 3, 4);
	}

	@Test
	void isolationHasABudget() throws Exception {
		PretendedHandler handler = new PretendedHandler(FailurePolicy.defaults()
			.withDeadLetters(new MemoryDeadLetterStore())
			.withRetries(Retries.NONE)
			.withIsolate(true)
			.withOutage(new OutageGuard(OutageGuard.NEVER, SECOND)));
		handler.handlingLists((events) -> Attempted.failed(poison()));
		handler.receive(java.util.stream.IntStream.range(0, 1000).boxed().toArray());
		assertThat(handler.settled()).hasSize(1000).containsValue(Outcome.DEAD_LETTERED);
		assertThat(handler.log().size()).isLessThan(1 + 50 + 1000);
		assertThat(handler.log().stream().filter((call) -> call.indexOf(" ", 4) < 0)).hasSizeLessThanOrEqualTo(50);
	}

	@Test
	void membersThatAreNotNamedAreCalledAgainAtOnce() throws Exception {
		PretendedHandler handler = new PretendedHandler(TWICE);
		handler.handlingLists((events) -> {
			int place = events.indexOf(2);
			return (place < 0) ? Attempted.HANDLED
					: Attempted.failed(new BitSet(), List.of(new Attempted.Failed(place, poison())));
		});
		handler.receive(1, 2, 3);
		handler.advance(HOUR);
		assertThat(handler.log()).containsExactly("0s: 1? 2? 3?", "0s: 1 3", "1s: 2?", "2s: 2?");
	}

	@Test
	void aRetriedListMayNameItsCulpritLater() throws Exception {
		PretendedHandler handler = new PretendedHandler(TWICE);
		List<Integer> calls = new ArrayList<>();
		handler.handlingLists((events) -> {
			calls.add(events.size());
			int place = events.indexOf(2);
			if (calls.size() == 1) {
				return Attempted.failed(poison());
			}
			BitSet others = new BitSet();
			others.set(0, events.size());
			others.clear(Math.max(place, 0));
			return (place < 0) ? Attempted.HANDLED
					: Attempted.failed(others, List.of(new Attempted.Failed(place, poison())));
		});
		handler.receive(1, 2, 3);
		handler.advance(HOUR);
		assertThat(handler.log()).containsExactly("0s: 1? 2? 3?", "1s: 1 2? 3", "2s: 2?");
		assertThat(handler.settled()).containsExactly(Map.entry(2, Outcome.DEAD_LETTERED));
		assertThat(handler.unfinished()).isZero();
	}

	// Outages

	@Test
	void whatFailsWhileNothingElseIsHandledIsUndecided() throws Exception {
		PretendedHandler handler = withPoison(TWICE, 1);
		handler.receive(1);
		handler.advance(Duration.ofSeconds(70));
		assertThat(handler.log()).containsExactly("0s: 1?", "1s: 1?", "2s: 1?", "32s: 1?", "62s: 1?");
		assertThat(handler.settled()).isEmpty();
		handler.receive(2);
		assertThat(handler.settled()).containsExactly(Map.entry(1, Outcome.DEAD_LETTERED));
	}

	@Test
	void whatIsUndecidedHoldsNoDemandBackThatWouldDecide() throws Exception {
		PretendedHandler handler = withPoison(TWICE, 1);
		handler.receive(1);
		assertThat(handler.unfinished()).isEqualTo(1);
		handler.advance(Duration.ofSeconds(2));
		assertThat(handler.unfinished()).isZero();
		handler.advance(Duration.ofSeconds(70));
		assertThat(handler.unfinished()).isZero();
		handler.receive(2);
		assertThat(handler.settled()).containsExactly(Map.entry(1, Outcome.DEAD_LETTERED));
		assertThat(handler.unfinished()).isZero();
	}

	@Test
	void inStrictOrderTheNextOneDecides() throws Exception {
		PretendedHandler handler = withPoison(TWICE.withOrder(RetryOrder.STRICT), 1);
		handler.receive(1, 2, 3);
		handler.advance(Duration.ofSeconds(2));
		assertThat(handler.log()).containsExactly("0s: 1? 2? 3?", "1s: 1?", "2s: 1?", "2s: 1?", "2s: 2", "2s: 3");
		assertThat(handler.settled()).containsExactly(Map.entry(1, Outcome.DEAD_LETTERED));
	}

	@Test
	void allThatIsUndecidedIsTriedBeforeALaterOne() throws Exception {
		PretendedHandler handler = new PretendedHandler(TWICE.withRetries(Retries.NONE).withOrder(RetryOrder.STRICT));
		boolean[] away = { true };
		handler.failing((event) -> (away[0] || event.equals(1)) ? poison() : null);
		handler.receive(1);
		handler.receive(2);
		away[0] = false;
		handler.receive(3);
		assertThat(handler.handled()).containsExactly(2, 3);
		assertThat(handler.settled()).containsExactly(Map.entry(1, Outcome.DEAD_LETTERED));
	}

	@Test
	void noneOfALineGoesBeforeAnUndecidedOneThatIsRetriedAfterAll() throws Exception {
		boolean[] retriesFirst = { false };
		PretendedHandler handler = new PretendedHandler(TWICE.withRetries(Retries.NONE)
			.withOrder(RetryOrder.STRICT)
			.withDecider((event, failure, attempt) -> (retriesFirst[0] && event.equals(1))
					? Decision.retry(Duration.ofSeconds(1)) : Decision.byPolicy()));
		boolean[] away = { true };
		handler.failing((event) -> (away[0] && (!retriesFirst[0] || event.equals(1))) ? poison() : null);
		handler.receive(1);
		handler.receive(2);
		retriesFirst[0] = true;
		handler.receive(3);
		away[0] = false;
		assertThat(handler.handled()).isEmpty();
		handler.advance(Duration.ofSeconds(1));
		assertThat(handler.handled()).containsExactly(1, 2, 3);
	}

	@Test
	void anOutagePausesTheStageAndFillsNoDeadLetters() throws Exception {
		PretendedHandler handler = new PretendedHandler(TWICE);
		boolean[] away = { true };
		handler.failing((event) -> away[0] ? poison() : null);
		handler.receive(1, 2, 3, 4, 5, 6, 7);
		assertThat(handler.log()).endsWith("0s: 5? 6? 7?", "0s: pause");
		handler.receive(8);
		handler.advance(Duration.ofMinutes(10));
		assertThat(handler.settled()).isEmpty();
		assertThat(handler.handled()).isEmpty();
		assertThat(handler.log()).hasSize(5 + 1 + 20);
		away[0] = false;
		handler.advance(Duration.ofSeconds(30));
		assertThat(handler.log()).contains("630s: go on");
		assertThat(handler.handled()).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7, 8);
		assertThat(handler.settled()).isEmpty();
		assertThat(handler.retrying().isBusy()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 5, 30, 100, 600 })
	void anOutageKeepsTheOrderOfEachKey(long seconds) throws Exception {
		PretendedHandler handler = new PretendedHandler(
				TWICE.withOrder(RetryOrder.byKey((event) -> ((String) event).charAt(0))));
		boolean[] away = { true };
		handler.failing((event) -> away[0] ? poison() : null);
		for (int second = 0; second < seconds; second++) {
			handler.receive("a%04d".formatted(second), "b%04d".formatted(second));
			handler.advance(SECOND);
		}
		away[0] = false;
		handler.advance(Duration.ofMinutes(5));
		assertThat(handler.handled()).hasSize((int) (2 * seconds));
		assertThat(handler.handled().stream().filter((event) -> event.toString().startsWith("a"))).isSorted();
		assertThat(handler.handled().stream().filter((event) -> event.toString().startsWith("b"))).isSorted();
		assertThat(handler.settled()).isEmpty();
	}

	@Test
	void aServiceThatFailsOneCallInTenLosesNothing() throws Exception {
		PretendedHandler handler = new PretendedHandler(
				FailurePolicy.defaults().withDeadLetters(new MemoryDeadLetterStore()));
		Random random = new Random(8);
		handler.failing((event) -> (random.nextInt(10) == 0) ? poison() : null);
		for (int event = 0; event < 5000; event++) {
			handler.receive(event);
			handler.advance(Duration.ofMillis(100));
		}
		handler.advance(HOUR);
		assertThat(handler.handled().size() + handler.settled().size()).isEqualTo(5000);
		// One in ten thousand fails four times.
		assertThat(handler.settled().size()).isLessThan(5);
	}

	// Dead letters

	@Test
	void theStageWaitsForTheStoreOfDeadLetters() throws Exception {
		PretendedHandler handler = withPoison(TWICE.withRetries(Retries.NONE), 1);
		handler.storing(new IllegalStateException("disk full"));
		handler.receive(0, 1, 2);
		handler.receive(3);
		assertThat(handler.handled()).containsExactly(0, 2);
		handler.advance(Duration.ofSeconds(70));
		assertThat(handler.settled()).isEmpty();
		handler.storing(null);
		handler.advance(Duration.ofSeconds(30));
		assertThat(handler.settled()).containsExactly(Map.entry(1, Outcome.DEAD_LETTERED));
		assertThat(handler.handled()).containsExactly(0, 2, 3);
	}

	// Ends

	@Test
	void anEndWaitsForRetries() throws Exception {
		PretendedHandler handler = withPoison(TWICE, 1);
		handler.receive(1);
		handler.end();
		assertThat(handler.ends()).isZero();
		handler.advance(Duration.ofSeconds(2));
		assertThat(handler.ends()).isOne();
		assertThat(handler.settled()).containsExactly(Map.entry(1, Outcome.DEAD_LETTERED));
	}

	@Test
	void aDrainMakesTheLastAttemptsAtOnce() throws Exception {
		PretendedHandler handler = withPoison(TWICE.withOrder(RetryOrder.STRICT).withThen(Then.SKIP), 1);
		handler.receive(1, 2);
		handler.retrying().hurry();
		handler.drain();
		assertThat(handler.log()).containsExactly("0s: 1? 2?", "0s: 1?", "0s: 1?", "0s: 2");
		assertThat(handler.settled()).containsExactly(Map.entry(1, Outcome.SKIPPED));
		assertThat(handler.drains()).isOne();
	}

	@Test
	void aDrainGivesWaitingEventsBackToTheirSource() throws Exception {
		PretendedHandler handler = withPoison(TWICE, 1);
		handler.acknowledged();
		handler.receive(1, 2);
		handler.retrying().hurry();
		handler.drain();
		assertThat(handler.log()).containsExactly("0s: 1? 2?", "0s: 2");
		assertThat(handler.settled()).containsExactly(Map.entry(1, Outcome.FAILED));
		assertThat(handler.drains()).isOne();
	}

	@Test
	void aDrainEndsInTheMiddleOfAnOutage() throws Exception {
		PretendedHandler handler = new PretendedHandler(TWICE);
		handler.failing((event) -> poison());
		handler.receive(1, 2, 3, 4, 5, 6, 7, 8);
		handler.retrying().hurry();
		handler.drain();
		assertThat(handler.settled()).hasSize(8).containsValue(Outcome.DEAD_LETTERED);
		assertThat(handler.drains()).isOne();
	}

	@Test
	void whatWaitsIsNamedWhenTheStageIsLost() throws Exception {
		PretendedHandler handler = withPoison(TWICE.withOrder(RetryOrder.STRICT), 2);
		handler.receive(1, 2, 3);
		handler.retrying().close();
		assertThat(handler.left()).containsExactly(2, 3);
		assertThat(handler.retrying().held()).isZero();
	}

	/** Each event ends exactly once, whatever fails in whichever order. */
	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 4, 5, 6, 7, 8 })
	void nothingIsLostAndNothingEndsTwice(int seed) throws Exception {
		for (int run = 0; run < 250; run++) {
			Random random = new Random(seed * 1000L + run);
			PretendedHandler handler = new PretendedHandler(anyPolicy(random));
			boolean lists = random.nextBoolean();
			int failures = 1 + random.nextInt(6);
			boolean[] away = { false };
			if (lists) {
				handler.handlingLists((events) -> anyAnswer(events, random, failures, away[0]));
			}
			else {
				handler.failing((event) -> (away[0] || random.nextInt(failures) == 1) ? poison() : null);
			}
			int events = 0;
			for (int step = 0; step < 40; step++) {
				Object[] portion = new Object[1 + random.nextInt(5)];
				for (int place = 0; place < portion.length; place++) {
					portion[place] = events++;
				}
				handler.receive(portion);
				away[0] = random.nextInt(8) == 0;
				handler.storing((random.nextInt(20) == 0) ? poison() : null);
				handler.advance(Duration.ofMillis(random.nextInt(3000)));
			}
			away[0] = false;
			handler.storing(null);
			if (random.nextBoolean()) {
				handler.advance(HOUR);
			}
			handler.retrying().hurry();
			handler.drain();
			Map<Object, Integer> ends = new LinkedHashMap<>(new HashMap<>());
			handler.handled().forEach((event) -> ends.merge(event, 1, Integer::sum));
			handler.settled().keySet().forEach((event) -> ends.merge(event, 1, Integer::sum));
			assertThat(ends).as("run %d", run).hasSize(events).allSatisfy((event, times) -> assertThat(times).isOne());
			assertThat(handler.unfinished()).isZero();
			assertThat(handler.drains()).isOne();
		}
	}

	private static FailurePolicy anyPolicy(Random random) {
		RetryOrder[] orders = { RetryOrder.NONE, RetryOrder.STRICT, RetryOrder.byKey((event) -> (Integer) event % 3) };
		return FailurePolicy.defaults()
			.withDeadLetters(new MemoryDeadLetterStore())
			.withRetries(Retries.fixed(random.nextInt(4), Duration.ofMillis(random.nextInt(2000))))
			.withOrder(orders[random.nextInt(3)])
			.withThen(Then.values()[random.nextInt(3)])
			.withIsolate(random.nextBoolean())
			.withOutage(new OutageGuard(1 + random.nextInt(6), Duration.ofSeconds(5)));
	}

	private static Attempted anyAnswer(List<Object> events, Random random, int failures, boolean away) {
		if (away || random.nextInt(failures) == 1) {
			return Attempted.failed(poison());
		}
		BitSet handled = new BitSet();
		List<Attempted.Failed> failed = new ArrayList<>();
		for (int place = 0; place < events.size(); place++) {
			@Nullable Throwable thrown = (random.nextInt(failures + 1) == 1) ? poison() : null;
			if (thrown != null) {
				failed.add(new Attempted.Failed(place, thrown));
			}
			else if (random.nextBoolean()) {
				handled.set(place);
			}
		}
		return failed.isEmpty() ? Attempted.HANDLED : Attempted.failed(handled, failed);
	}

}
