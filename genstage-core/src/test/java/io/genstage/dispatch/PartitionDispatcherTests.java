package io.genstage.dispatch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.genstage.buffer.BufferKeep;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * An event is a letter and a number; the letter names its partition. The letter x belongs
 * to none, y to one that doesn't exist.
 */
class PartitionDispatcherTests {

	private static final PartitionOptions<String> LETTERS = PartitionOptions.ofNames(List.of("a", "b", "c"),
			PartitionDispatcherTests::letter);

	private static final Subscriber A = subscriber("A", "a");

	private static final Subscriber A2 = subscriber("A2", "a");

	private static final Subscriber B = subscriber("B", "b");

	private static final Subscriber C = subscriber("C", "c");

	private final RecordingOutlet outlet = new RecordingOutlet();

	private final List<String> run = new ArrayList<>();

	private Dispatcher<String> dispatcher = Dispatchers.partition(LETTERS).create(this.outlet);

	private static Subscriber subscriber(String name, Object partition) {
		return new TestSubscriber(name).with(Subscriber.PARTITION, partition);
	}

	private static String letter(String event) {
		String letter = event.substring(0, 1);
		return "x".equals(letter) ? null : letter;
	}

	@Nested
	class Contract extends DispatcherContract {

		@Override
		protected DispatcherFactory<String> factory() {
			return Dispatchers.partition(PartitionOptions.ofCount(1));
		}

		@Override
		protected Subscriber subscriber(String name) {
			return PartitionDispatcherTests.subscriber(name, 0);
		}

	}

	@Nested
	class Delivery {

		@Test
		@DisplayName("P2 sends what was asked for and returns the rest")
		void returnsWhatNobodyAskedFor() {
			use(PartitionOptions.ofCount(1));
			Subscriber only = subscriber("only", 0);
			subscribe(only);
			assertThat(ask(only, 3)).isEqualTo(3);
			assertThat(dispatch("1")).isEmpty();
			assertThat(sent()).containsExactly("only [1]");
			assertThat(openDemand()).isEqualTo(2);
			assertThat(ask(only, 3)).isEqualTo(3);
			assertThat(openDemand()).isEqualTo(5);
			assertThat(dispatch("2", "3", "4", "5", "6", "7", "8")).containsExactly("7", "8");
			assertThat(sent()).containsExactly("only [2, 3, 4, 5, 6]");
			assertThat(openDemand()).isZero();
		}

		@Test
		@DisplayName("P3 names partitions and routes to the one that is subscribed")
		void routesByName() {
			use(PartitionOptions.ofNames(List.of("odd", "even"), PartitionDispatcherTests::parity));
			Subscriber odd = subscriber("odd", "odd");
			subscribe(odd);
			assertThat(ask(odd, 3)).isEqualTo(3);
			assertThat(dispatch("1")).isEmpty();
			assertThat(ask(odd, 3)).isEqualTo(3);
			assertThat(dispatch("5", "7", "9", "11", "13", "15", "17")).containsExactly("15", "17");
			assertThat(sent()).containsExactly("odd [1]", "odd [5, 7, 9, 11, 13]");
			assertThat(openDemand()).isZero();
		}

		@Test
		@DisplayName("P5 holds what belongs to a partition without a subscriber")
		void holdsForAPartitionWithoutSubscriber() {
			subscribe(B);
			assertThat(ask(B, 5)).isEqualTo(5);
			assertThat(dispatch("a1", "a2", "a3", "a4", "a5")).isEmpty();
			assertThat(openDemand()).isZero();
			assertThat(held()).isEqualTo(5);
			assertThat(dispatch("a6", "a7")).containsExactly("a6", "a7");
			assertThat(sent()).isEmpty();
			subscribe(A);
			assertThat(ask(A, 5)).isEqualTo(5);
			assertThat(sent()).containsExactly("A [a1, a2, a3, a4, a5]");
			assertThat(openDemand()).isEqualTo(5);
			assertThat(held()).isZero();
			assertThat(dispatch("a6", "a7")).isEmpty();
			assertThat(openDemand()).isEqualTo(3);
			// The demand of A was used up: they wait for its next ask.
			assertThat(sent()).isEmpty();
			assertThat(held()).isEqualTo(2);
		}

		@Test
		@DisplayName("P6 holds what goes beyond the demand of a partition")
		void holdsWhatGoesBeyondTheDemandOfAPartition() {
			subscribe(A, B);
			assertThat(ask(A, 5)).isEqualTo(5);
			assertThat(ask(B, 5)).isEqualTo(5);
			assertThat(dispatch("a1", "a2")).isEmpty();
			assertThat(dispatch("a3", "a4", "a5", "a6", "a7", "a8", "a9", "a0")).isEmpty();
			assertThat(sent()).containsExactly("A [a1, a2]", "A [a3, a4, a5]");
			assertThat(openDemand()).isZero();
			assertThat(held()).isEqualTo(5);
			assertThat(ask(A, 5)).isEqualTo(5);
			assertThat(sent()).containsExactly("A [a6, a7, a8, a9, a0]");
			assertThat(openDemand()).isEqualTo(5);
		}

