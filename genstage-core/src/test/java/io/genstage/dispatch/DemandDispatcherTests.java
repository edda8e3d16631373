package io.genstage.dispatch;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static io.genstage.dispatch.TestSubscriber.letters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class DemandDispatcherTests {

	private static final Subscriber A = new TestSubscriber("A");

	private static final Subscriber B = new TestSubscriber("B");

	private static final Subscriber C = new TestSubscriber("C");

	private final RecordingOutlet outlet = new RecordingOutlet();

	private Dispatcher<String> dispatcher = Dispatchers.<String>demand().create(this.outlet);

	private void use(DemandOptions options) {
		this.dispatcher = Dispatchers.<String>demand(options).create(this.outlet);
	}

	private void subscribe(Subscriber... subscribers) {
		for (Subscriber subscriber : subscribers) {
			assertThat(this.dispatcher.subscribe(subscriber)).isZero();
		}
	}

	@Nested
	class Contract extends DispatcherContract {

		@Override
		protected DispatcherFactory<String> factory() {
			return Dispatchers.demand();
		}

	}

	@Nested
	class ContractWithShuffle extends DispatcherContract {

		@Override
		protected DispatcherFactory<String> factory() {
			return Dispatchers.demand(DemandOptions.defaults().withShuffle(new Random(1)));
		}

	}

	@Nested
	class Order {

		@Test
		@DisplayName("D5 serves the highest demand first")
		void servesTheHighestDemandFirst() {
			subscribe(A, B, C);
			assertThat(ask(A, 4)).isEqualTo(4);
			assertThat(ask(B, 2)).isEqualTo(2);
			assertThat(ask(C, 3)).isEqualTo(3);
			assertThat(ask(C, 2)).isEqualTo(2);
			assertThat(ask(B, 4)).isEqualTo(4);
			assertThat(dispatch("abcdefghijklmno")).isEmpty();
			assertThat(sent()).containsExactly("B [a, b, c, d, e, f]", "C [g, h, i, j, k]", "A [l, m, n, o]");
		}

		@Test
		@DisplayName("D6 gives the rest to the next one and returns what nobody can take")
		void givesTheRestToTheNextOne() {
			subscribe(A, B);
			ask(A, 3);
			ask(B, 2);
			assertThat(dispatch("abcde")).isEmpty();
			assertThat(sent()).containsExactly("A [a, b, c]", "B [d, e]");
			assertThat(dispatch("fgh")).containsExactly("f", "g", "h");
			assertThat(sent()).isEmpty();
			ask(A, 3);
			ask(B, 3);
			assertThat(dispatch("ab")).isEmpty();
			assertThat(sent()).containsExactly("A [a, b]");
			assertThat(dispatch("cd")).isEmpty();
			assertThat(sent()).containsExactly("B [c, d]");
			assertThat(dispatch("efg")).containsExactly("g");
			assertThat(sent()).containsExactly("A [e]", "B [f]");
		}

		@Test
		void keepsTheOrderOfArrivalAmongEqualDemands() {
			subscribe(A, B, C);
			ask(B, 1);
			ask(C, 1);
			ask(A, 1);
			dispatch("abc");
			assertThat(sent()).containsExactly("B [a]", "C [b]", "A [c]");
		}

	}

	@Nested
	class Pending {

		@Test
		@DisplayName("D1 a subscriber that never asked leaves nothing behind")
		void leavesNothingBehindWithoutDemand() {
			subscribe(A);
			assertThat(cancel(A)).isZero();
			subscribe(B);
			assertThat(ask(B, 5)).isEqualTo(5);
			assertThat(warnings()).isEmpty();
		}

		@Test
		@DisplayName("D2 demand of a subscriber that left pays for later asks")
		void paysForLaterAsks() {
			subscribe(A);
			assertThat(ask(A, 10)).isEqualTo(10);
			assertThat(cancel(A)).isZero();
			subscribe(B);
			assertThat(ask(B, 5)).isZero();
			assertThat(cancel(B)).isZero();
			assertThat(dispatch("abc")).containsExactly("a", "b", "c");
			subscribe(C);
			// 7 of the 10 are still to come.
			assertThat(ask(C, 8)).isEqualTo(1);
		}

		@Test
		@DisplayName("D2 events that arrive with nobody there settle what is pending")
		void isSettledByEventsThatNobodyTakes() {
			subscribe(A);
			ask(A, 10);
			cancel(A);
			assertThat(dispatch("abc")).hasSize(3);
			assertThat(dispatch("defghijklm")).hasSize(10);
			subscribe(B);
			assertThat(ask(B, 2)).isEqualTo(2);
		}

		@Test
		@DisplayName("D3 one consumer may subscribe twice")
		void allowsAConsumerToSubscribeTwice() {
			Subscriber first = new TestSubscriber("A1", "one consumer");
			Subscriber second = new TestSubscriber("A2", "one consumer");
			subscribe(first, second);
			assertThat(ask(first, 3)).isEqualTo(3);
			assertThat(ask(second, 3)).isEqualTo(3);
			assertThat(cancel(first)).isZero();
			assertThat(dispatch("abcde")).containsExactly("d", "e");
			assertThat(sent()).containsExactly("A2 [a, b, c]");
			// Of the 3 pending, 2 have come.
			assertThat(ask(second, 3)).isEqualTo(2);
		}

		@Test
		void saturates() {
			subscribe(A, B);
			ask(A, Long.MAX_VALUE);
			ask(B, Long.MAX_VALUE);
			assertThat(openDemand()).isEqualTo(Long.MAX_VALUE);
			cancel(A);
			assertThat(openDemand()).isEqualTo(Long.MAX_VALUE);
			cancel(B);
			assertThat(openDemand()).isZero();
			subscribe(C);
			assertThat(ask(C, Long.MAX_VALUE)).isZero();
		}

	}

	@Nested
	class MaximumDemand {

		@Test
		@DisplayName("D9 warns of an ask above the configured maximum and honours it")
		void warnsAboveTheConfiguredMaximum() {
			use(DemandOptions.defaults().withMaxDemand(3));
			subscribe(A);
			assertThat(ask(A, 4)).isEqualTo(4);
			assertThat(warnings()).singleElement()
				.asString()
				.startsWith("A asked for 4 events where at most 3 are expected");
		}

		@Test
		void isExceededOnceBySubscriber() {
			use(DemandOptions.defaults().withMaxDemand(3));
			subscribe(A);
			ask(A, 4);
			ask(A, 5);
			assertThat(warnings()).hasSize(1);
			cancel(A);
			subscribe(A);
			ask(A, 4);
			assertThat(warnings()).hasSize(2);
		}

		@Test
		void isThatOfTheOthers() {
			subscribe(A, B);
			ask(A, 2);
			ask(B, 3);
			ask(A, 2);
			ask(A, 3);
			ask(B, 3);
			assertThat(warnings()).singleElement()
				.asString()
				.startsWith("B asked for 3 events where at most 2 are expected");
		}

		@Test
		void isNobodysForOneThatIsAlone() {
			subscribe(A);
			ask(A, 2);
			ask(A, 30);
			ask(A, 31);
			assertThat(warnings()).isEmpty();
			subscribe(B);
			ask(A, 32);
			assertThat(warnings()).as("B has not asked yet").isEmpty();
			ask(B, 2);
			assertThat(warnings()).isEmpty();
			ask(A, 31);
			ask(A, 33);
			assertThat(warnings()).singleElement()
				.asString()
				.startsWith("A asked for 31 events where at most 2 are expected");
			cancel(B);
			ask(A, 35);
			assertThat(warnings()).hasSize(1);
		}

		@Test
		void mustNotBeNegative() {
			assertThatIllegalArgumentException().isThrownBy(() -> DemandOptions.defaults().withMaxDemand(-1))
				.withMessage("maxDemand must be >= 0, was -1");
		}

	}

	@Nested
	class Shuffle {

		private final Random random = new Random(7);

		@Test
		@DisplayName("D7 orders the subscribers at random for the first dispatch")
		void ordersSubscribersAtRandomOnce() {
			Set<List<String>> firsts = new HashSet<>();
			for (int round = 0; round < 20; round++) {
				shuffle();
				subscribe(A, B);
				ask(A, 3);
				ask(B, 2);
				assertThat(dispatch("abcde")).isEmpty();
				firsts.add(sent());
				ask(A, 3);
				ask(B, 2);
				dispatch("abcde");
				assertThat(sent()).containsExactly("A [a, b, c]", "B [d, e]");
			}
			assertThat(firsts).containsExactlyInAnyOrder(List.of("A [a, b, c]", "B [d, e]"),
					List.of("B [a, b]", "A [c, d, e]"));
		}

		@Test
		@DisplayName("Q6 a subscriber without demand never blocks the first dispatch")
		void isNeverBlockedByASubscriberWithoutDemand() {
			for (int round = 0; round < 20; round++) {
				shuffle();
				subscribe(A, B, C);
				ask(C, 2);
				assertThat(dispatch("abc")).containsExactly("c");
				assertThat(sent()).containsExactly("C [a, b]");
			}
		}

		private void shuffle() {
			use(DemandOptions.defaults().withShuffle(this.random));
		}

	}

	@Test
	void asksAgainForWhatWasWithdrawn() {
		subscribe(A, B);
		ask(A, 10);
		ask(B, 2);
		cancel(A);
		assertThat(this.dispatcher.unclaimed()).isEqualTo(10);
		this.dispatcher.withdraw(7);
		assertThat(this.dispatcher.unclaimed()).isEqualTo(3);
		assertThat(openDemand()).isEqualTo(2);
		assertThat(ask(B, 5)).isEqualTo(2);
	}

	@Test
	void refusesAnAskOfAStranger() {
		assertThatIllegalArgumentException().isThrownBy(() -> ask(A, 1)).withMessage("A is not subscribed");
	}

	private long ask(Subscriber subscriber, long demand) {
		return this.dispatcher.ask(subscriber, demand);
	}

	private long cancel(Subscriber subscriber) {
		return this.dispatcher.cancel(subscriber);
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

	private List<String> warnings() {
		return this.outlet.warnings();
	}

}
