package io.genstage.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static io.genstage.dispatch.TestSubscriber.letters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class BroadcastDispatcherTests {

	private static final Subscriber A = new TestSubscriber("A");

	private static final Subscriber B = new TestSubscriber("B");

	private static final Subscriber C = new TestSubscriber("C");

	private final RecordingOutlet outlet = new RecordingOutlet();

	private final Dispatcher<String> dispatcher = Dispatchers.<String>broadcast().create(this.outlet);

	@Nested
	class Contract extends DispatcherContract {

		@Override
		protected DispatcherFactory<String> factory() {
			return Dispatchers.broadcast();
		}

	}

	@Nested
	class Delivery {

		@Test
		@DisplayName("C5 the slowest subscriber sets the pace")
		void followsTheSlowestSubscriber() {
			subscribe(A, B);
			assertThat(ask(A, 3)).isZero();
			assertThat(ask(B, 2)).isEqualTo(2);
			assertThat(dispatch("ab")).isEmpty();
			assertThat(sent()).containsExactly("A [a, b]", "B [a, b]");
			assertThat(ask(B, 2)).isEqualTo(1);
			assertThat(dispatch("cd")).containsExactly("d");
			assertThat(sent()).containsExactly("A [c]", "B [c]");
			assertThat(ask(A, 1)).isEqualTo(1);
			subscribe(C);
			assertThat(dispatch("de")).containsExactly("d", "e");
			assertThat(ask(A, 2)).isZero();
			assertThat(ask(B, 2)).isZero();
			assertThat(sent()).isEmpty();
			// One of the three was requested before.
			assertThat(ask(C, 3)).isEqualTo(2);
			assertThat(openDemand()).isEqualTo(3);
			assertThat(dispatch("def")).isEmpty();
			assertThat(sent()).containsExactly("A [d, e, f]", "B [d, e, f]", "C [d, e, f]");
			assertThat(openDemand()).isZero();
		}

		@Test
		@DisplayName("C6 a newcomer takes part from its first ask on")
		void includesANewcomerFromItsFirstAskOn() {
			subscribe(A);
			assertThat(ask(A, 10)).isEqualTo(10);
			assertThat(dispatch("abc")).isEmpty();
			assertThat(sent()).containsExactly("A [a, b, c]");
			assertThat(openDemand()).isEqualTo(7);
			subscribe(B);
			assertThat(openDemand()).isZero();
			assertThat(ask(B, 20)).isZero();
			assertThat(openDemand()).isEqualTo(7);
			assertThat(dispatch("defghij")).isEmpty();
			assertThat(sent()).containsExactly("A [d, e, f, g, h, i, j]", "B [d, e, f, g, h, i, j]");
			// B has 13 left: the next asks of A are all that is missing.
			assertThat(ask(A, 13)).isEqualTo(13);
		}

	}

	@Nested
	class Requested {

		@Test
		@DisplayName("C2 what was requested for a subscriber that left is not requested again")
		void outlivesTheLastSubscriber() {
			subscribe(A);
			assertThat(ask(A, 10)).isEqualTo(10);
			assertThat(cancel(A)).isZero();
			assertThat(openDemand()).isZero();
			assertThat(dispatch("abc")).containsExactly("a", "b", "c");
			subscribe(B);
			assertThat(ask(B, 11)).isEqualTo(1);
			assertThat(openDemand()).isEqualTo(11);
		}

		@Test
		@DisplayName("C3 a newcomer in place of one that left requests nothing twice")
		void isNotRequestedTwiceForANewcomer() {
			subscribe(A);
			assertThat(ask(A, 10)).isEqualTo(10);
			subscribe(B);
			assertThat(openDemand()).isZero();
			assertThat(cancel(A)).isZero();
			assertThat(ask(B, 10)).isZero();
			assertThat(openDemand()).isEqualTo(10);
		}

		@Test
		@DisplayName("C4 the slowest one's leaving releases the demand of the others")
		void growsWhenTheSlowestLeaves() {
			subscribe(A, B);
			assertThat(ask(A, 10)).isZero();
			assertThat(openDemand()).isZero();
			assertThat(cancel(B)).isEqualTo(10);
			assertThat(openDemand()).isEqualTo(10);
			assertThat(ask(A, 10)).isEqualTo(10);
			assertThat(openDemand()).isEqualTo(20);
		}

		@Test
		@DisplayName("C7 a newcomer uses what was requested before it came")
		void servesANewcomer() {
			subscribe(A);
			ask(A, 10);
			cancel(A);
			subscribe(B);
			assertThat(ask(B, 5)).isZero();
			assertThat(openDemand()).isEqualTo(5);
			assertThat(dispatch("abc")).isEmpty();
			assertThat(sent()).containsExactly("B [a, b, c]");
			assertThat(openDemand()).isEqualTo(2);
			// 7 are requested and 2 of them taken.
			assertThat(ask(B, 6)).isEqualTo(1);
		}

		@Test
		@DisplayName("C8 only what was added meanwhile is requested when a newcomer leaves")
		void growsByWhatWasAddedMeanwhile() {
			subscribe(A);
			ask(A, 10);
			subscribe(B);
			assertThat(ask(A, 5)).isZero();
			assertThat(cancel(B)).isEqualTo(5);
			assertThat(openDemand()).isEqualTo(15);
		}

		@Test
		void saturates() {
			subscribe(A);
			assertThat(ask(A, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
			assertThat(ask(A, 1)).isZero();
			subscribe(B);
			assertThat(ask(A, Long.MAX_VALUE)).isZero();
			assertThat(ask(B, 2)).isZero();
			assertThat(openDemand()).isEqualTo(2);
			assertThat(dispatch("abc")).containsExactly("c");
			assertThat(sent()).containsExactly("A [a, b]", "B [a, b]");
		}

	}

	@Nested
	class SecondSubscription {

		private final Subscriber again = new TestSubscriber("A again", A.consumer());

		@Test
		@DisplayName("C11 is refused and changes nothing")
		void isRefusedAndChangesNothing() {
			subscribe(A);
			ask(A, 2);
			assertRefused(this.again);
			assertThat(openDemand()).isEqualTo(2);
			assertThat(dispatch("abc")).containsExactly("c");
			assertThat(sent()).containsExactly("A [a, b]");
		}

		@Test
		@DisplayName("Q5 stays refused at the third attempt")
		void staysRefused() {
			subscribe(A);
			assertRefused(this.again);
			assertRefused(this.again);
			assertRefused(new TestSubscriber("A once more", A.consumer()));
		}

		@Test
		void isAcceptedOnceTheFirstHasEnded() {
			subscribe(A);
			assertRefused(this.again);
			cancel(A);
			subscribe(this.again);
			assertThat(ask(this.again, 1)).isEqualTo(1);
		}

		private void assertRefused(Subscriber subscriber) {
			assertThatExceptionOfType(SubscriptionRefusedException.class)
				.isThrownBy(() -> BroadcastDispatcherTests.this.dispatcher.subscribe(subscriber))
				.withMessageStartingWith(subscriber + " is refused")
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo("already_subscribed"));
		}

	}

	@Nested
	class Selectors {

		@Test
		@DisplayName("C9 each subscriber gets what it selects and asks again for the rest")
		void sendsWhatIsSelected() {
			Subscriber pre = selecting("A", (event) -> event.startsWith("pre"));
			Subscriber pref = selecting("B", (event) -> event.startsWith("pref"));
			subscribe(pre, pref);
			assertThat(ask(pre, 4)).isZero();
			assertThat(ask(pref, 4)).isEqualTo(4);
			assertThat(BroadcastDispatcherTests.this.dispatcher.dispatch(List.of("pref-1", "pref-2", "pre0", "foo0")))
				.isEmpty();
			assertThat(sent()).containsExactly("A [pref-1, pref-2, pre0]", "B [pref-1, pref-2]");
			// A can take 1 more and B 2 more: in common they can take 1.
			assertThat(openDemand()).isEqualTo(1);
			assertThat(ask(pre, 1)).isEqualTo(1);
			assertThat(openDemand()).isEqualTo(2);
		}

		@Test
		@DisplayName("Q15 nothing is sent when everything is rejected")
		void sendsNothingWhenEverythingIsRejected() {
			subscribe(selecting("A", (event) -> false), B);
			ask(B, 2);
			Subscriber other = selecting("C", (event) -> false);
			subscribe(other);
			ask(other, 2);
			assertThat(dispatch("ab")).containsExactly("a", "b");
			assertThat(sent()).isEmpty();
		}

		@Test
		@DisplayName("Q15 the demand of what was rejected is open again")
		void opensTheDemandAgain() {
			Subscriber none = selecting("A", (event) -> false);
			subscribe(none);
			assertThat(ask(none, 2)).isEqualTo(2);
			assertThat(dispatch("abc")).containsExactly("c");
			assertThat(sent()).isEmpty();
			assertThat(openDemand()).isEqualTo(2);
		}

		@Test
		void doNotHoldUpTheOthers() {
			Subscriber none = selecting("A", (event) -> false);
			subscribe(none, B);
			ask(none, 1);
			for (String event : List.of("a", "b", "c")) {
				assertThat(ask(B, 1)).isEqualTo(1);
				assertThat(dispatch(event)).isEmpty();
				assertThat(sent()).containsExactly("B [" + event + "]");
			}
		}

		@Test
		@DisplayName("demand that is given back opens only after all have got their events")
		void sendNobodyMoreThanItAskedFor() {
			Subscriber none = selecting("A", (event) -> false);
			subscribe(none, B);
			ask(none, 2);
			ask(B, 1);
			assertThat(dispatch("ab")).containsExactly("b");
			assertThat(sent()).containsExactly("B [a]");
			assertThat(openDemand()).isZero();
		}

		@Test
		@DisplayName("those without a selector share one list, whatever others select")
		void leaveTheListOfOthersAlone() {
			List<List<String>> lists = new ArrayList<>();
			Dispatcher<String> watched = Dispatchers.<String>broadcast().create(new Outlet<>() {

				@Override
				public void send(Subscriber subscriber, List<String> events) {
					lists.add(events);
				}

				@Override
				public void discard(List<String> events) {
				}

				@Override
				public void warn(String message) {
				}

			});
			for (Subscriber subscriber : List.of(B, selecting("A", "a"::equals), C)) {
				watched.subscribe(subscriber);
				watched.ask(subscriber, 2);
			}
			watched.dispatch(letters("ab"));
			assertThat(lists).containsExactly(List.of("a", "b"), List.of("a"), List.of("a", "b"));
			assertThat(lists.get(2)).isSameAs(lists.get(0));
		}

		@Test
		@DisplayName("Q7 one that is no predicate is refused, and changes nothing")
		void mustBePredicates() {
			subscribe(B);
			ask(B, 1);
			Subscriber bad = new TestSubscriber("A").with(Subscriber.SELECTOR, "pre");
			assertThatExceptionOfType(SubscriptionRefusedException.class)
				.isThrownBy(() -> BroadcastDispatcherTests.this.dispatcher.subscribe(bad))
				.withMessage("A is refused: its selector must be a Predicate, but is a java.lang.String")
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo("bad_selector"));
			assertThat(openDemand()).isEqualTo(1);
			subscribe(new TestSubscriber("A again", bad.consumer()));
		}

		private Subscriber selecting(String name, Predicate<String> selector) {
			return new TestSubscriber(name).with(Subscriber.SELECTOR, selector);
		}

	}

	/**
	 * Subscribers that stand for somebody who is away: they never ask.
	 */
	@Nested
	class Passing {

		@Test
		void letsTheOthersGoOnAndSendsWhatTheyGet() {
			subscribe(A, B);
			ask(A, 4);
			assertThat(dispatch("ab")).containsExactly("a", "b");
			assertThat(pass(B)).isEqualTo(4);
			assertThat(dispatch("abc")).isEmpty();
			assertThat(sent()).containsExactly("A [a, b, c]", "B [a, b, c]");
			assertThat(openDemand()).isEqualTo(1);
		}

		@Test
		void sendsOnlyWhatIsSelected() {
			Subscriber picky = new TestSubscriber("P").with(Subscriber.SELECTOR, (Predicate<String>) "b"::equals);
			subscribe(A, picky);
			ask(A, 3);
			pass(picky);
			dispatch("abc");
			assertThat(sent()).containsExactly("A [a, b, c]", "P [b]");
			assertThat(openDemand()).isZero();
		}

		@Test
		void sendsNothingOnceNobodyIsLeft() {
			subscribe(A, B);
			ask(A, 4);
			pass(B);
			cancel(A);
			assertThat(openDemand()).isZero();
			assertThat(dispatch("ab")).containsExactly("a", "b");
			assertThat(sent()).isEmpty();
		}

		@Test
		void endsWithACancelThatChangesNothingForTheOthers() {
			subscribe(A, B);
			ask(A, 4);
			pass(B);
			assertThat(cancel(B)).isZero();
			assertThat(openDemand()).isEqualTo(4);
			dispatch("ab");
			assertThat(sent()).containsExactly("A [a, b]");
			subscribe(B);
			assertThat(openDemand()).isZero();
		}

	}

	@Test
	void tellsAndForgetsWhatNobodyClaims() {
		subscribe(A);
		ask(A, 4);
		assertThat(this.dispatcher.unclaimed()).isZero();
		subscribe(B);
		assertThat(this.dispatcher.unclaimed()).isEqualTo(4);
		this.dispatcher.withdraw(3);
		assertThat(this.dispatcher.unclaimed()).isEqualTo(1);
		assertThat(ask(B, 4)).isEqualTo(3);
		assertThat(this.dispatcher.unclaimed()).isZero();
	}

	@Test
	@DisplayName("C10 runs an action at once, and nothing changes")
	void runsAnActionAtOnce() {
		subscribe(A, B);
		ask(A, 10);
		List<String> run = new ArrayList<>();
		this.dispatcher.afterHeld(() -> run.add("info"));
		assertThat(run).containsExactly("info");
		assertThat(openDemand()).isZero();
		assertThat(ask(B, 4)).isEqualTo(4);
	}

	@Test
	void refusesAnAskOfAStranger() {
		assertThatIllegalArgumentException().isThrownBy(() -> ask(A, 1)).withMessage("A is not subscribed");
	}

	private void subscribe(Subscriber... subscribers) {
		for (Subscriber subscriber : subscribers) {
			assertThat(this.dispatcher.subscribe(subscriber)).isZero();
		}
	}

	private long ask(Subscriber subscriber, long demand) {
		return this.dispatcher.ask(subscriber, demand);
	}

	private long cancel(Subscriber subscriber) {
		return this.dispatcher.cancel(subscriber);
	}

	private long pass(Subscriber subscriber) {
		return this.dispatcher.pass(subscriber);
	}

	private List<String> dispatch(String word) {
		return this.dispatcher.dispatch(letters(word));
	}

	private long openDemand() {
		return this.dispatcher.openDemand();
	}

	private List<String> sent() {
		return this.outlet.sent();
	}

}