		@Test
		@DisplayName("a partial ask takes the front of the queue")
		void takesTheFrontOfTheQueue() {
			subscribe(A, B);
			ask(B, 5);
			dispatch("a1", "a2", "a3", "a4", "a5");
			ask(A, 2);
			assertThat(sent()).containsExactly("A [a1, a2]");
			assertThat(held()).isEqualTo(3);
			ask(A, 4);
			assertThat(sent()).containsExactly("A [a3, a4, a5]");
			dispatch("a6", "a7");
			assertThat(sent()).containsExactly("A [a6]");
			assertThat(held()).isEqualTo(1);
		}

		@Test
		void sendsOneMessageToEachPartition() {
			subscribe(A, B);
			ask(A, 2);
			ask(B, 2);
			dispatch("b1", "a1", "b2", "a2");
			assertThat(sent()).containsExactly("B [b1, b2]", "A [a1, a2]");
		}

		@Test
		void sendsTheEventThatTheRouterReturns() {
			use(LETTERS.withRouter((event) -> new PartitionRouter.Routed<>("a", event + "!")));
			subscribe(A);
			ask(A, 2);
			assertThat(dispatch("1", "2", "3")).containsExactly("3");
			assertThat(sent()).containsExactly("A [1!, 2!]");
		}

		@Test
		void routesEachEventOnceAndOnlyWhenItIsTaken() {
			List<String> routed = new ArrayList<>();
			use(LETTERS.withRouter((event) -> {
				routed.add(event);
				return new PartitionRouter.Routed<>(event.substring(0, 1), event);
			}));
			subscribe(A, B);
			ask(A, 2);
			List<String> leftover = dispatch("b1", "a1", "a2");
			assertThat(routed).containsExactly("b1", "a1");
			ask(B, 1);
			assertThat(dispatch(leftover.toArray(String[]::new))).isEmpty();
			assertThat(routed).containsExactly("b1", "a1", "a2");
		}

		@Test
		void keepsTheOrderWithinAPartition() {
			subscribe(A, B);
			ask(A, 1);
			ask(B, 4);
			dispatch("a1", "b1", "a2", "a3");
			dispatch("b2");
			assertThat(sent()).containsExactly("A [a1]", "B [b1]", "B [b2]");
			ask(A, 1);
			dispatch("a4");
			ask(A, 3);
			assertThat(sent()).containsExactly("A [a2]", "A [a3, a4]");
		}

	}

	@Nested
	class Sharing {

		@Test
		@DisplayName("several subscribers of a partition share its events by demand")
		void sharesByDemand() {
			subscribe(A, A2);
			assertThat(ask(A, 2)).isEqualTo(2);
			assertThat(ask(A2, 3)).isEqualTo(3);
			assertThat(dispatch("a1", "a2", "a3", "a4", "a5", "a6")).containsExactly("a6");
			assertThat(sent()).containsExactly("A2 [a1, a2, a3]", "A [a4, a5]");
		}

		@Test
		void givesTheQueueToWhoeverAsks() {
			subscribe(A, A2, B);
			ask(B, 4);
			dispatch("a1", "a2", "a3", "a4");
			ask(A2, 1);
			ask(A, 2);
			ask(A2, 2);
			assertThat(sent()).containsExactly("A2 [a1]", "A [a2, a3]", "A2 [a4]");
			dispatch("a5");
			assertThat(sent()).containsExactly("A2 [a5]");
		}

		@Test
		void leavesThePartitionToTheOthers() {
			subscribe(A, A2);
			ask(A, 2);
			ask(A2, 3);
			assertThat(cancel(A2)).isZero();
			assertThat(dispatch("a1", "a2", "a3")).isEmpty();
			assertThat(sent()).containsExactly("A [a1, a2]");
			// The 3 of A2 pay for this.
			assertThat(ask(A, 2)).isZero();
			assertThat(sent()).containsExactly("A [a3]");
		}

	}

	@Nested
	class Discarding {

		@Test
		@DisplayName("P4 Q3 an event that belongs nowhere leaves its demand to the next one")
		void leavesItsDemandToTheNextOne() {
			use(PartitionOptions.ofNames(List.of("odd", "even"),
					(event) -> (Integer.parseInt(event) % 3 != 0) ? parity(event) : null));
			Subscriber even = subscriber("even", "even");
			Subscriber odd = subscriber("odd", "odd");
			subscribe(even, odd);
			assertThat(ask(even, 4)).isEqualTo(4);
			assertThat(ask(odd, 4)).isEqualTo(4);
			assertThat(dispatch("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12")).containsExactly("12");
			assertThat(sent()).containsExactlyInAnyOrder("even [2, 4, 8, 10]", "odd [1, 5, 7, 11]");
			assertThat(openDemand()).isZero();
		}

