package io.genstage.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * When a delivery ends, and how.
 */
class DeliveryTests {

	private static final Verdict ACCEPTED = Verdict.accepted();

	private static final Verdict FAILED = Verdict.failed("broken", new IllegalStateException("no"));

	private final RecordingAcknowledger source = new RecordingAcknowledger();

	private final SettlementQueue queue = new SettlementQueue(Runnable::run, SettlementListener.NONE);

	private <E> Delivery<E> emitted(E event) {
		Delivery<E> delivery = Delivery.of(event, this.source, "g");
		this.queue.enter(List.of(delivery));
		return delivery;
	}

	private static CompletableFuture<Outcome> end(Delivery<?> delivery) {
		return delivery.end().toCompletableFuture();
	}

	@Nested
	class Alone {

		private final Delivery<String> a = emitted("a");

		@Test
		void isOpenUntilItIsSettled() {
			assertThat(this.a.isSettled()).isFalse();
			assertThat(this.a.verdict()).isNull();
			assertThat(end(this.a)).isNotDone();
			assertThat(DeliveryTests.this.queue.unsettled()).isEqualTo(1);
		}

		@Test
		@DisplayName("BW24 the acknowledger that an event came with gets its settlement")
		void tellsItsSource() {
			assertThat(this.a.settle(ACCEPTED)).isTrue();
			assertThat(this.a.isSettled()).isTrue();
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [a | –]");
			assertThat(DeliveryTests.this.queue.unsettled()).isZero();
		}

		@Test
		@DisplayName("BW31 a failed event is reported with what was thrown")
		void tellsItsSourceWhyItHasFailed() {
			this.a.settle(FAILED);
			Settlement settlement = DeliveryTests.this.source.settlements().get(0);
			assertThat(settlement.outcome()).isEqualTo(Outcome.FAILED);
			assertThat(settlement.reason()).isEqualTo("broken");
			assertThat(settlement.cause()).hasMessage("no");
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [– | a]");
		}

		@Test
		void completesItsEndForThoseWhoAskBeforeAndAfter() {
			CompletableFuture<Outcome> before = end(this.a);
			this.a.settle(Verdict.skipped("too old"));
			assertThat(before).isCompletedWithValue(Outcome.SKIPPED);
			assertThat(end(this.a)).isCompletedWithValue(Outcome.SKIPPED);
		}

		@Test
		void letsNobodyElseCompleteItsEnd() {
			end(this.a).complete(Outcome.FAILED);
			this.a.settle(ACCEPTED);
			assertThat(end(this.a)).isCompletedWithValue(Outcome.ACCEPTED);
		}

		@Test
		void keepsItsFirstOutcomeAndCountsTheOthers() {
			this.a.settle(ACCEPTED);
			assertThat(this.a.settle(FAILED)).isFalse();
			assertThat(this.a.settleNow(FAILED)).isFalse();
			assertThat(this.a.verdict()).isEqualTo(ACCEPTED);
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [a | –]");
			assertThat(DeliveryTests.this.queue.lateSettlements()).isEqualTo(2);
		}

		@Test
		void isReportedWhenItEntersAfterItsEnd() {
			Delivery<String> early = Delivery.of("b", DeliveryTests.this.source, "g");
			early.settle(ACCEPTED);
			assertThat(DeliveryTests.this.source.calls()).isEmpty();
			assertThat(DeliveryTests.this.queue.enter(List.of(early))).isTrue();
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [b | –]");
		}

		@Test
		void entersOnce() {
			assertThat(DeliveryTests.this.queue.enter(List.of(this.a))).isFalse();
			assertThat(DeliveryTests.this.queue.unsettled()).isEqualTo(1);
		}

		@Test
		void keepsItsEventOutOfItsText() {
			assertThat(this.a).hasToString("delivery, open");
			this.a.settle(FAILED);
			assertThat(this.a).hasToString("delivery, FAILED");
			assertThat(DeliveryTests.this.source.settlements()).map(Settlement::toString)
				.containsExactly("FAILED: broken");
		}

		@Test
		void refusesNoEvent() {
			assertThatNullPointerException().isThrownBy(() -> this.a.with(noEvent()));
			assertThatNullPointerException().isThrownBy(() -> Delivery.of(noEvent(), DeliveryTests.this.source, "g"));
		}

		@SuppressWarnings("NullAway")
		private static Object noEvent() {
			return null;
		}

	}

	@Nested
	class WithChildren {

		private final Delivery<String> a = emitted("a");

		private final Delivery<Integer> one = this.a.with(1);

		private final Delivery<Integer> two = this.a.with(2);

