package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.genstage.dispatch.Dispatcher;
import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.Outlet;
import io.genstage.dispatch.PartitionOptions;
import io.genstage.dispatch.PartitionRouter;
import io.genstage.dispatch.Subscriber;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A producer whose dispatcher holds events, loses some, or asks for others in their
 * place. An event belongs to the partition of its first letter, and x to none.
 */
class ProducerDispatcherTests {

	private static final PartitionOptions<String> LETTERS = PartitionOptions.ofNames(List.of("a", "b"),
			ProducerDispatcherTests::letter);

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private Dialogue dialogue = new Dialogue();

	private static @Nullable String letter(String event) {
		return event.startsWith("x") ? null : event.substring(0, 1);
	}

	@Nested
	class Partitions {

		@Test
		@DisplayName("Q3 asks for others in place of discarded events")
		void asksInPlaceOfDiscardedEvents() {
			StageRef p = start(answering("a1", "x", "x"), LETTERS);
			subscribeAndAsk("c", p, "a", 2);
			assertThat(heard()).containsExactly("onSubscribe CONSUMER c", "handleDemand 2", "c <- events [a1]",
					"handleDemand 1");
		}

		@Test
		@DisplayName("Q3 a producer of nothing but discarded events goes on and can be stopped")
		void canBeStoppedWhileItDiscardsEverything() {
			ManualExecutor executor = new ManualExecutor();
			ProducerDispatcherTests.this.dialogue = new Dialogue(executor);
			StageRef p = start(new TestProducer(dialogue(), (demand) -> List.of("x")), LETTERS);
			subscribeAndAsk("c", p, "a", 1);
			executor.run(3);
			assertThat(heard()).filteredOn("handleDemand 1"::equals).hasSizeGreaterThan(100);
			p.stop(ExitReason.SHUTDOWN);
			executor.run(2);
			assertThat(p.status().isRunning()).isFalse();
			assertThat(heard()).endsWith("onStop shutdown", "c <- cancelled (down, shutdown)");
			assertThat(executor.waiting()).isZero();
		}

		@Test
		@DisplayName("completes when the queues of the partitions are empty")
		void completesWhenNothingIsHeld() {
			StageRef p = start(answering("b1", "b2"), LETTERS);
			subscribeAndAsk("c", p, "a", 2);
			assertThat(p.status().buffered()).isEqualTo(2);
			p.drain();
			assertThat(p.status().isRunning()).isTrue();
			dialogue().skip();
			subscribeAndAsk("d", p, "b", 1);
			assertThat(heard()).containsExactly("onSubscribe CONSUMER d", "d <- events [b1]");
			subscribeAndAsk("e", p, "b", 1);
			assertThat(heard()).containsExactly("onSubscribe CONSUMER e", "e <- events [b2]", "onStop normal",
					"c <- cancelled (down, normal)", "d <- cancelled (down, normal)", "e <- cancelled (down, normal)");
			assertThat(p.status().discarded()).isZero();
		}

		@Test
		@DisplayName("what is held when it stops counts as discarded")
		void discardsWhatIsHeldWhenItStops() {
			StageRef p = start(answering("b1", "b2", "a1"), LETTERS);
			subscribeAndAsk("c", p, "a", 2);
			p.tell(List.of("a3"));
			// Two are held by the dispatcher, two by the stage.
			assertThat(p.status().buffered()).isEqualTo(4);
			p.stop(ExitReason.SHUTDOWN);
			assertThat(p.status().buffered()).isZero();
			assertThat(p.status().discarded()).isEqualTo(4);
		}

		@Test
		@DisplayName("what a full queue loses is told, counted and asked for again")
		void tellsWhatAFullQueueLoses() {
			StageRef p = start(answering("b1", "b2"), LETTERS.withQueueSize(1));
			subscribeAndAsk("c", p, "a", 2);
			assertThat(heard()).containsExactly("onSubscribe CONSUMER c", "handleDemand 2", "onDiscard [b1]",
					"handleDemand 1");
			assertThat(p.status().discarded()).isEqualTo(1);
			assertThat(p.status().buffered()).isEqualTo(1);
		}

		@Test
		@DisplayName("P7 a message behind events waits for the queues")
		void holdsMessagesBehindEvents() {
			StageRef p = start(answering("b1"), LETTERS);
			subscribeAndAsk("c", p, "a", 1);
			dialogue().skip();
			p.tellBehindEvents((Runnable) () -> dialogue().journal().note("told"));
			assertThat(heard()).isEmpty();
			subscribeAndAsk("d", p, "b", 1);
			assertThat(heard()).startsWith("onSubscribe CONSUMER d", "d <- events [b1]").contains("told");
		}