		@Test
		@DisplayName("Q3 discarded events leave the demand open")
		void leavesTheDemandOpen() {
			subscribe(A);
			ask(A, 4);
			assertThat(dispatch("a1", "x1", "x2", "x3")).isEmpty();
			assertThat(sent()).containsExactly("A [a1]");
			assertThat(openDemand()).isEqualTo(3);
			assertThat(held()).isZero();
		}

	}

	@Nested
	class Leaving {

		@Test
		@DisplayName("P1 demand of a subscriber that left pays for later asks in any partition")
		void paysForLaterAsks() {
			Subscriber consumer = subscriber("A", "a");
			subscribe(consumer);
			assertThat(ask(consumer, 10)).isEqualTo(10);
			assertThat(openDemand()).isEqualTo(10);
			assertThat(cancel(consumer)).isZero();
			assertThat(openDemand()).isEqualTo(10);
			Subscriber elsewhere = new TestSubscriber("B", consumer.consumer()).with(Subscriber.PARTITION, "b");
			subscribe(elsewhere);
			assertThat(ask(elsewhere, 5)).isZero();
			assertThat(openDemand()).isEqualTo(10);
			assertThat(cancel(elsewhere)).isZero();
			assertThat(dispatch("a1", "b1", "a2", "b2")).isEmpty();
			assertThat(openDemand()).isEqualTo(6);
			assertThat(held()).isEqualTo(4);
			assertThat(sent()).isEmpty();
		}

		@Test
		@DisplayName("Q1 demand that was used up for others doesn't pay for later asks")
		void doesNotPayWithWhatWasUsedUp() {
			subscribe(A);
			assertThat(ask(A, 4)).isEqualTo(4);
			cancel(A);
			assertThat(dispatch("b1", "b2", "b3", "b4")).isEmpty();
			subscribe(A2);
			assertThat(ask(A2, 4)).isEqualTo(4);
			assertThat(openDemand()).isEqualTo(4);
			assertThat(dispatch("a1", "a2", "a3", "a4")).isEmpty();
			assertThat(sent()).containsExactly("A2 [a1, a2, a3, a4]");
		}

		@Test
		@DisplayName("Q1 demand that was used up in part pays for the other part")
		void paysWithWhatIsLeft() {
			subscribe(A);
			ask(A, 4);
			cancel(A);
			dispatch("b1", "b2", "b3");
			subscribe(A2);
			assertThat(ask(A2, 4)).isEqualTo(3);
			assertThat(openDemand()).isEqualTo(4);
		}

		// The reference throws the queue away and requests 5 others.
		@Test
		@DisplayName("P7 Q4 the queue stays for the next subscriber of the partition")
		void leavesTheQueueToTheNextOne() {
			subscribe(A, B);
			ask(B, 5);
			dispatch("a1", "a2", "a3", "a4", "a5");
			afterHeld("info");
			assertThat(cancel(A)).isZero();
			assertThat(openDemand()).isZero();
			assertThat(held()).isEqualTo(5);
			assertThat(PartitionDispatcherTests.this.run).isEmpty();
			subscribe(A2);
			assertThat(ask(A2, 5)).isEqualTo(5);
			assertThat(sent()).containsExactly("A2 [a1, a2, a3, a4, a5]");
			assertThat(PartitionDispatcherTests.this.run).containsExactly("info");
		}

		@Test
		void saturates() {
			subscribe(A, B);
			ask(A, Long.MAX_VALUE);
			ask(B, Long.MAX_VALUE);
			cancel(A);
			cancel(B);
			subscribe(A2);
			assertThat(ask(A2, Long.MAX_VALUE)).isZero();
			assertThat(dispatch("a1")).isEmpty();
			assertThat(sent()).containsExactly("A2 [a1]");
		}

	}

	/**
	 * Without these numbers, a partition that nobody serves uses up what the others ask
	 * for, as in GenStage.
	 */
	@Nested
	class WithoutASubscriber {

		@Test
		@DisplayName("so many events as may wait take up no demand")
		void takeUpNoDemand() {
			outlet.letWait(3, Unserved.WAIT);
			subscribe(B);
			ask(B, 4);
			assertThat(dispatch("a1", "a2", "b1")).isEmpty();
			assertThat(openDemand()).isEqualTo(3);
			assertThat(sent()).containsExactly("B [b1]");
			assertThat(held()).isEqualTo(2);
			assertThat(unserved()).isEqualTo(2);
			assertThat(dispatch("c1", "c2", "b2")).isEmpty();
			// c2 is one too many.
			assertThat(openDemand()).isEqualTo(1);
			assertThat(unserved()).isEqualTo(4);
		}