		@Test
		void endsWithItsLastChild() {
			this.a.settle(ACCEPTED);
			this.two.settle(ACCEPTED);
			assertThat(this.a.isHandled()).isTrue();
			assertThat(this.a.isSettled()).isFalse();
			this.one.settle(ACCEPTED);
			assertThat(this.a.isSettled()).isTrue();
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [a | –]");
		}

		@Test
		void endsWithItsOwnWorkIfThatIsLast() {
			this.one.settle(ACCEPTED);
			this.two.settle(ACCEPTED);
			assertThat(this.a.isSettled()).isFalse();
			this.a.settle(ACCEPTED);
			assertThat(this.a.isSettled()).isTrue();
		}

		@Test
		void waitsForTheLastChildAlsoWhenTheFirstHasFailed() {
			this.a.settle(ACCEPTED);
			this.one.settle(FAILED);
			assertThat(this.a.isSettled()).isFalse();
			this.two.settle(ACCEPTED);
			assertThat(this.a.verdict()).isEqualTo(FAILED);
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [– | a]");
		}

		@Test
		void hasTheWorstOutcome() {
			this.one.settle(Verdict.deadLettered("kept", null));
			this.two.settle(Verdict.skipped("left out"));
			this.a.settle(ACCEPTED);
			assertThat(this.a.verdict()).isEqualTo(Verdict.deadLettered("kept", null));
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [a | –]");
		}

		@Test
		void keepsTheFirstReasonOfThoseThatAreAlike() {
			this.two.settle(Verdict.failed("second child", null));
			this.one.settle(Verdict.failed("first child", null));
			this.a.settle(ACCEPTED);
			assertThat(DeliveryTests.this.source.settlements()).map(Settlement::reason).containsExactly("second child");
		}

		@Test
		void mayGetMoreOfThemWhileOneIsOpen() {
			this.a.settle(ACCEPTED);
			this.one.settle(ACCEPTED);
			Delivery<Integer> three = this.a.with(3);
			this.two.settle(ACCEPTED);
			assertThat(this.a.isSettled()).isFalse();
			three.settle(ACCEPTED);
			assertThat(this.a.isSettled()).isTrue();
		}

		@Test
		@DisplayName("BW58 what a handler wants of the source comes with the settlement")
		void handsAHintOnWhateverTheOutcome() {
			this.one.settle(ACCEPTED.withHint(SourceHint.drop()));
			this.two.settle(FAILED);
			this.a.settle(ACCEPTED);
			Settlement settlement = DeliveryTests.this.source.settlements().get(0);
			assertThat(settlement.outcome()).isEqualTo(Outcome.FAILED);
			assertThat(settlement.hint()).isEqualTo(SourceHint.drop());
		}

	}

	@Nested
	class SettledEarly {

		private final Delivery<String> a = emitted("a");

		private final Delivery<Integer> child = this.a.with(1);

		@Test
		@DisplayName("BW55 an event that its handler has settled is settled once")
		void tellsItsSourceOnce() {
			assertThat(this.a.settleNow(ACCEPTED)).isTrue();
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [a | –]");
			this.child.settle(FAILED);
			assertThat(this.a.settle(ACCEPTED)).isFalse();
			assertThat(DeliveryTests.this.source.calls()).isEmpty();
			assertThat(this.a.verdict()).isEqualTo(ACCEPTED);
		}

		@Test
		void lastsAlsoWhenAChildHasFailedBefore() {
			this.child.settle(FAILED);
			this.a.settleNow(ACCEPTED);
			assertThat(this.a.verdict()).isEqualTo(ACCEPTED);
		}

		@Test
		void leavesItsLaterChildrenAnEndOfTheirOwn() {
			this.a.settleNow(ACCEPTED);
			Delivery<Integer> later = this.a.with(2);
			later.settle(FAILED);
			assertThat(end(later)).isCompletedWithValue(Outcome.FAILED);
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [a | –]");
			assertThat(DeliveryTests.this.queue.lateSettlements()).isZero();
		}

		@Test
		void endsAfterItsOwnWorkWhileChildrenAreOpen() {
			this.a.settle(ACCEPTED);
			assertThat(this.a.settleNow(FAILED)).isTrue();
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [– | a]");
		}

		@Test
		void isOfItsOwnPlaceInTheTreeOnly() {
			this.child.settleNow(ACCEPTED);
			assertThat(this.a.isSettled()).isFalse();
		}

	}

	@Nested
	class ForSeveralConsumers {

		private final Delivery<String> a = emitted("a");