		@Test
		@DisplayName("Q7 a subscription without a partition is refused, and the producer goes on")
		void refusesASubscriptionWithoutPartition() {
			StageRef p = start(answering("a1"), LETTERS);
			dialogue().probe("d").subscribeTo(p);
			assertThat(heard()).containsExactly("onSubscribe CONSUMER d", "d <- cancelled (cancel, no_partition)",
					"onCancel d (cancel, no_partition)");
			assertThat(log.read()).singleElement().asString().contains("it must name a partition, one of [a, b]");
			subscribeAndAsk("c", p, "a", 1);
			assertThat(heard()).contains("c <- events [a1]");
		}

	}

	/**
	 * An event that no partition takes, or that somebody's code fails for, is lost by
	 * itself: the producer, its consumers and the other events go on.
	 */
	@Nested
	class Undispatchable {

		private static final String FORGED = "z\nERROR all is lost";

		@Test
		@DisplayName("P11 an event of an unknown partition")
		void ofAnUnknownPartition() {
			assertFailsByItself(
					LETTERS.withRouter((event) -> new PartitionRouter.Routed<>(event.split("\\d")[0], event)),
					"WARNING stage 'p' has discarded 1 events: the router answered a java.lang.String for an event of "
							+ "java.lang.String, which names none of the partitions [a, b] (java.lang.String)");
		}

		@Test
		@DisplayName("P11 an event of a partition of another type")
		void ofAPartitionOfAnotherType() {
			PartitionOptions<String> numbers = PartitionOptions.<String>ofCount(2);
			StageRef p = start(answering("a"), numbers.withRouter((event) -> new PartitionRouter.Routed<>("1", event)));
			subscribeAndAsk("c", p, 1, 1);
			assertThat(log.read()).containsExactly(
					"WARNING stage 'p' has discarded 1 events: the router answered a java.lang.String for an event of "
							+ "java.lang.String, which names none of the partitions [0, 1] (java.lang.Integer)");
		}

		@Test
		@DisplayName("an event for which the router throws")
		void thatTheRouterThrowsFor() {
			assertFailsByItself(LETTERS.withRouter((event) -> {
				if (event.equals(FORGED)) {
					throw new IllegalArgumentException(event);
				}
				return new PartitionRouter.Routed<>("a", event);
			}), "WARNING stage 'p' has discarded 1 events: the router failed for an event of java.lang.String: "
					+ "java.lang.IllegalArgumentException at io.genstage.ProducerDispatcherTests$Undispatchable.");
		}

		@Test
		@DisplayName("an event for which the key throws")
		void thatTheKeyThrowsFor() {
			assertFailsByItself(PartitionOptions.<String>ofCount(1, (event) -> Integer.valueOf(event.substring(1))), 0,
					"WARNING stage 'p' has discarded 1 events: the router failed for an event of java.lang.String: "
							+ "java.lang.NumberFormatException at io.genstage.ProducerDispatcherTests$Undispatchable.");
		}

		@Test
		@DisplayName("P12 an event for which the router answers no partition")
		void withoutAPartition() {
			assertFailsByItself(
					LETTERS
						.withRouter((event) -> new PartitionRouter.Routed<>(event.equals(FORGED) ? null : "a", event)),
					"WARNING stage 'p' has discarded 1 events: the router failed for an event of java.lang.String: "
							+ "java.lang.NullPointerException at io.genstage.ProducerDispatcherTests$Undispatchable.");
		}

		@Test
		@DisplayName("P12 an event for which the router answers no event")
		void withoutAnEvent() {
			assertFailsByItself(
					LETTERS
						.withRouter((event) -> new PartitionRouter.Routed<>("a", event.equals(FORGED) ? null : event)),
					"WARNING stage 'p' has discarded 1 events: the router answered null in place of an event of "
							+ "java.lang.String");
		}

		@Test
		@DisplayName("an event of a partition that can't be compared")
		void ofAPartitionThatCanNotBeCompared() {
			assertFailsByItself(
					LETTERS.withRouter((event) -> new PartitionRouter.Routed<>(
							event.equals(FORGED) ? new Incomparable(event) : "a", event)),
					"WARNING stage 'p' has discarded 1 events: the router answered a "
							+ "io.genstage.ProducerDispatcherTests$Incomparable for an event of java.lang.String, "
							+ "which can't be compared: java.lang.IllegalStateException at "
							+ "io.genstage.ProducerDispatcherTests$Incomparable.hashCode");
		}