		@Test
		@DisplayName("whoever comes for them asks for no others in their place")
		void areAskedForByWhoeverComes() {
			outlet.letWait(3, Unserved.WAIT);
			subscribe(B);
			ask(B, 4);
			dispatch("a1", "a2", "a3", "a4");
			assertThat(openDemand()).isEqualTo(3);
			subscribe(A);
			assertThat(unserved()).isZero();
			assertThat(held()).isEqualTo(4);
			assertThat(ask(A, 2)).isZero();
			assertThat(ask(A, 3)).isEqualTo(2);
			assertThat(sent()).containsExactly("A [a1, a2]", "A [a3, a4]");
			assertThat(openDemand()).isEqualTo(5);
			// With them gone, as many may wait again.
			assertThat(dispatch("c1", "c2", "c3")).isEmpty();
			assertThat(openDemand()).isEqualTo(5);
		}

		@Test
		@DisplayName("what waits when the last subscriber leaves gives its demand back")
		void giveItBackWhenTheLastSubscriberLeaves() {
			outlet.letWait(2, Unserved.WAIT);
			subscribe(A, A2, B);
			ask(B, 3);
			dispatch("a1", "a2", "a3");
			assertThat(openDemand()).isZero();
			cancel(A);
			assertThat(openDemand()).isZero();
			cancel(A2);
			assertThat(openDemand()).isEqualTo(2);
			assertThat(unserved()).isEqualTo(3);
			assertThat(sent()).isEmpty();
		}

		@Test
		@DisplayName("beyond that the oldest are lost if that is wanted")
		void loseTheOldest() {
			outlet.letWait(2, Unserved.DISCARD);
			subscribe(A, B);
			ask(B, 4);
			dispatch("a1");
			afterHeld("info");
			dispatch("a2", "a3", "c1");
			cancel(A);
			assertThat(outlet.warnings()).containsExactly("they belong to partitions that nobody serves");
			assertThat(sent()).containsExactly("lost [a1, a2]");
			assertThat(PartitionDispatcherTests.this.run).containsExactly("info");
			assertThat(openDemand()).isEqualTo(4);
			assertThat(unserved()).isEqualTo(2);
			subscribe(A2);
			ask(A2, 1);
			assertThat(sent()).containsExactly("A2 [a3]");
		}

		@Test
		@DisplayName("all are lost if nobody is going to come, and later ones too")
		void areAbandoned() {
			subscribe(B);
			ask(B, 3);
			dispatch("a1", "a2", "a3");
			assertThat(openDemand()).isZero();
			dispatcher.abandon(List.of("a", "b", "nowhere"));
			assertThat(sent()).containsExactly("lost [a1, a2, a3]");
			assertThat(openDemand()).isEqualTo(3);
			assertThat(held()).isZero();
			dispatch("a4", "b1");
			assertThat(sent()).containsExactly("lost [a4]", "B [b1]");
			assertThat(openDemand()).isEqualTo(2);
			subscribe(A);
			dispatch("a5");
			assertThat(held()).isEqualTo(1);
			cancel(A);
			assertThat(held()).isEqualTo(1);
		}

		@Test
		@DisplayName("a bounded queue gives back what it drops once")
		void giveBackWhatIsDroppedOnce() {
			use(LETTERS.withQueueSize(2));
			outlet.letWait(10, Unserved.WAIT);
			subscribe(B);
			ask(B, 5);
			dispatch("a1", "a2", "a3", "a4");
			assertThat(sent()).containsExactly("lost [a1, a2]");
			assertThat(openDemand()).isEqualTo(5);
			dispatch("a5");
			assertThat(openDemand()).isEqualTo(5);
			assertThat(held()).isEqualTo(2);
		}

		private long unserved() {
			return PartitionDispatcherTests.this.dispatcher.unserved();
		}

	}

	@Nested
	class BoundedQueue {

		@Test
		@DisplayName("keep first refuses the new events and gives their demand back")
		void keepsTheFirstEvents() {
			use(LETTERS.withQueueSize(2).withQueueKeep(BufferKeep.FIRST));
			subscribe(A, B);
			ask(B, 5);
			assertThat(dispatch("a1", "a2", "a3", "a4", "b1")).isEmpty();
			assertThat(sent()).containsExactly("lost [a3, a4]", "B [b1]");
			assertThat(openDemand()).isEqualTo(2);
			assertThat(held()).isEqualTo(2);
			ask(A, 3);
			assertThat(sent()).containsExactly("A [a1, a2]");
		}

		@Test
		@DisplayName("keep last drops the oldest events and gives their demand back")
		void keepsTheLastEvents() {
			use(LETTERS.withQueueSize(2));
			subscribe(A, B);
			ask(B, 5);
			dispatch("a1", "a2");
			assertThat(dispatch("a3", "b1", "a4")).isEmpty();
			assertThat(sent()).containsExactly("lost [a1, a2]", "B [b1]");
			assertThat(openDemand()).isEqualTo(2);
			assertThat(held()).isEqualTo(2);
			ask(A, 3);
			assertThat(sent()).containsExactly("A [a3, a4]");
		}