		@Test
		void endsWithTheLastOfThem() {
			List<Delivery<String>> copies = this.a.fork(2);
			assertThat(copies).map(Delivery::event).containsExactly("a", "a");
			copies.get(0).settle(ACCEPTED);
			assertThat(this.a.isSettled()).isFalse();
			copies.get(1).settle(FAILED);
			assertThat(this.a.verdict()).isEqualTo(FAILED);
		}

		@Test
		void isAcceptedWithoutAny() {
			assertThat(this.a.fork(0)).isEmpty();
			assertThat(this.a.verdict()).isEqualTo(ACCEPTED);
		}

		@Test
		void goesToTheOnlyOneItself() {
			assertThat(this.a.fork(1)).containsExactly(this.a);
			assertThat(this.a.isHandled()).isFalse();
		}

	}

	@Nested
	class OfACallWithSeveralEvents {

		private final Delivery<String> a = emitted("a");

		private final Delivery<String> b = emitted("b");

		private final DeliveryGroup group = Delivery.group(List.of(this.a, this.b), false);

		@Test
		void allWaitForAllOutputs() {
			Delivery<Integer> one = this.group.with(1);
			Delivery<Integer> two = this.group.with(2);
			settleMembers();
			one.settle(ACCEPTED);
			assertThat(DeliveryTests.this.source.calls()).isEmpty();
			two.settle(ACCEPTED);
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [a, b | –]");
		}

		@Test
		void allHaveTheWorstOutcomeOfTheOutputs() {
			this.group.with(1).settle(FAILED);
			this.group.with(2).settle(ACCEPTED);
			settleMembers();
			assertThat(List.of(this.a, this.b)).map(Delivery::verdict).containsExactly(FAILED, FAILED);
		}

		@Test
		void refusesMoreOutputsThanCanBeCounted() {
			Object[] outputs = new Object[Node.MOST_PLACES];
			DeliveryRow most = Objects.requireNonNull(this.group.outputs(outputs, 0, outputs.length));
			assertThatIllegalStateException().isThrownBy(() -> this.group.with("one more"))
				.withMessage("more than 4194303 events were made at once of one that has to be settled");
			assertThatIllegalStateException().isThrownBy(() -> this.group.outputs(outputs, 0, 1));
			this.group.close();
			this.a.settle(Verdict.accepted());
			assertThat(this.a.isSettled()).isFalse();
			Endings endings = new Endings();
			most.accept(Places.between(0, outputs.length), endings);
			endings.report();
			assertThat(this.a.isSettled()).isTrue();
		}

		@Test
		void dontWaitWithoutOutputs() {
			settleMembers();
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [a, b | –]");
		}

		@Test
		void waitUntilThereAreNoMoreOutputsToCome() {
			this.group.with(1).settle(ACCEPTED);
			this.a.settle(ACCEPTED);
			this.b.settle(ACCEPTED);
			assertThat(DeliveryTests.this.source.calls()).isEmpty();
			assertThat(this.group.close()).isTrue();
			assertThat(this.group.close()).isFalse();
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [a, b | –]");
		}

		@Test
		void haveEachItsOwnOutcomeToo() {
			this.group.close();
			this.a.settle(FAILED);
			this.b.settle(ACCEPTED);
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [– | a]", "ack g [b | –]");
		}

		@Test
		void areAcceptedWithTheirFirstOutputIfThatIsWanted() {
			Delivery<String> c = emitted("c");
			c.settle(FAILED);
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [– | c]");
			DeliveryGroup accepting = Delivery.group(List.of(this.a, c), true);
			assertThat(this.a.isHandled()).isTrue();
			Delivery<Integer> output = accepting.with(1);
			accepting.close();
			this.group.close();
			assertThat(this.a.isSettled()).isFalse();
			output.settle(ACCEPTED);
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [a | –]");
		}

		@Test
		void mayHaveOutputsThatEndWithinTheCall() {
			this.group.with(1).settle(ACCEPTED);
			this.group.with(2).settle(ACCEPTED);
			this.a.settle(ACCEPTED);
			this.b.settle(ACCEPTED);
			assertThat(this.a.isSettled()).isFalse();
			this.group.close();
			assertThat(this.a.isSettled()).isTrue();
			assertThat(this.group.with(3).hasSource()).isFalse();
		}

		@Test
		void mayBeSettledEarlyOneByOne() {
			Delivery<Integer> output = this.group.with(1);
			this.a.settleNow(ACCEPTED);
			this.b.settle(ACCEPTED);
			this.group.close();
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [a | –]");
			output.settle(FAILED);
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [– | b]");
		}

		@Test
		void countOnceIfTheyAreNamedTwice() {
			Delivery<String> c = emitted("c");
			DeliveryGroup twice = Delivery.group(List.of(c, c), false);
			c.settle(ACCEPTED);
			twice.close();
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [c | –]");
		}

