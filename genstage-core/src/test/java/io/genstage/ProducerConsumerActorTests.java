package io.genstage;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.genstage.dispatch.Dispatchers;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class ProducerConsumerActorTests {

	private static final StageOptions BROADCAST = StageOptions.defaults().withDispatcher(Dispatchers.broadcast());

	private static final ExitReason DONE = ExitReason.of("done");

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final Probe c = this.dialogue.probe("c");

	private final Probe d = this.dialogue.probe("d");

	private final TestProducerConsumer identity = new TestProducerConsumer(this.dialogue);

	@Nested
	class Gate {

		@Test
		@DisplayName("16 asks for events at once and handles none without demand")
		void asksAtOnceAndHandlesNothingWithoutDemand() {
			StageRef pc = dialogue.start("pc", identity);
			Dialogue.subscribe(pc, p.ref(), 4, 2);
			assertThat(heard()).containsExactly("p <- subscribe", "onSubscribe PRODUCER p", "p <- ask 4");
			p.send("a", "b", "c", "d");
			subscribe(c, pc);
			assertThat(heard()).isEmpty();
			assertThat(pc.status().queued()).isEqualTo(4);
		}

		@Test
		@DisplayName("16 opens and closes with the demand of its consumers")
		void opensWithDemand() {
			StageRef pc = start(identity, 10, 5);
			p.send("a", "b", "c", "d");
			p.send("e", "f", "g", "h", "i", "j");
			OpenSubscription link = subscribe(c, pc);
			Probe.ask(link, 3);
			assertThat(heard()).containsExactly("handleEvents [a, b, c, d]", "c <- events [a, b, c]");
			assertThat(pc.status().buffered()).isEqualTo(1);
			Probe.ask(link, 2);
			assertThat(heard()).containsExactly("c <- events [d]", "handleEvents [e, f, g, h, i]", "c <- events [e]",
					"p <- ask 9", "handleEvents [j]");
			assertThat(pc.status().buffered()).isEqualTo(5);
			Probe.ask(link, 2);
			assertThat(heard()).containsExactly("c <- events [f, g]");
			assertThat(pc.status().buffered()).isEqualTo(3);
		}

		@Test
		@DisplayName("G13 closes when the demand is used up by events that are emitted later")
		void closesWhenLaterEventsUseTheDemandUp() {
			TestProducerConsumer[] postponer = new TestProducerConsumer[1];
			postponer[0] = new TestProducerConsumer(dialogue, (events) -> {
				postponer[0].context.self().tell(events);
				return List.of();
			});
			StageRef pc = start(postponer[0], 4, 2);
			Probe.ask(subscribe(c, pc), 4);
			p.send("a", "b", "c", "d");
			assertThat(heard()).containsExactly("handleEvents [a, b]", "p <- ask 2", "handleEvents [c, d]",
					"p <- ask 2", "c <- events [a, b]", "c <- events [c, d]");
			p.send("e", "f");
			assertThat(heard()).isEmpty();
			assertThat(pc.status().queued()).isEqualTo(2);
		}

		@Test
		@DisplayName("G14 stays open while all events are filtered out")
		void staysOpenForAFilter() {
			StageRef pc = start(new TestProducerConsumer(dialogue, (events) -> List.of()), 4, 2);
			Probe.ask(subscribe(c, pc), 1);
			for (int round = 0; round < 3; round++) {
				p.send("a", "b", "c", "d");
				assertThat(heard()).containsExactly("handleEvents [a, b]", "p <- ask 2", "handleEvents [c, d]",
						"p <- ask 2");
			}
		}

		@Test
		@DisplayName("28.6 sends what comes behind events that a selector rejects")
		void sendsWhatComesBehindRejectedEvents() {
			startRejectingA(BROADCAST);
			p.send("a", "b");
			assertThat(heard()).containsExactly("handleEvents [a, b]", "c <- events [b]", "p <- ask 2");
		}

		@Test
		@DisplayName("28.6 drops nothing that is wanted in place of events that a selector rejects")
		void dropsNothingThatIsWantedInPlaceOfRejectedEvents() {
			startRejectingA(BROADCAST.withBufferSize(0));
			p.send("a", "b");
			assertThat(heard()).containsExactly("handleEvents [a, b]", "c <- events [b]", "p <- ask 2");
		}

		private void startRejectingA(StageOptions options) {
			StageRef pc = dialogue.start("pc", identity, options);
			Dialogue.subscribe(pc, p.ref(), 4, 2);
			OpenSubscription link = c.linkTo(pc,
					SubscribeOptions.defaults().withSelector((Object event) -> !event.equals("a")));
			link.tellProducer(new Message.Subscribe(link));
			Probe.ask(link, 1);
			skip();
		}

		@Test
		@DisplayName("Q2 closes when the consumer leaves with demand outstanding")
		void closesWhenTheConsumerLeaves() {
			StageRef pc = start(identity, 4, 2);
			OpenSubscription link = subscribe(c, pc);
			Probe.ask(link, 10);
			Probe.leave(link, ExitReason.SHUTDOWN);
			skip();
			p.send("a", "b", "c", "d");
			assertThat(heard()).isEmpty();
			assertThat(pc.status().queued()).isEqualTo(4);
			assertThat(pc.status().buffered()).isZero();
		}

		@Test
		@DisplayName("Q2 closes while a second broadcast subscriber holds everything up")
		void closesWhileABroadcastIsHeldUp() {
			StageRef pc = start(identity, 4, 2, BROADCAST);
			Probe.ask(subscribe(c, pc), 10);
			OpenSubscription second = subscribe(d, pc);
			p.send("a", "b");
			assertThat(heard()).isEmpty();
			assertThat(pc.status().queued()).isEqualTo(2);
			Probe.ask(second, 10);
			assertThat(heard()).containsExactly("handleEvents [a, b]", "c <- events [a, b]", "d <- events [a, b]",
					"p <- ask 2");
		}

		@Test
		@DisplayName("Q2 is not jammed by a buffer that drops outputs")
		void isNotJammedByABufferThatDrops() {
			StageRef pc = start(identity, 4, 2, StageOptions.defaults().withBufferSize(0));
			OpenSubscription link = subscribe(c, pc);
			Probe.ask(link, 1);
			p.send("a", "b", "c", "d");
			assertThat(heard()).containsExactly("handleEvents [a, b]", "c <- events [a]", "onDiscard [b]", "p <- ask 2",
					"handleEvents [c, d]", "onDiscard [c, d]", "p <- ask 2");
			Probe.ask(link, 2);
			p.send("e", "f");
			assertThat(heard()).containsExactly("handleEvents [e, f]", "c <- events [e, f]", "p <- ask 2");
		}

		@Test
		@DisplayName("Q9 has no demand mode to change")
		void alwaysForwards() {
			StageRef pc = start(identity, 4, 2);
			pc.demand(DemandMode.FORWARD);
			assertThat(log.read()).isEmpty();
			pc.demand(DemandMode.ACCUMULATE);
			assertThat(log.read()).singleElement()
				.asString()
				.startsWith("SEVERE stage 'pc' is a producer-consumer, which always forwards demand");
			assertThat(pc.status().demandMode()).isEqualTo(DemandMode.FORWARD);
		}

	}

	@Nested
	class ACallbackThatThrowsOnSubscribing {

		private static final String OOPS = "failure (java.lang.IllegalStateException: oops)";

		@Test
		@DisplayName("G85 stops the stage, and the consumer that came is told")
		void stopsWhenAConsumerSubscribes() {
			StageRef pc = dialogue.start("pc", refusing(Peer.CONSUMER));
			Dialogue.subscribe(pc, p.ref(), 4, 2);
			skip();
			c.subscribeTo(pc);
			assertThat(heard()).containsExactly("p <- cancel (down, %s)".formatted(OOPS),
					"c <- cancelled (down, %s)".formatted(OOPS));
			assertThat(pc.status().isRunning()).isFalse();
		}

		@Test
		@DisplayName("G89 stops the stage, and the producer that was told is told again")
		void stopsWhenItSubscribes() {
			StageRef pc = dialogue.start("pc", refusing(Peer.PRODUCER));
			c.subscribeTo(pc);
			assertThat(Dialogue.subscribe(pc, p.ref(), 4, 2)).isCompletedExceptionally();
			assertThat(heard()).containsExactly("p <- subscribe", "p <- cancel (down, %s)".formatted(OOPS),
					"c <- cancelled (down, %s)".formatted(OOPS));
			assertThat(pc.status().isRunning()).isFalse();
		}

		private static ProducerConsumerStage<String, String> refusing(Peer refused) {
			return new ProducerConsumerStage<>() {

				@Override
				public List<String> handleEvents(List<String> events, Subscription from) {
					return events;
				}

				@Override
				public void onSubscribe(Peer peer, Subscription subscription) {
					if (peer == refused) {
						throw new IllegalStateException("oops");
					}
				}

			};
		}

	}

	@Nested
	class LosingAProducer {

		@Test
		@DisplayName("16 runs at once when nothing is queued")
		void runsAtOnceWhenNothingIsQueued() {
			start(identity, 4, 2, CancelMode.TEMPORARY);
			p.cancel(DONE);
			assertThat(heard()).containsExactly("onCancel PRODUCER p (cancel, done)");
		}

		@Test
		@DisplayName("G17 Q14 comes behind the queued events, which are split as before")
		void comesBehindTheQueuedEvents() {
			StageRef pc = start(identity, 4, 2, CancelMode.TEMPORARY);
			p.send("a", "b", "c", "d");
			p.cancel(DONE);
			assertThat(heard()).isEmpty();
			assertThat(pc.status().held()).isEqualTo(4);
			Probe.ask(subscribe(c, pc), 4);
			assertThat(heard()).containsExactly("handleEvents [a, b]", "c <- events [a, b]", "handleEvents [c, d]",
					"c <- events [c, d]", "onCancel PRODUCER p (cancel, done)");
			assertThat(pc.status().producers()).isEmpty();
		}

		@Test
		@DisplayName("Q14 gives queued events with the handle of the lost producer")
		void givesTheRealHandle() {
			List<Subscription> handles = new ArrayList<>();
			StageRef pc = dialogue.start("pc", (ProducerConsumerStage<String, String>) (events, from) -> {
				handles.add(from);
				return events;
			});
			Dialogue.subscribe(pc, p.ref(), 4, 2, CancelMode.TEMPORARY);
			p.send("a");
			p.stop(DONE);
			Probe.ask(subscribe(c, pc), 1);
			assertThat(handles).containsExactly(p.link());
		}

		@Test
		@DisplayName("16 is handled after all outputs of its events were handed on, so that none is lost")
		void waitsForItsOutputs() {
			StageRef pc = start(identity, 4, 2, CancelMode.PERMANENT);
			OpenSubscription link = subscribe(c, pc);
			p.send("a", "b", "c", "d");
			p.stop(ExitReason.NORMAL);
			Probe.ask(link, 3);
			assertThat(heard()).containsExactly("handleEvents [a, b]", "c <- events [a, b]", "handleEvents [c, d]",
					"c <- events [c]");
			Probe.ask(link, 3);
			assertThat(heard()).containsExactly("c <- events [d]", "onCancel PRODUCER p (down, normal)",
					"onStop normal", "c <- cancelled (down, normal)");
			assertThat(pc.status().discarded()).isZero();
		}

		@Test
		@DisplayName("16 waits for outputs also when nothing is queued any more")
		void waitsForBufferedOutputs() {
			StageRef pc = start(identity, 4, 2, CancelMode.PERMANENT);
			OpenSubscription link = subscribe(c, pc);
			Probe.ask(link, 1);
			p.send("a", "b");
			skip();
			p.stop(ExitReason.NORMAL);
			assertThat(heard()).isEmpty();
			Probe.ask(link, 1);
			assertThat(heard()).containsExactly("c <- events [b]", "onCancel PRODUCER p (down, normal)",
					"onStop normal", "c <- cancelled (down, normal)");
		}

		@Test
		@DisplayName("Q13 counts the events of a postponed callback as delivered demand")
		void countsTheEventsOfAPostponedCallback() {
			StageRef pc = start(identity, 4, 2, CancelMode.TEMPORARY);
			Probe q = dialogue.probe("q");
			Dialogue.subscribe(pc, q.ref(), 4, 2);
			identity.parting = List.of("x", "y");
			p.send("a");
			p.cancel(DONE);
			skip();
			Probe.ask(subscribe(c, pc), 3);
			assertThat(heard()).containsExactly("handleEvents [a]", "c <- events [a]",
					"onCancel PRODUCER p (cancel, done)", "c <- events [x, y]");
			q.send("b");
			assertThat(heard()).isEmpty();
			assertThat(pc.status().queued()).isEqualTo(1);
		}

		@Test
		@DisplayName("5.5 drops events that come after the end")
		void dropsEventsAfterTheEnd() {
			StageRef pc = start(identity, 4, 2, CancelMode.TEMPORARY);
			p.cancel(DONE);
			skip();
			p.send("a", "b");
			assertThat(heard()).containsExactly("p <- cancel (cancel, unknown_subscription)");
			assertThat(pc.status().discarded()).isEqualTo(2);
		}

		@ParameterizedTest
		@CsvSource(textBlock = """
				normal,             stops, stays, stays
				shutdown,           stops, stays, stays
				no stage,           stops, stops, stays
				oops,               stops, stops, stays
				already_subscribed, stays, stays, stays
				""")
		@DisplayName("17 G90-G95 stops the stage if the mode says so")
		void stopsTheStageIfTheModeSaysSo(String reason, String whenPermanent, String whenTransient,
				String whenTemporary) {
			assertThat(afterEnd(CancelMode.PERMANENT, reason(reason))).isEqualTo(whenPermanent);
			assertThat(afterEnd(CancelMode.TRANSIENT, reason(reason))).isEqualTo(whenTransient);
			assertThat(afterEnd(CancelMode.TEMPORARY, reason(reason))).isEqualTo(whenTemporary);
		}

		private String afterEnd(CancelMode mode, ExitReason reason) {
			StageRef pc = start(identity, 4, 2, mode);
			p.cancel(reason);
			StageRef other = start(identity, 4, 2, mode);
			p.stop(reason);
			assertThat(other.status().isRunning()).isEqualTo(pc.status().isRunning());
			assertThat(pc.status().exit()).isEqualTo(pc.status().isRunning() ? null : reason);
			return pc.status().isRunning() ? "stays" : "stops";
		}

		private static ExitReason reason(String name) {
			return switch (name) {
				case "normal" -> ExitReason.NORMAL;
				case "shutdown" -> ExitReason.SHUTDOWN;
				case "no stage" -> ExitReason.NO_STAGE;
				default -> ExitReason.of(name);
			};
		}

	}

	@Nested
	class LosingAConsumer {

		@Test
		@DisplayName("G86 is confirmed and told to the stage, which goes on")
		void isConfirmedAndTold() {
			StageRef pc = start(identity, 4, 2);
			subscribe(c, pc).cancel(DONE);
			assertThat(heard()).containsExactly("c <- cancelled (cancel, done)", "onCancel CONSUMER c (cancel, done)");
			assertThat(pc.status().isRunning()).isTrue();
		}

		@Test
		@DisplayName("G87 is told as an end if the consumer has stopped")
		void isToldAsAnEnd() {
			StageRef pc = start(identity, 4, 2);
			Probe.leave(subscribe(c, pc), DONE);
			assertThat(heard()).containsExactly("c <- cancelled (cancel, done)", "onCancel CONSUMER c (down, done)");
		}

		@Test
		@DisplayName("Q1 keeps buffered events for the next one")
		void keepsBufferedEventsForTheNextOne() {
			StageRef pc = start(identity, 4, 2);
			OpenSubscription link = subscribe(c, pc);
			Probe.ask(link, 1);
			p.send("a", "b", "c", "d");
			Probe.leave(link, DONE);
			Probe.ask(subscribe(d, pc), 2);
			assertThat(heard()).containsExactly("d <- events [b, c]");
		}

		@Test
		@DisplayName("Q12 keeps the events of the callback for the next one")
		void keepsPartingEventsForTheNextOne() {
			StageRef pc = start(identity, 4, 2);
			OpenSubscription link = subscribe(c, pc);
			Probe.ask(link, 4);
			identity.parting = List.of("x");
			link.cancel(DONE);
			assertThat(pc.status().buffered()).isEqualTo(1);
			Probe.ask(subscribe(d, pc), 4);
			assertThat(heard()).containsExactly("d <- events [x]");
		}

		@Test
		@DisplayName("Q5 refuses a consumer's second subscription to a broadcast")
		void refusesASecondSubscription() {
			StageRef pc = start(identity, 4, 2, BROADCAST);
			subscribe(c, pc);
			c.subscribeTo(pc);
			assertThat(heard()).containsExactly("onSubscribe CONSUMER c", "c <- cancelled (cancel, already_subscribed)",
					"onCancel CONSUMER c (cancel, already_subscribed)");
			assertThat(pc.status().consumers()).hasSize(1);
		}

		@Test
		@DisplayName("G98 answers an ask on an unknown subscription with a cancel")
		void refusesAnAskOnAnUnknownSubscription() {
			StageRef pc = start(identity, 4, 2);
			Probe.ask(c.linkTo(pc), 1);
			assertThat(heard()).containsExactly("c <- cancelled (cancel, unknown_subscription)");
		}

	}

	@Nested
	class Ending {

		@Test
		void tellsBothSides() {
			StageRef pc = start(identity, 4, 2);
			subscribe(c, pc);
			pc.stop(ExitReason.SHUTDOWN);
			assertThat(heard()).containsExactly("onStop shutdown", "p <- cancel (down, shutdown)",
					"c <- cancelled (down, shutdown)");
		}

		@Test
		void discardsWhatIsQueuedAndBuffered() {
			StageRef pc = start(identity, 10, 8);
			p.send("a", "b");
			p.send("c", "d", "e");
			Probe.ask(subscribe(c, pc), 1);
			assertThat(pc.status().buffered()).isEqualTo(1);
			assertThat(pc.status().queued()).isEqualTo(3);
			pc.stop(ExitReason.SHUTDOWN);
			assertThat(pc.status().buffered()).isZero();
			assertThat(pc.status().queued()).isZero();
			assertThat(pc.status().discarded()).isEqualTo(4);
			assertThat(p.link().status().inFlight()).isZero();
		}

		@Test
		void completesWhenAllIsHandledAndHandedOn() {
			StageRef pc = start(identity, 10, 8);
			p.send("a", "b");
			p.send("c");
			pc.drain();
			assertThat(heard()).isEmpty();
			OpenSubscription link = subscribe(c, pc);
			Probe.ask(link, 1);
			assertThat(heard()).containsExactly("handleEvents [a, b]", "c <- events [a]", "p <- ask 2");
			Probe.ask(link, 2);
			assertThat(heard()).containsExactly("c <- events [b]", "handleEvents [c]", "c <- events [c]",
					"onStop normal", "p <- cancel (down, normal)", "c <- cancelled (down, normal)");
			assertThat(pc.status().discarded()).isZero();
		}

		@Test
		void isAskedToFinishBehindTheEventsThatCameBefore() {
			StageRef pc = start(new HoldingProducerConsumer(dialogue.journal()), 10, 8);
			p.send("a", "b");
			pc.drain();
			assertThat(heard()).isEmpty();
			Probe.ask(subscribe(c, pc), 1);
			assertThat(heard()).containsExactly("handleEvents [a, b]", "p <- ask 2", "onDrain", "c <- events [2 held]");
			assertThat(pc.status().isRunning()).isTrue();
			assertThat(pc.status().backlog()).isEqualTo(2);
			assertThat(pc.status().held()).isEqualTo(2);
			pc.tell("finish");
			assertThat(pc.status().exit()).isEqualTo(ExitReason.NORMAL);
			assertThat(pc.status().discarded()).isZero();
		}

		@Test
		void countsWhatItGivesUp() {
			StageRef pc = start(new HoldingProducerConsumer(dialogue.journal()), 10, 8);
			Probe.ask(subscribe(c, pc), 1);
			p.send("a", "b");
			pc.stop(ExitReason.SHUTDOWN);
			assertThat(pc.status().discarded()).isEqualTo(2);
		}

		@Test
		@DisplayName("a stop within a callback lets its events go and leaves the rest unhandled")
		void stopsInTheMiddleOfAMessage() {
			TestProducerConsumer[] stage = new TestProducerConsumer[1];
			stage[0] = new TestProducerConsumer(dialogue, (events) -> {
				stage[0].context.stop(DONE);
				return events;
			});
			StageRef pc = start(stage[0], 4, 2);
			Probe.ask(subscribe(c, pc), 4);
			p.send("a", "b", "c", "d");
			assertThat(heard()).containsExactly("handleEvents [a, b]", "c <- events [a, b]", "onStop done",
					"p <- cancel (down, done)", "c <- cancelled (down, done)");
			assertThat(pc.status().in()).isEqualTo(2);
			assertThat(pc.status().discarded()).isEqualTo(2);
		}

	}

	@Test
	@DisplayName("emits the events of a message callback too")
	void emitsTheEventsOfAMessageCallback() {
		StageRef pc = start(this.identity, 4, 2);
		Probe.ask(subscribe(this.c, pc), 1);
		pc.tell(List.of("x", "y"));
		assertThat(heard()).containsExactly("c <- events [x]");
		assertThat(pc.status().buffered()).isEqualTo(1);
	}

	private StageRef start(ProducerConsumerStage<String, String> stage, int max, int min) {
		return start(stage, max, min, CancelMode.PERMANENT);
	}

	private StageRef start(ProducerConsumerStage<String, String> stage, int max, int min, StageOptions options) {
		return start(stage, max, min, CancelMode.PERMANENT, options);
	}

	private StageRef start(ProducerConsumerStage<String, String> stage, int max, int min, CancelMode mode) {
		return start(stage, max, min, mode, StageOptions.defaults());
	}

	/** Starts a stage that is subscribed to the probe p. */
	private StageRef start(ProducerConsumerStage<String, String> stage, int max, int min, CancelMode mode,
			StageOptions options) {
		StageRef pc = this.dialogue.start("pc", stage, options);
		Dialogue.subscribe(pc, this.p.ref(), max, min, mode);
		skip();
		return pc;
	}

	/** Subscribes a probe and forgets what has happened so far. */
	private OpenSubscription subscribe(Probe consumer, StageRef producer) {
		OpenSubscription link = consumer.subscribeTo(producer);
		skip();
		return link;
	}

	private List<String> heard() {
		return this.dialogue.heard();
	}

	private void skip() {
		this.dialogue.skip();
	}

	/**
	 * Keeps what it gets until it is told to finish, and completes only then.
	 */
	private static final class HoldingProducerConsumer implements ProducerConsumerStage<String, String> {

		private final Journal journal;

		private StageContext context;

		private int kept;

		HoldingProducerConsumer(Journal journal) {
			this.journal = journal;
		}

		@Override
		public void onStart(StageContext context) {
			this.context = context;
		}

		@Override
		public List<String> handleEvents(List<String> events, Subscription from) {
			this.journal.note("handleEvents " + events);
			this.kept += events.size();
			return List.of();
		}

		@Override
		public List<String> onInfo(Object message) {
			this.kept = 0;
			this.context.complete();
			return List.of();
		}

		@Override
		public List<String> onDrain(StageContext context) {
			this.journal.note("onDrain");
			return List.of(this.kept + " held");
		}

		@Override
		public long backlog() {
			return this.kept;
		}

		@Override
		public void onStop(ExitReason reason) {
			this.context.discard(Collections.nCopies(this.kept, "kept"), "given up", null);
		}

	}

}