		@Test
		void countsOnlyWhatTheDemandLeaves() {
			use(LETTERS.withQueueSize(1));
			subscribe(A);
			ask(A, 1);
			subscribe(B);
			ask(B, 2);
			dispatch("a1", "a2", "a3");
			assertThat(sent()).containsExactly("A [a1]", "lost [a2]");
			assertThat(held()).isEqualTo(1);
		}

		@ParameterizedTest
		@EnumSource
		void holdsNothingAtSizeZero(BufferKeep keep) {
			use(LETTERS.withQueueSize(0).withQueueKeep(keep));
			subscribe(A);
			ask(A, 2);
			assertThat(dispatch("b1", "b2", "a1")).containsExactly("a1");
			assertThat(sent()).containsExactly("lost [b1, b2]");
			assertThat(openDemand()).isEqualTo(2);
			assertThat(held()).isZero();
		}

		@Test
		@DisplayName("an action behind a dropped event is run")
		void runsActionsBehindDroppedEvents() {
			use(LETTERS.withQueueSize(2));
			subscribe(B);
			ask(B, 4);
			dispatch("a1");
			afterHeld("info");
			dispatch("a2", "a3");
			assertThat(PartitionDispatcherTests.this.run).containsExactly("info");
		}

	}

	@Nested
	class AfterHeld {

		private final List<String> run = PartitionDispatcherTests.this.run;

		@Test
		@DisplayName("P9 runs at once without subscribers")
		void runsAtOnceWithoutSubscribers() {
			afterHeld("info");
			assertThat(this.run).containsExactly("info");
		}

		@Test
		@DisplayName("P8 runs at once while nothing is held, and changes nothing")
		void runsAtOnceWhileNothingIsHeld() {
			subscribe(A, B);
			ask(B, 3);
			afterHeld("info");
			assertThat(this.run).containsExactly("info");
			assertThat(openDemand()).isEqualTo(3);
			assertThat(held()).isZero();
		}

		@Test
		@DisplayName("Q20 runs at once when demand was met exactly")
		void runsAtOnceWhenDemandWasMetExactly() {
			subscribe(A);
			ask(A, 2);
			dispatch("a1", "a2");
			afterHeld("info");
			assertThat(this.run).containsExactly("info");
		}

		@Test
		@DisplayName("runs when the last of several queues has passed it")
		void waitsForTheLastQueue() {
			subscribe(A, B, C);
			ask(C, 4);
			dispatch("a1", "b1", "a2", "c1");
			afterHeld("info");
			ask(B, 1);
			ask(A, 1);
			assertThat(this.run).isEmpty();
			ask(A, 1);
			assertThat(this.run).containsExactly("info");
		}

		@Test
		@DisplayName("splits what is sent, and is passed by no later event")
		void splitsMessages() {
			subscribe(A, B);
			ask(B, 3);
			dispatch("a1", "a2");
			afterHeld("first");
			afterHeld("second");
			dispatch("a3");
			afterHeld("third");
			ask(A, 2);
			assertThat(sent()).containsExactly("A [a1, a2]");
			assertThat(this.run).containsExactly("first", "second");
			ask(A, 2);
			assertThat(sent()).containsExactly("A [a3]");
			assertThat(this.run).containsExactly("first", "second", "third");
		}

		@Test
		void goesOnBehindTheSplit() {
			subscribe(A, B);
			ask(B, 3);
			dispatch("a1");
			afterHeld("info");
			dispatch("a2", "a3");
			ask(A, 5);
			assertThat(sent()).containsExactly("A [a1]", "A [a2, a3]");
			assertThat(this.run).containsExactly("info");
		}

		@Test
		void doesNotWaitForLaterQueues() {
			subscribe(A, B);
			ask(B, 3);
			dispatch("a1");
			afterHeld("info");
			dispatch("c1");
			ask(A, 1);
			assertThat(this.run).containsExactly("info");
		}

	}

	@Nested
	class Refusing {

		@Test
		@DisplayName("Q7 a subscriber has to name a partition")
		void requiresAPartition() {
			assertRefused(new TestSubscriber("D"), "no_partition",
					"D is refused: it must name a partition, one of [a, b, c]");
		}

		@Test
		@DisplayName("Q7 the partition has to exist")
		void requiresAKnownPartition() {
			assertRefused(subscriber("D", "d"), "unknown_partition",
					"D is refused: there is no partition 'd', expected one of [a, b, c]");
		}

		@Test
		@DisplayName("Q7 a name of another type is told apart")
		void tellsNamesOfAnotherTypeApart() {
			use(PartitionOptions.ofCount(2));
			assertRefused(subscriber("D", "0"), "unknown_partition",
					"D is refused: there is no partition '0' (String), expected one of [0, 1] (Integer)");
		}

		@Test
		void namesOnlySomeOfManyPartitions() {
			use(PartitionOptions.ofCount(1000));
			assertThatExceptionOfType(SubscriptionRefusedException.class)
				.isThrownBy(() -> subscribe(subscriber("D", 1000)))
				.withMessageEndingWith("18, 19] and 980 more");
		}

