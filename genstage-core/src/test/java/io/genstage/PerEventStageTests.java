package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stages that are given one event after the other. The first letter of an event says what
 * becomes of it.
 */
class PerEventStageTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final Probe c = this.dialogue.probe("c");

	private final List<Discard> lost = new ArrayList<>();

	/** The events that were counted as handled at once. */
	private final List<List<?>> counted = new ArrayList<>();

	private final IllegalStateException failure = new IllegalStateException("bad");

	private StageRef stage;

	private StageContext context;

	@BeforeEach
	void listen() {
		this.dialogue.listen(new StageListener() {

			@Override
			public void onDiscard(StageRef stage, Discard discard) {
				PerEventStageTests.this.lost.add(discard);
			}

			@Override
			public void onHandle(Subscription subscription, List<?> events) {
				PerEventStageTests.this.counted.add(events);
			}

		});
	}

	private void handle(String event, Subscription from) {
		this.dialogue.journal().note("handle " + event + " of " + from.producer().name());
		switch (event.charAt(0)) {
			case 'x' -> throw this.failure;
			case 'e' -> throw new AssertionError("bad");
			case 'r' -> {
				this.context.handled(from, List.of(event));
				throw this.failure;
			}
			case 'f' -> this.context.fail(this.failure);
			case 'd' -> this.context.discard(from, List.of(event), "for the test", null);
			case 'i' -> Thread.currentThread().interrupt();
			case 's' -> this.context.stop(ExitReason.NORMAL);
			default -> assertThat(Thread.currentThread().isInterrupted()).isFalse();
		}
	}

	private void assertLost(String... events) {
		List<Object> named = new ArrayList<>();
		this.lost.forEach((discard) -> named.addAll(discard.events()));
		assertThat(named).isEqualTo(List.of(events));
		assertThat(this.stage.status().discarded()).isEqualTo(events.length);
		assertThat(this.stage.status().held()).isZero();
	}

	@Nested
	class Consumers {

		@BeforeEach
		void start() {
			stage = dialogue.start("s", new Handling());
			Dialogue.subscribe(stage, p.ref(), 6, 3);
			dialogue.skip();
		}

		@Test
		void areGivenOneEventAfterTheOtherAndAskAsOthersDo() {
			p.send("a", "b", "c", "g");
			assertThat(dialogue.heard()).containsExactly("handle a of p", "handle b of p", "handle c of p",
					"p <- ask 3", "handle g of p");
			assertThat(counted).containsExactly(List.of("a", "b", "c"), List.of("g"));
			assertThat(stage.status().in()).isEqualTo(4);
		}

		@Test
		void haveHandledWhatWasBeforeAFailure() {
			p.send("a", "b", "x", "c", "g");
			assertThat(dialogue.heard()).containsExactly("handle a of p", "handle b of p", "handle x of p",
					"p <- cancel (down, failure (java.lang.IllegalStateException: bad))");
			assertThat(stage.status().in()).isEqualTo(2);
			assertThat(stage.status().exit()).isEqualTo(ExitReason.failure(failure));
			assertLost("x", "c", "g");
			assertThat(lost.get(0).cause()).isSameAs(failure);
		}

		@Test
		void haveHandledWhatWasBeforeAnError() {
			p.send("a", "e", "b");
			assertThat(stage.status().in()).isEqualTo(1);
			assertLost("e", "b");
		}

		@Test
		void failAtTheEventAtWhichTheySaySo() {
			p.send("a", "f", "b");
			assertThat(dialogue.heard()).startsWith("handle a of p", "handle f of p").doesNotContain("handle b of p");
			assertThat(stage.status().in()).isEqualTo(1);
			assertLost("f", "b");
		}

		@Test
		void failBehindAnEventThatTheyReport() {
			p.send("a", "r", "b");
			assertThat(stage.status().in()).isEqualTo(2);
			assertLost("b");
		}

		@Test
		void loseTheEventsTheyGiveUp() {
			p.send("d1", "a", "d2");
			assertThat(stage.status().in()).isEqualTo(1);
			assertLost("d1", "d2");
		}

		@Test
		void loseTheEventsTheyGiveUpBeforeAFailure() {
			p.send("d", "a", "x");
			assertThat(counted).containsExactly(List.of("a"));
			assertThat(stage.status().in()).isEqualTo(1);
			assertLost("d", "x");
		}

		@Test
		void finishThePortionInWhichTheyStop() {
			p.send("s", "a", "b", "c");
			assertThat(stage.status().in()).isEqualTo(3);
			assertLost("c");
		}

		@Test
		void doNotMeetTheInterruptFlagOfTheEventBefore() {
			p.send("i", "a", "i");
			assertThat(stage.status().in()).isEqualTo(3);
			assertThat(Thread.interrupted()).isFalse();
		}

		@Test
		void areGivenTheEventsOfABatchWhenItIsClosed() {
			Probe q = dialogue.probe("q");
			startWithBatches(q);
			Probe.sendBy(p.link(), List.of("a", "b"));
			assertThat(dialogue.heard()).noneMatch((said) -> said.startsWith("handle"));
			Probe.sendBy(q.link(), List.of("x", "c"));
			assertThat(dialogue.heard()).startsWith("handle a of p", "handle b of p", "handle x of q")
				.doesNotContain("handle c of q");
			assertThat(counted).containsExactly(List.of("a", "b"));
			assertLost("x", "c");
		}

		@Test
		void loseTheEventsOfABatchTheyGiveUp() {
			Probe q = dialogue.probe("q");
			startWithBatches(q);
			Probe.sendBy(p.link(), List.of("a", "d1"));
			Probe.sendBy(q.link(), List.of("d2", "b"));
			assertThat(counted).containsExactly(List.of("a"), List.of("b"));
			assertLost("d1", "d2");
		}

		private void startWithBatches(Probe q) {
			stage = dialogue.start("t", new Handling(),
					StageOptions.defaults().withBatching(Batching.of(BatchOptions.defaults().withSize(4))));
			Dialogue.subscribe(stage, p.ref(), 6, 3);
			Dialogue.subscribe(stage, q.ref(), 6, 3);
			dialogue.skip();
		}

		@Test
		void handleListsOfWhoeverHasSome() throws Exception {
			new Handling().handleEvents(List.of("a", "b"), p.link());
			assertThat(dialogue.heard()).containsExactly("handle a of p", "handle b of p");
		}

	}

	@Nested
	class ProducerConsumers {

		@BeforeEach
		void start() {
			start(new Making());
		}

		private void start(Stage making) {
			stage = dialogue.start("s", making);
			Dialogue.subscribe(stage, p.ref(), 6, 3);
			c.subscribeAndAsk(stage, 100);
			dialogue.skip();
		}

		@Test
		void emitWhatTheyMakeOfAPortion() {
			p.send("a", "d", "b2", "c");
			assertThat(dialogue.heard()).containsExactly("handle a of p", "handle d of p", "handle b2 of p",
					"c <- events [A, D, B2, B2]", "p <- ask 3", "handle c of p", "c <- events [C]");
			assertThat(stage.status().in()).isEqualTo(3);
			assertThat(stage.status().out()).isEqualTo(5);
		}

		@Test
		void emitWhatTheyHaveMadeBeforeAFailure() {
			p.send("a", "b2", "x", "c");
			assertThat(dialogue.heard()).containsExactly("handle a of p", "handle b2 of p", "handle x of p",
					"c <- events [A, B2, B2]", "p <- cancel (down, failure (java.lang.IllegalStateException: bad))",
					"c <- cancelled (down, failure (java.lang.IllegalStateException: bad))");
			assertThat(stage.status().in()).isEqualTo(2);
			assertThat(stage.status().out()).isEqualTo(3);
			assertLost("x", "c");
		}

		@Test
		void emitWhatTheyHaveMadeOfTheEventThatFails() {
			PerEventProducerConsumerStage<String, String> failing = (event, from, results) -> {
				results.accept(event + 1);
				throw failure;
			};
			start(failing);
			p.send("a");
			assertThat(dialogue.heard()).startsWith("c <- events [a1]");
			assertThat(stage.status().in()).isZero();
			assertLost("a");
		}

		@Test
		void makeNoNull() {
			PerEventProducerConsumerStage<String, String> nothing = (event, from, results) -> results.accept(null);
			start(nothing);
			p.send("a");
			assertThat(stage.status().exit()).hasToString(
					"failure (java.lang.IllegalStateException: stage 's' has made null of an event: leave it out for no result)");
			assertLost("a");
		}

		@Test
		void emitWhatTheyMakeOfABatch() {
			Making making = new Making();
			stage = dialogue.start("t", making,
					StageOptions.defaults().withBatching(Batching.of(BatchOptions.defaults().withSize(3))));
			Dialogue.subscribe(stage, p.ref(), 6, 3);
			c.subscribeAndAsk(stage, 100);
			dialogue.skip();
			p.send("a", "b2", "x");
			assertThat(dialogue.heard()).contains("c <- events [A, B2, B2]");
			assertThat(stage.status().in()).isEqualTo(2);
			assertLost("x");
		}

		@Test
		void handleListsOfWhoeverHasSome() throws Exception {
			assertThat(new Making().handleEvents(List.of("a", "b2"), p.link())).containsExactly("A", "B2", "B2");
		}

	}

	@Nested
	class SlowOnes {

		private final List<String> received = new ArrayList<>();

		private void start(int maxDemand) {
			stage = dialogue.start("s", new Slow());
			Dialogue.subscribe(stage, p.ref(), maxDemand, 0);
		}

		/** A consumer that has always finished what it was sent. */
		private void startStarving() {
			ConsumerStage<String> starving = (events, from) -> this.received.add(events + " at " + dialogue.time());
			Dialogue.subscribe(dialogue.start("starving", starving), stage, 1000, 500);
			dialogue.skip();
		}

		/** A consumer that never comes to an end with what it was sent. */
		private void subscribeBusy(int demand) {
			OpenSubscription link = c.subscribeTo(stage);
			link.asked.add(demand);
			Probe.ask(link, demand);
			dialogue.skip();
		}

		private List<String> sent() {
			return dialogue.heard().stream().filter((said) -> !said.startsWith("handle")).toList();
		}

		@Test
		void emitEachResultAtOnceIfAConsumerStarves() {
			start(200);
			startStarving();
			Probe.sendBy(p.link(), IntStream.rangeClosed(1, 200).mapToObj((number) -> "n" + number).toList());
			assertThat(this.received).hasSize(200)
				.startsWith("[n1] at PT0.05S", "[n2] at PT0.1S")
				.endsWith("[n200] at PT10S");
			assertThat(sent()).containsExactly("p <- ask 200");
			assertThat(stage.status().in()).isEqualTo(200);
		}

		@Test
		void emitListsToAConsumerThatIsBusy() {
			start(12);
			subscribeBusy(100);
			p.send("a", "b", "c", "g", "h", "j", "k", "l", "m", "n", "o", "p");
			assertThat(sent()).containsExactly("c <- events [a]", "c <- events [b, c, g, h, j]",
					"c <- events [k, l, m, n, o]", "c <- events [p]", "p <- ask 12");
			assertThat(counted).containsExactly(List.of("a"), List.of("b", "c", "g", "h", "j"),
					List.of("k", "l", "m", "n", "o"), List.of("p"));
		}

		@Test
		void keepResultsTogetherThatNobodyHasAskedFor() {
			start(4);
			subscribeBusy(1);
			p.send("a", "b", "c", "g");
			assertThat(sent()).containsExactly("c <- events [a]", "p <- ask 4");
			assertThat(stage.status().in()).isEqualTo(4);
			assertThat(stage.status().buffered()).isEqualTo(3);
		}

		@Test
		void emitWhatIsFinishedBeforeAFailure() {
			start(6);
			subscribeBusy(100);
			p.send("a", "b", "c", "x", "g");
			assertThat(sent()).startsWith("c <- events [a]", "c <- events [b, c]");
			assertThat(stage.status().in()).isEqualTo(3);
			assertThat(stage.status().out()).isEqualTo(3);
			assertLost("x", "g");
		}

		@Test
		void countEventsThatTheyGiveUpOnce() {
			start(6);
			startStarving();
			p.send("d1", "a", "d2", "b");
			assertThat(counted).doesNotContain(List.of());
			assertThat(stage.status().in()).isEqualTo(2);
			assertLost("d1", "d2");
		}

		@Test
		void areCountedWhileTheyConsume() {
			PerEventConsumerStage<String> slow = (event, from) -> dialogue.pass(Duration.ofMillis(50));
			stage = dialogue.start("s", slow);
			Dialogue.subscribe(stage, p.ref(), 6, 0);
			p.send("a", "b", "c", "g", "h", "j");
			assertThat(counted).containsExactly(List.of("a", "b", "c", "g", "h"), List.of("j"));
		}

	}

	/** Handles events and makes nothing of them. */
	private final class Handling implements PerEventConsumerStage<String> {

		@Override
		public void onStart(StageContext context) {
			PerEventStageTests.this.context = context;
		}

		@Override
		public void handleEvent(String event, Subscription from) {
			handle(event, from);
		}

	}

	/** Makes an event of each, or two if it ends so. */
	private final class Making implements PerEventProducerConsumerStage<String, String> {

		@Override
		public void onStart(StageContext context) {
			PerEventStageTests.this.context = context;
		}

		@Override
		public void handleEvent(String event, Subscription from, Consumer<? super String> results) {
			handle(event, from);
			results.accept(event.toUpperCase(Locale.ROOT));
			if (event.endsWith("2")) {
				results.accept(event.toUpperCase(Locale.ROOT));
			}
		}

	}

	/** Takes 50 ms for each event, whatever becomes of it. */
	private final class Slow implements PerEventProducerConsumerStage<String, String> {

		@Override
		public void onStart(StageContext context) {
			PerEventStageTests.this.context = context;
		}

		@Override
		public void handleEvent(String event, Subscription from, Consumer<? super String> results) {
			PerEventStageTests.this.dialogue.pass(Duration.ofMillis(50));
			handle(event, from);
			results.accept(event);
		}

	}

}