		@Test
		@DisplayName("events from the buffer")
		void fromTheBuffer() {
			StageRef p = start(answering(), LETTERS);
			p.tell(List.of("a1", FORGED, "a2"));
			subscribeAndAsk("c", p, "a", 2);
			assertThat(heard()).contains("c <- events [a1]", "c <- events [a2]");
			assertThat(p.status().discarded()).isEqualTo(1);
			assertThat(p.status().buffered()).isZero();
		}

		@Test
		@DisplayName("are logged once for each dispatch, with their number")
		void areLoggedOnce() {
			StageRef p = start(answering("z1", "a1", "z2", "z3"), LETTERS);
			subscribeAndAsk("c", p, "a", 4);
			assertThat(log.read()).singleElement()
				.asString()
				.startsWith("WARNING stage 'p' has discarded 3 events: the router answered");
			assertThat(p.status().discarded()).isEqualTo(3);
			assertThat(p.status().out()).isEqualTo(4);
		}

		@Test
		@DisplayName("are logged by their number once a minute when there are many, and counted at once")
		void areLoggedOnceAMinute() {
			StageRef p = start(answering("z1", "z2", "a1"), LETTERS);
			subscribeAndAsk("c", p, "a", 1_000);
			for (int times = 0; times < 100; times++) {
				p.tell(List.of("z1", "z2"));
			}
			assertThat(p.status().discarded()).isEqualTo(202);
			assertThat(losses()).containsExactly("2 events");
			dialogue().runTimer();
			assertThat(losses()).containsExactly("200 events");
			p.tell(List.of("z1"));
			assertThat(losses()).isEmpty();
			dialogue().runTimer();
			assertThat(losses()).containsExactly("1 events");
			assertThat(dialogue().timers()).isZero();
		}

		@Test
		@DisplayName("are logged at once after a minute without a log")
		void areLoggedAtOnceAfterAWhile() {
			StageRef p = start(answering("z1"), LETTERS);
			subscribeAndAsk("c", p, "a", 10);
			dialogue().pass(Duration.ofMinutes(1));
			p.tell(List.of("z1"));
			assertThat(losses()).containsExactly("1 events", "1 events");
			assertThat(dialogue().timers()).isZero();
		}

		@Test
		@DisplayName("are logged by their number when the stage stops")
		void areLoggedAtTheEnd() {
			StageRef p = start(answering("z1"), LETTERS);
			subscribeAndAsk("c", p, "a", 10);
			p.tell(List.of("z1", "z2"));
			p.tell(List.of("z3"));
			p.stop(ExitReason.SHUTDOWN);
			assertThat(losses()).containsExactly("1 events", "3 events");
			assertThat(dialogue().timers()).isZero();
			assertThat(p.status().discarded()).isEqualTo(4);
		}

		/** Returns how many were lost by each line of the log since the last look. */
		private List<String> losses() {
			return log.read()
				.stream()
				.map((line) -> line.replaceAll("WARNING stage 'p' has discarded (\\d+ events): the router .*", "$1"))
				.toList();
		}

		@Test
		@DisplayName("are reported to the listener")
		void areToldToTheListener() {
			List<Object> discarded = new ArrayList<>();
			dialogue().listen(new StageListener() {
				@Override
				public void onDiscard(StageRef stage, Discard discard) {
					discarded.addAll(discard.events());
				}
			});
			StageRef p = start(answering("z1", "a1", "z2"), LETTERS);
			subscribeAndAsk("c", p, "a", 4);
			assertThat(discarded).containsExactly("z1", "z2");
		}

		@Test
		@DisplayName("an error of the JVM stops the producer")
		void exceptForErrorsOfTheJvm() {
			StageRef p = start(answering("a1"), LETTERS.withRouter((event) -> {
				throw new OutOfMemoryError("for the test");
			}));
			assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> subscribeAndAsk("c", p, "a", 1));
			assertThat(p.status().isRunning()).isFalse();
			assertThat(p.status().discarded()).isEqualTo(1);
		}