		@Test
		@DisplayName("Q7 a refusal changes nothing")
		void changesNothing() {
			subscribe(A);
			ask(A, 2);
			assertThatExceptionOfType(SubscriptionRefusedException.class)
				.isThrownBy(() -> subscribe(subscriber("D", "d")));
			assertThat(openDemand()).isEqualTo(2);
			assertThat(dispatch("a1", "a2")).isEmpty();
			assertThat(sent()).containsExactly("A [a1, a2]");
		}

		@Test
		void refusesAnAskOfAStranger() {
			assertThatIllegalArgumentException().isThrownBy(() -> ask(A, 1)).withMessage("A is not subscribed");
			assertThatIllegalArgumentException().isThrownBy(() -> cancel(A)).withMessage("A is not subscribed");
		}

		private void assertRefused(Subscriber subscriber, String reason, String message) {
			assertThatExceptionOfType(SubscriptionRefusedException.class).isThrownBy(() -> subscribe(subscriber))
				.withMessage(message)
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(reason));
		}

	}

	@Nested
	class BadRouter {

		@Test
		@DisplayName("P11 that names an unknown partition leaves the demand to the next event")
		void mayNameAnUnknownPartition() {
			subscribe(A);
			ask(A, 2);
			assertThat(dispatch("y1", "a1", "a2", "a3")).containsExactly("a3");
			assertThat(sent()).containsExactly("lost [y1]", "A [a1, a2]");
			assertThat(outlet.warnings()).singleElement()
				.asString()
				.contains("names none of the partitions [a, b, c]")
				.doesNotContain("y");
		}

		// Of the malformed answers, the types leave this one.
		@Test
		@DisplayName("P12 that names no partition leaves the demand to the next event")
		void mayNameNoPartition() {
			use(LETTERS.withRouter((event) -> new PartitionRouter.Routed<>(event.equals("a1") ? null : "a", event)));
			subscribe(A);
			ask(A, 2);
			assertThat(dispatch("a1", "a2")).isEmpty();
			assertThat(sent()).containsExactly("lost [a1]", "A [a2]");
			assertThat(openDemand()).isEqualTo(1);
		}

		@Test
		@DisplayName("that throws leaves the demand to the next event")
		void mayThrow() {
			use(LETTERS.withRouter((event) -> {
				throw new UnsupportedOperationException("oops");
			}));
			subscribe(A);
			ask(A, 2);
			assertThat(dispatch("a1", "a2", "a3")).isEmpty();
			assertThat(sent()).containsExactly("lost [a1]", "lost [a2]", "lost [a3]");
			assertThat(openDemand()).isEqualTo(2);
			assertThat(held()).isZero();
		}

		@Test
		@DisplayName("is not called without demand")
		void isNotCalledWithoutDemand() {
			subscribe(A);
			assertThat(dispatch("y1")).containsExactly("y1");
		}

	}

	@Nested
	class Options {

		@ParameterizedTest
		@ValueSource(ints = { -1, 0, 100_001 })
		@DisplayName("P13 there is at least one partition, and not too many")
		void requireASensibleCount(int count) {
			assertThatIllegalArgumentException().isThrownBy(() -> PartitionOptions.ofCount(count))
				.withMessage("expected 1 to 100000 partitions, but got " + count);
			assertThatIllegalArgumentException().isThrownBy(() -> PartitionOptions.ofCount(count, (event) -> event))
				.withMessage("expected 1 to 100000 partitions, but got " + count);
		}

		@Test
		void allowUpToTheMaximum() {
			assertThat(PartitionOptions.ofCount(100_000).partitions()).hasSize(100_000).contains(0, 99_999);
		}

		@Test
		@DisplayName("P13 there is at least one name")
		void requireAName() {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> PartitionOptions.ofNames(Set.of(), PartitionDispatcherTests::letter))
				.withMessage("expected 1 to 100000 partitions, but got 0");
		}

		@Test
		void requireNamesThatAreNotNull() {
			assertThatNullPointerException()
				.isThrownBy(() -> PartitionOptions.ofNames(Arrays.asList("a", null), PartitionDispatcherTests::letter))
				.withMessage("the name of a partition must not be null");
		}

		@Test
		@DisplayName("P13 a router is needed")
		void requireARouter() {
			assertThatNullPointerException().isThrownBy(() -> LETTERS.withRouter(null))
				.withMessage("router must not be null");
			assertThatNullPointerException().isThrownBy(() -> PartitionOptions.ofNames(List.of("a"), null))
				.withMessage("partition must not be null");
			assertThatNullPointerException().isThrownBy(() -> PartitionOptions.ofCount(2, null))
				.withMessage("key must not be null");
		}

		@Test
		void requireASensibleQueue() {
			assertThatIllegalArgumentException().isThrownBy(() -> LETTERS.withQueueSize(-1))
				.withMessage("queueSize must be >= 0, was -1");
		}

		@Test
		void requireAKeepRule() {
			assertThatNullPointerException().isThrownBy(() -> LETTERS.withQueueKeep(null))
				.withMessage("queueKeep must not be null");
		}

		@Test
		void keepTheNamesInOrder() {
			List<String> names = new ArrayList<>(List.of("c", "a", "b", "a"));
			PartitionOptions<String> options = PartitionOptions.ofNames(names, PartitionDispatcherTests::letter);
			names.clear();
			assertThat(options.partitions()).containsExactly("c", "a", "b");
		}

	}

	@Nested
	class ByHash {

		@ParameterizedTest
		@ValueSource(ints = { 1, 2, 3, 7, 16 })
		@DisplayName("every event belongs to one of the partitions, and each gets its share")
		void spreadsEventsOverAllPartitions(int count) {
			PartitionRouter<Integer> router = PartitionOptions.<Integer>ofCount(count).router();
			int[] shares = new int[count];
			IntStream.range(-1000, 1000).forEach((event) -> shares[partition(router, event)]++);
			int fair = 2000 / count;
			assertThat(IntStream.of(shares)).allMatch((share) -> share > fair / 2 && share < fair * 2);
		}

		@Test
		void keepsAKeyInItsPartition() {
			PartitionRouter<String> router = PartitionOptions.<String>ofCount(5, (event) -> event.charAt(0)).router();
			Set<Object> partitions = new HashSet<>();
			for (String event : List.of("k1", "k2", "k3", "k4")) {
				partitions.add(partition(router, event));
			}
			assertThat(partitions).hasSize(1);
		}

		@Test
		void acceptsAnEventWithoutKey() {
			PartitionRouter<String> router = PartitionOptions.<String>ofCount(5, (event) -> null).router();
			assertThat(partition(router, "a")).isBetween(0, 4);
		}

		@ParameterizedTest
		@MethodSource("io.genstage.dispatch.PartitionDispatcherTests#copiesOfKeys")
		@DisplayName("an array is a key by its content, as a key or as the event itself")
		void keepsArraysOfTheSameContentInOnePartition(Supplier<Object> key) {
			PartitionRouter<String> byKey = PartitionOptions.<String>ofCount(1000, (event) -> key.get()).router();
			PartitionRouter<Object> byEvent = PartitionOptions.<Object>ofCount(1000).router();
			Set<Object> partitions = new HashSet<>();
			for (int i = 0; i < 100; i++) {
				partitions.add(partition(byKey, "event"));
				partitions.add(partition(byEvent, key.get()));
			}
			assertThat(partitions).hasSize(1);
		}

		@Test
		@DisplayName("arrays of other content get their share of the partitions")
		void spreadsArraysOverAllPartitions() {
			PartitionRouter<byte[]> router = PartitionOptions.<byte[]>ofCount(4).router();
			Set<Object> partitions = new HashSet<>();
			for (byte i = 0; i < 100; i++) {
				partitions.add(partition(router, new byte[] { i, 1 }));
			}
			assertThat(partitions).containsExactlyInAnyOrder(0, 1, 2, 3);
		}

		private <E> int partition(PartitionRouter<E> router, E event) {
			PartitionRouter.Routed<E> routed = router.route(event);
			assertThat(routed).isNotNull();
			assertThat(routed.event()).isEqualTo(event);
			return (Integer) routed.partition();
		}

	}

	@Nested
	class NamesThatAreArrays {

		private static final byte[] ONE = { 1 };

		private final PartitionOptions<String> options = PartitionOptions
			.ofNames(List.of(ONE, new byte[] { 2 }, new byte[] { 1 }), (event) -> new byte[] { (byte) event.length() });

		@Test
		@DisplayName("count by their content")
		void countByTheirContent() {
			assertThat(this.options.partitions()).hasSize(2);
			use(this.options);
			Subscriber one = subscriber("one", new byte[] { 1 });
			subscribe(one, subscriber("two", new byte[] { 2 }));
			ask(one, 2);
			assertThat(dispatch("a", "b")).isEmpty();
			assertThat(sent()).containsExactly("one [a, b]");
		}

		@Test
		@DisplayName("are shown by their content")
		void areShownByTheirContent() {
			use(this.options);
			assertThatExceptionOfType(SubscriptionRefusedException.class)
				.isThrownBy(() -> subscribe(subscriber("three", new byte[] { 3 })))
				.withMessageEndingWith("expected one of [[1], [2]]");
		}

	}

	static List<Supplier<Object>> copiesOfKeys() {
		return List.of(() -> new byte[] { 1, 2 }, () -> new int[0], () -> new String[] { "a", null },
				() -> new long[][] { { 1 }, { 2, 3 } }, () -> new Object[] { new char[] { 'a' }, "b" });
	}

	@ParameterizedTest(name = "seed {0}")
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8 })
	@DisplayName("what takes up no demand is asked for in the end by whoever comes for it")
	void accountsForWhatTakesUpNoDemand(long seed) {
		Random random = new Random(seed);
		use(random.nextBoolean() ? LETTERS : LETTERS.withQueueSize(5));
		this.outlet.letWait(random.nextInt(8), random.nextBoolean() ? Unserved.WAIT : Unserved.DISCARD);
		List<Subscriber> subscribers = new ArrayList<>();
		Map<String, Long> open = new HashMap<>();
		for (int step = 0; step < 300; step++) {
			Subscriber any = subscribers.isEmpty() ? null : subscribers.get(random.nextInt(subscribers.size()));
			int choice = random.nextInt(7);
			if (choice == 0) {
				Subscriber newcomer = subscriber("S" + step, "abc".substring(step % 3, step % 3 + 1));
				subscribe(newcomer);
				subscribers.add(newcomer);
			}
			else if (choice == 1 && any != null) {
				subscribers.remove(any);
				open.remove(any.toString());
				cancel(any);
			}
			else if (choice == 2) {
				this.dispatcher.abandon(List.of("abc".substring(step % 3, step % 3 + 1)));
			}
			else if (choice < 5 && any != null) {
				long demand = 1 + random.nextInt(4);
				open.merge(any.toString(), demand, Long::sum);
				ask(any, demand);
			}
			else {
				dispatch(random.ints(1 + random.nextInt(6), 0, 3)
					.mapToObj((partition) -> "abc".substring(partition, partition + 1) + "1")
					.toArray(String[]::new));
			}
			sent().stream().filter((line) -> !line.startsWith("lost ")).forEach((line) -> {
				long received = line.split(",").length;
				open.merge(line.substring(0, line.indexOf(' ')), -received, Long::sum);
			});
			assertThat(openDemand()).isNotNegative();
			assertThat(this.dispatcher.unserved()).isBetween(0L, held());
		}
		for (Subscriber last : List.of(A, B, C)) {
			subscribe(last);
			ask(last, 10_000);
			open.put(last.toString(), 10_000L);
		}
		sent().forEach(
				(line) -> open.merge(line.substring(0, line.indexOf(' ')), -(long) line.split(",").length, Long::sum));
		assertThat(held()).isZero();
		assertThat(this.dispatcher.unserved()).isZero();
		// All that is open is wanted by somebody, or left behind by one who has gone.
		long wanted = open.values().stream().mapToLong(Long::longValue).sum();
		assertThat(openDemand()).isEqualTo(wanted + this.dispatcher.unclaimed());
	}

	@ParameterizedTest(name = "seed {0}")
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8 })
	@DisplayName("what was requested is accepted or still open, whoever comes and goes")
	void accountsForAllThatWasRequested(long seed) {
		Random random = new Random(seed);
		use(LETTERS.withQueueSize(4));
		List<Subscriber> subscribers = new ArrayList<>();
		long requested = 0;
		long accepted = 0;
		long lost = 0;
		long sent = 0;
		for (int step = 0; step < 300; step++) {
			Subscriber any = subscribers.isEmpty() ? null : subscribers.get(random.nextInt(subscribers.size()));
			switch (random.nextInt(6)) {
				case 0 -> {
					Subscriber newcomer = subscriber("S" + step, "abc".substring(step % 3, step % 3 + 1));
					requested += this.dispatcher.subscribe(newcomer);
					subscribers.add(newcomer);
				}
				case 1 -> {
					if (any != null) {
						subscribers.remove(any);
						requested += cancel(any);
					}
				}
				case 2 -> {
					long withdrawn = this.dispatcher.unclaimed() / 2;
					requested -= withdrawn;
					this.dispatcher.withdraw(withdrawn);
				}
				case 3, 4 -> {
					if (any != null) {
						requested += ask(any, 1 + random.nextInt(4));
					}
				}
				default -> {
					String[] events = random.ints(1 + random.nextInt(6), 0, 3)
						.mapToObj((partition) -> "abc".substring(partition, partition + 1) + "1")
						.toArray(String[]::new);
					accepted += events.length - dispatch(events).size();
				}
			}
			for (String line : sent()) {
				if (line.startsWith("lost ")) {
					lost += line.split(",").length;
				}
				else {
					sent += line.split(",").length;
				}
			}
			assertThat(requested).isEqualTo(accepted - lost + openDemand());
			assertThat(accepted).isEqualTo(sent + lost + held());
		}
		assertThat(sent).isPositive();
		assertThat(lost).isPositive();
	}

	private static String parity(String number) {
		return (Integer.parseInt(number) % 2 == 0) ? "even" : "odd";
	}

	private void use(PartitionOptions<String> options) {
		this.dispatcher = Dispatchers.partition(options).create(this.outlet);
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

	private List<String> dispatch(String... events) {
		return this.dispatcher.dispatch(List.of(events));
	}

	private long openDemand() {
		return this.dispatcher.openDemand();
	}

	private long held() {
		return this.dispatcher.held();
	}

	private void afterHeld(String name) {
		this.dispatcher.afterHeld(() -> this.run.add(name));
	}

	private List<String> sent() {
		return this.outlet.sent();
	}

}