		@Test
		void countWhatIsLateForAnOutput() {
			Delivery<Integer> output = this.group.with(1);
			output.settle(ACCEPTED);
			output.settle(ACCEPTED);
			assertThat(DeliveryTests.this.queue.lateSettlements()).isEqualTo(1);
		}

		private void settleMembers() {
			this.a.settle(ACCEPTED);
			this.b.settle(ACCEPTED);
			this.group.close();
		}

	}

	@Nested
	class SettledTogether {

		private final Delivery<String> a = emitted("a");

		private final Delivery<String> b = emitted("b");

		private final Delivery<String> c = emitted("c");

		@Test
		void areReportedToTheirSourceByOneCall() {
			Delivery.settleAll(List.of(this.a, this.b, this.c), ACCEPTED);
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [a, b, c | –]");
			assertThat(DeliveryTests.this.queue.unsettled()).isZero();
		}

		@Test
		void leaveThoseAsTheyAreThatAreSettled() {
			this.b.settle(FAILED);
			DeliveryTests.this.source.calls();
			Delivery.settleAll(List.of(this.a, "plain", this.b, this.c), ACCEPTED);
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [a, c | –]");
			assertThat(DeliveryTests.this.queue.lateSettlements()).isZero();
		}

		@Test
		void areReportedToEachOfSeveralSources() {
			RecordingAcknowledger otherSource = new RecordingAcknowledger();
			SettlementQueue otherQueue = new SettlementQueue(Runnable::run, SettlementListener.NONE);
			Delivery<String> x = Delivery.of("x", otherSource, "o");
			Delivery<String> y = Delivery.of("y", otherSource, "o");
			otherQueue.enter(List.of(x, y));
			Delivery.settleAll(List.of(this.a, x, y, this.b, this.c), ACCEPTED);
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [a | –]", "ack g [b, c | –]");
			assertThat(otherSource.calls()).containsExactly("ack o [x, y | –]");
		}

		@Test
		void endWhatTheyWereMadeFromOnce() {
			List<Delivery<Integer>> children = List.of(this.a.with(1), this.a.with(2), this.b.with(3), this.a.with(4));
			Delivery.settleAll(List.of(this.a, this.b), ACCEPTED);
			assertThat(DeliveryTests.this.source.calls()).isEmpty();
			Delivery.settleAll(children.subList(0, 3), ACCEPTED);
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [b | –]");
			Delivery.settleAll(children.subList(3, 4), FAILED);
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [– | a]");
		}

		@Test
		void endAWholeCallOnceItsOutputsAre() {
			DeliveryGroup group = Delivery.group(List.of(this.a, this.b), true);
			List<Delivery<Integer>> outputs = List.of(group.with(1), group.with(2));
			group.close();
			assertThat(this.a.isHandled()).isTrue();
			Delivery.settleAll(outputs, ACCEPTED);
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [a, b | –]");
		}

	}

	@Nested
	class InLongChains {

		private static final int HOPS = 100_000;

		@Test
		void endsWithTheLastHop() {
			Delivery<String> first = emitted("a");
			Delivery<?> last = first;
			for (int hop = 0; hop < HOPS; hop++) {
				Delivery<?> next = last.with(hop);
				last.settle(ACCEPTED);
				last = next;
			}
			assertThat(first.isSettled()).isFalse();
			last.settle(FAILED);
			assertThat(DeliveryTests.this.source.calls()).containsExactly("ack g [– | a]");
		}

		@Test
		void endsWithTheLastHopOfCallsWithSeveralEvents() {
			Delivery<String> first = emitted("a");
			Delivery<?> last = first;
			for (int hop = 0; hop < HOPS; hop++) {
				DeliveryGroup group = Delivery.group(List.of(last, emitted("x")), false);
				Delivery<?> next = group.with(hop);
				group.close();
				last.settle(ACCEPTED);
				last = next;
			}
			last.settle(FAILED);
			assertThat(first.verdict()).isEqualTo(FAILED);
		}

		@Test
		void endsWhenEachWaitsForTheEndOfTheNext() {
			List<Delivery<Integer>> chain = new ArrayList<>();
			for (int hop = 0; hop < HOPS; hop++) {
				chain.add(emitted(hop));
			}
			for (int hop = 1; hop < HOPS; hop++) {
				Delivery<Integer> waiting = chain.get(hop - 1);
				chain.get(hop).end().thenAccept((outcome) -> waiting.settle(ACCEPTED));
			}
			chain.get(HOPS - 1).settle(ACCEPTED);
			assertThat(chain).allMatch(Delivery::isSettled);
		}

	}

}