		@Test
		@DisplayName("a selector that throws for one consumer: the others get the event")
		void bySelectorsOnlyForTheirConsumer() {
			StageRef p = dialogue().start("p", answering("a1", FORGED, "a2"),
					StageOptions.defaults().withDispatcher(Dispatchers.broadcast()));
			OpenSubscription all = subscribe("c", p, SubscribeOptions.defaults());
			OpenSubscription failing = subscribe("d", p, SubscribeOptions.defaults().withSelector((Object event) -> {
				if (event.equals(FORGED)) {
					throw new IllegalArgumentException("oops " + event);
				}
				return event.equals("a1");
			}));
			Probe.ask(all, 3);
			dialogue().skip();
			Probe.ask(failing, 3);
			// Both rejected events are asked for again, and that all can't give.
			assertThat(heard()).containsExactly("handleDemand 3", "c <- events [a1, z\nERROR all is lost, a2]",
					"d <- events [a1]");
			assertThat(p.status().isRunning()).isTrue();
			assertThat(p.status().discarded()).isEqualTo(1);
			Probe.ask(all, 2);
			assertThat(heard()).containsExactly("handleDemand 2");
			assertThat(log.read()).singleElement()
				.asString()
				.startsWith("WARNING stage 'p' has discarded 1 events: the selector of subscription ")
				.contains(" of d to p failed for an event of java.lang.String: java.lang.IllegalArgumentException at ")
				.doesNotContain("\n")
				.doesNotContain("oops");
		}

		@Test
		@DisplayName("a selector that throws for every event is asked about others, and can be stopped")
		void byASelectorThatAlwaysThrows() {
			ManualExecutor executor = new ManualExecutor();
			ProducerDispatcherTests.this.dialogue = new Dialogue(executor);
			StageRef p = dialogue().start("p", TestProducer.counting(dialogue()),
					StageOptions.defaults().withDispatcher(Dispatchers.broadcast()));
			Probe.ask(subscribe("c", p, SubscribeOptions.defaults().withSelector((Object event) -> {
				throw new IllegalStateException("oops");
			})), 1);
			executor.run(3);
			assertThat(p.status().discarded()).isGreaterThan(100);
			p.stop(ExitReason.SHUTDOWN);
			executor.run(2);
			assertThat(p.status().isRunning()).isFalse();
		}

		private void assertFailsByItself(PartitionOptions<String> options, String logged) {
			assertFailsByItself(options, "a", logged);
		}

		private void assertFailsByItself(PartitionOptions<String> options, Object partition, String logged) {
			StageRef p = start(answering("a1", FORGED, "a2"), options);
			subscribeAndAsk("c", p, partition, 3);
			assertThat(heard()).containsExactly("onSubscribe CONSUMER c", "handleDemand 3", "c <- events [a1, a2]",
					"handleDemand 1");
			assertThat(p.status().isRunning()).isTrue();
			assertThat(p.status().out()).isEqualTo(3);
			assertThat(p.status().discarded()).isEqualTo(1);
			assertThat(log.read()).singleElement()
				.asString()
				.startsWith(logged)
				.doesNotContain("\n")
				.doesNotContain("all is lost");
		}

	}

	@Nested
	class Failing {

		@Test
		@DisplayName("what was sent before the dispatcher failed was not discarded")
		void discardsWhatWasNotSent() {
			StageRef p = startFailing(answering("a", "b", "c"));
			OpenSubscription link = subscribe("c", p, SubscribeOptions.defaults());
			Probe.ask(link, 3);
			assertThat(link.status().sent()).isEqualTo(2);
			assertThat(p.status().out()).isEqualTo(3);
			assertThat(p.status().discarded()).isEqualTo(1);
		}

		@Test
		@DisplayName("what was sent from the buffer before the dispatcher failed was not discarded")
		void discardsWhatWasNotSentFromTheBuffer() {
			StageRef p = startFailing(answering());
			p.tell(List.of("a", "b", "c", "d"));
			OpenSubscription link = subscribe("c", p, SubscribeOptions.defaults());
			Probe.ask(link, 3);
			assertThat(link.status().sent()).isEqualTo(2);
			assertThat(p.status().discarded()).isEqualTo(2);
			assertThat(p.status().buffered()).isZero();
		}

		private StageRef startFailing(TestProducer stage) {
			DispatcherFactory<String> failing = FailingAtTheThird::new;
			return dialogue().start("p", stage, StageOptions.defaults().withDispatcher(failing));
		}

		@Test
		@DisplayName("what is emitted counts too when the dispatcher fails on what was buffered before it")
		void discardsWhatIsEmittedBehindTheBuffer() {
			StageRef p = startFailing(answering());
			p.tell(List.of("a", "b", "c"));
			p.demand(DemandMode.ACCUMULATE);
			p.tell(List.of("d"));
			Probe.ask(subscribe("c", p, SubscribeOptions.defaults()), 1);
			p.demand(DemandMode.FORWARD);
			assertThat(p.status().isRunning()).isFalse();
			assertThat(p.status().discarded()).isEqualTo(4);
		}

	}

	@Nested
	class Selectors {

		@Test
		@DisplayName("14 the flow goes on when ten times the maximum is rejected")
		void goOnWhenMuchIsRejected() {
			StageRef p = dialogue().start("p", TestProducer.counting(dialogue()),
					StageOptions.defaults().withDispatcher(Dispatchers.broadcast()));
			Probe.ask(
					subscribe("c", p,
							SubscribeOptions.defaults().withSelector((Object event) -> ((String) event).length() > 1)),
					1);
			assertThat(heard()).filteredOn((line) -> !line.equals("handleDemand 1"))
				.containsExactly("onSubscribe CONSUMER c", "c <- events [10]");
		}

		@Test
		@DisplayName("14 what one rejects is asked for again, in common with the others")
		void askAgainForWhatIsRejected() {
			StageRef p = dialogue().start("p", TestProducer.counting(dialogue()),
					StageOptions.defaults().withDispatcher(Dispatchers.broadcast()));
			OpenSubscription odd = subscribe("c", p, SubscribeOptions.defaults()
				.withSelector((Object event) -> Integer.parseInt((String) event) % 2 == 1));
			OpenSubscription all = subscribe("d", p, SubscribeOptions.defaults());
			Probe.ask(odd, 2);
			dialogue().skip();
			Probe.ask(all, 4);
			assertThat(heard()).containsExactly("handleDemand 2", "c <- events [1]", "d <- events [0, 1]",
					"handleDemand 1", "d <- events [2]", "handleDemand 1", "c <- events [3]", "d <- events [3]");
		}

	}

	/**
	 * Sends one by one to its only subscriber and fails when it comes to a third event.
	 */
	private static final class FailingAtTheThird<E> implements Dispatcher<E> {

		private final Outlet<E> outlet;

		private @Nullable Subscriber subscriber;

		private long demand;

		FailingAtTheThird(Outlet<E> outlet) {
			this.outlet = outlet;
		}

		@Override
		public long subscribe(Subscriber subscriber) {
			this.subscriber = subscriber;
			return 0;
		}

		@Override
		public long ask(Subscriber subscriber, long demand) {
			this.demand += demand;
			return demand;
		}

		@Override
		public long cancel(Subscriber subscriber) {
			return 0;
		}

		@Override
		public List<E> dispatch(List<E> events) {
			if (this.demand == 0) {
				return events;
			}
			for (E event : events.subList(0, 2)) {
				this.outlet.send(this.subscriber, List.of(event));
			}
			throw new IllegalStateException("oops");
		}

		@Override
		public long openDemand() {
			return this.demand;
		}

	}

	private record Incomparable(String name) {

		@Override
		public int hashCode() {
			throw new IllegalStateException(this.name);
		}

	}

	private Dialogue dialogue() {
		return this.dialogue;
	}

	private StageRef start(TestProducer stage, PartitionOptions<String> options) {
		return this.dialogue.start("p", stage, StageOptions.defaults().withDispatcher(Dispatchers.partition(options)));
	}

	/**
	 * Returns a producer that answers the first demand with events and later ones not.
	 */
	private TestProducer answering(String... events) {
		boolean[] answered = new boolean[1];
		return new TestProducer(this.dialogue, (demand) -> {
			List<String> answer = answered[0] ? List.of() : List.of(events);
			answered[0] = true;
			return answer;
		});
	}

	private OpenSubscription subscribeAndAsk(String consumer, StageRef producer, Object partition, long demand) {
		OpenSubscription link = subscribe(consumer, producer, SubscribeOptions.defaults().withPartition(partition));
		Probe.ask(link, demand);
		return link;
	}

	private OpenSubscription subscribe(String consumer, StageRef producer, SubscribeOptions options) {
		OpenSubscription link = this.dialogue.probe(consumer).linkTo(producer, options);
		link.tellProducer(new Message.Subscribe(link));
		return link;
	}

	private List<String> heard() {
		return this.dialogue.heard();
	}

}
