package io.genstage;

import io.genstage.buffer.BufferKeep;
import java.util.ArrayList;
import java.util.List;

import io.genstage.dispatch.Dispatchers;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

class ProducerActorTests {

	private static final StageOptions BROADCAST = StageOptions.defaults().withDispatcher(Dispatchers.broadcast());

	private static final ExitReason OOPS = ExitReason.of("oops");

	private static final ExitReason KILLED = ExitReason.of("killed");

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe c = this.dialogue.probe("c");

	private final Probe d = this.dialogue.probe("d");

	private final TestProducer quiet = new TestProducer(this.dialogue);

	@Nested
	class Demand {

		@Test
		@DisplayName("5.8 every ask becomes one demand")
		void passesOnEachAsk() {
			StageRef p = startCounting();
			OpenSubscription link = c.subscribeTo(p);
			assertThat(heard()).containsExactly("onSubscribe CONSUMER c");
			Probe.ask(link, 4);
			assertThat(heard()).containsExactly("handleDemand 4", "c <- events [0, 1, 2, 3]");
			Probe.ask(link, 2);
			assertThat(heard()).containsExactly("handleDemand 2", "c <- events [4, 5]");
			Probe.ask(link, 2);
			assertThat(heard()).containsExactly("handleDemand 2", "c <- events [6, 7]");
		}

		@Test
		@DisplayName("G24 8.3 the buffer comes first and the producer is asked for the rest")
		void takesFromTheBufferFirst() {
			StageRef p = startCounting();
			p.tell(List.of("a", "b", "c"));
			p.tell(List.of("d", "e"));
			OpenSubscription link = subscribe(c, p);
			Probe.ask(link, 4);
			assertThat(heard()).containsExactly("c <- events [a, b, c, d]");
			Probe.ask(link, 4);
			assertThat(heard()).containsExactly("c <- events [e]", "handleDemand 3", "c <- events [0, 1, 2]");
			Probe.ask(link, 4);
			assertThat(heard()).containsExactly("handleDemand 4", "c <- events [3, 4, 5, 6]");
		}

		@Test
		void isToldOnlyOnce() {
			StageRef p = start(quiet);
			OpenSubscription link = subscribe(c, p);
			Probe.ask(link, 4);
			assertThat(heard()).containsExactly("handleDemand 4");
			p.tell(List.of("a"));
			assertThat(heard()).containsExactly("c <- events [a]");
			p.tell(List.of("b", "c", "d", "e"));
			assertThat(heard()).containsExactly("c <- events [b, c, d]");
			assertThat(p.status().buffered()).isEqualTo(1);
		}

		@Test
		@DisplayName("Q17 events go to the subscriber whoever asks for it")
		void sendsToTheRegisteredConsumer() {
			StageRef p = startCounting();
			OpenSubscription link = subscribe(c, p);
			p.mailbox().tell(new Message.Ask(link, 1));
			assertThat(heard()).containsExactly("handleDemand 1", "c <- events [0]");
		}

		@Test
		@DisplayName("G98 an ask on an unknown subscription is answered with a cancel")
		void refusesAnAskOnAnUnknownSubscription() {
			StageRef p = startCounting();
			Probe.ask(c.linkTo(p), 10);
			assertThat(heard()).containsExactly("c <- cancelled (cancel, unknown_subscription)");
		}

		@Test
		@DisplayName("D9 warns of an ask above those of others")
		void warnsOfAGreedySubscriber() {
			StageRef p = startCounting();
			askForAll(c.linkTo(p, new SubscribeOptions(1, 0, CancelMode.PERMANENT)));
			askForAll(d.linkTo(p, new SubscribeOptions(2, 0, CancelMode.PERMANENT)));
			assertThat(log.read()).singleElement()
				.asString()
				.startsWith("WARNING stage 'p': subscription ")
				.contains("of d to p asked for 2 events where at most 1 are expected");
		}

		private static void askForAll(OpenSubscription link) {
			link.tellProducer(new Message.Subscribe(link));
			Probe.ask(link, link.options().maxDemand());
		}

	}

	@Nested
	class Subscribing {

		@Test
		@DisplayName("G97 a subscription that exists is not accepted again")
		void refusesADuplicate() {
			StageRef p = startCounting();
			OpenSubscription link = subscribe(c, p);
			link.tellProducer(new Message.Subscribe(link));
			assertThat(heard()).containsExactly("c <- cancelled (cancel, duplicated_subscription)");
			assertThat(p.status().consumers()).hasSize(1);
			Probe.ask(link, 1);
			assertThat(heard()).containsExactly("handleDemand 1", "c <- events [0]");
			assertThat(log.read()).singleElement()
				.asString()
				.startsWith("SEVERE ")
				.endsWith("exists already, and the second one is refused");
		}

		@Test
		@DisplayName("G50 Q5 a consumer's second subscription to a broadcast is refused, and so is its third")
		void refusesASecondSubscriptionToABroadcast() {
			StageRef p = start(TestProducer.counting(dialogue), BROADCAST);
			OpenSubscription first = subscribe(c, p);
			for (int attempt = 2; attempt <= 3; attempt++) {
				OpenSubscription refused = c.subscribeTo(p);
				assertThat(heard()).containsExactly("onSubscribe CONSUMER c",
						"c <- cancelled (cancel, already_subscribed)", "onCancel c (cancel, already_subscribed)");
				Probe.ask(refused, 2);
				assertThat(heard()).containsExactly("c <- cancelled (cancel, unknown_subscription)");
			}
			assertThat(p.status().consumers()).extracting(SubscriptionStatus::id).containsExactly(first.id());
			Probe.ask(first, 1);
			assertThat(heard()).containsExactly("handleDemand 1", "c <- events [0]");
		}

		@Test
		@DisplayName("G59 the callbacks of both sides get the subscription that is returned")
		void givesBothSidesTheSameSubscription() {
			List<Subscription> given = new ArrayList<>();
			StageRef p = dialogue.start("p", new ProducerStage<String>() {

				@Override
				public List<String> handleDemand(long demand) {
					return List.of();
				}

				@Override
				public void onSubscribe(Peer peer, Subscription subscription) {
					given.add(subscription);
				}

			});
			StageRef consumer = dialogue.start("consumer", new ConsumerStage<String>() {

				@Override
				public void handleEvents(List<String> events, Subscription from) {
				}

				@Override
				public void onSubscribe(Peer peer, Subscription subscription) {
					given.add(subscription);
				}

			});
			Subscription returned = Dialogue.subscribe(consumer, p, 4, 2).join();
			assertThat(given).containsExactly(returned, returned);
			assertThat(returned.producer()).isSameAs(p);
			assertThat(returned.consumer()).isSameAs(consumer);
		}

		@Test
		@DisplayName("G60 a callback that throws stops the producer, and the subscriber is told")
		void stopsWhenTheCallbackThrows() {
			StageRef p = dialogue.start("p", new ProducerStage<String>() {

				@Override
				public List<String> handleDemand(long demand) {
					return List.of();
				}

				@Override
				public void onSubscribe(Peer peer, Subscription subscription) {
					throw new IllegalStateException("oops");
				}

			});
			c.subscribeTo(p);
			assertThat(heard())
				.containsExactly("c <- cancelled (down, failure (java.lang.IllegalStateException: oops))");
			assertThat(p.status().isRunning()).isFalse();
		}

		@Test
		@DisplayName("G47 a producer that has stopped answers that it is gone")
		void answersWhenStopped() {
			StageRef p = startCounting();
			p.stop(ExitReason.NORMAL);
			skip();
			OpenSubscription link = c.subscribeTo(p);
			Probe.ask(link, 2);
			assertThat(heard()).containsExactly("c <- cancelled (down, no stage)");
		}

	}

	@Nested
	class Cancelling {

		@Test
		@DisplayName("G61 the cancel is confirmed before the callback learns of it")
		void confirmsACancel() {
			StageRef p = startCounting();
			OpenSubscription link = subscribe(c, p);
			link.cancel(OOPS);
			assertThat(heard()).containsExactly("c <- cancelled (cancel, oops)", "onCancel c (cancel, oops)");
			assertThat(p.status().consumers()).isEmpty();
			assertThat(p.status().isRunning()).isTrue();
		}

		@Test
		@DisplayName("G62 the callback learns that the consumer has stopped")
		void learnsThatTheConsumerHasStopped() {
			StageRef p = startCounting();
			Probe.leave(subscribe(c, p), KILLED);
			assertThat(heard()).containsExactly("c <- cancelled (cancel, killed)", "onCancel c (down, killed)");
		}

		@Test
		@DisplayName("Q18 the cancel of an unknown subscription is ignored")
		void ignoresAnUnknownSubscription() {
			StageRef p = startCounting();
			c.linkTo(p).cancel(OOPS);
			OpenSubscription link = subscribe(c, p);
			link.cancel(OOPS);
			skip();
			link.cancel(OOPS);
			assertThat(heard()).isEmpty();
		}

		@Test
		@DisplayName("G7 the leaving of the one who held a broadcast up releases demand")
		void releasesDemand() {
			StageRef p = start(TestProducer.counting(dialogue), BROADCAST);
			OpenSubscription holding = subscribe(d, p);
			Probe.ask(subscribe(c, p), 3);
			assertThat(heard()).isEmpty();
			holding.cancel(OOPS);
			assertThat(heard()).containsExactly("d <- cancelled (cancel, oops)", "onCancel d (cancel, oops)",
					"handleDemand 3", "c <- events [0, 1, 2]");
		}

		@Test
		@DisplayName("Q12 events of the callback do not go to the one who left")
		void keepsPartingEventsForTheNextOne() {
			StageRef p = start(quiet);
			OpenSubscription link = subscribe(c, p);
			Probe.ask(link, 4);
			skip();
			quiet.parting = List.of("x", "y");
			link.cancel(OOPS);
			assertThat(heard()).containsExactly("c <- cancelled (cancel, oops)", "onCancel c (cancel, oops)");
			assertThat(p.status().buffered()).isEqualTo(2);
			Probe.ask(subscribe(d, p), 2);
			assertThat(heard()).containsExactly("d <- events [x, y]");
		}

		@Test
		@DisplayName("Q1 events of the callback go behind the buffer")
		void keepsPartingEventsInOrder() {
			StageRef p = start(quiet, BROADCAST);
			OpenSubscription holding = subscribe(d, p);
			Probe.ask(subscribe(c, p), 2);
			p.tell(List.of("a"));
			quiet.parting = List.of("b");
			skip();
			holding.cancel(OOPS);
			assertThat(heard()).startsWith("d <- cancelled (cancel, oops)", "onCancel d (cancel, oops)",
					"c <- events [a]", "c <- events [b]");
		}

	}

	@Nested
	class Stalls {

		@Test
		@DisplayName("Q1 demand: a newcomer gets what is buffered although its ask nets to 0")
		void demandDispatcherOffersTheBuffer() {
			StageRef p = start(quiet);
			Probe.leave(ask(c, p, 10), KILLED);
			p.tell(List.of("a", "b", "c"));
			skip();
			Probe.ask(subscribe(d, p), 5);
			assertThat(heard()).containsExactly("d <- events [a, b, c]");
			p.tell(List.of("d", "e", "f"));
			assertThat(heard()).containsExactly("d <- events [d, e]");
		}

		@Test
		@DisplayName("Q1 broadcast: a newcomer gets what was requested for the one who left")
		void broadcastDispatcherOffersTheBuffer() {
			StageRef p = start(quiet, BROADCAST);
			Probe.leave(ask(c, p, 4), KILLED);
			p.tell(List.of("a", "b", "c", "d"));
			OpenSubscription link = subscribe(d, p);
			Probe.ask(link, 4);
			assertThat(heard()).containsExactly("d <- events [a, b, c, d]");
			Probe.ask(link, 4);
			assertThat(heard()).containsExactly("handleDemand 4");
		}

		@Test
		@DisplayName("Q1 broadcast: what the producer still owes is not requested again")
		void broadcastDispatcherRequestsNothingTwice() {
			StageRef p = start(quiet, BROADCAST);
			Probe.leave(ask(c, p, 10), KILLED);
			p.tell(List.of("a", "b", "c"));
			OpenSubscription link = subscribe(d, p);
			Probe.ask(link, 5);
			assertThat(heard()).containsExactly("d <- events [a, b, c]");
			p.tell(List.of("d", "e", "f", "g", "h", "i", "j"));
			assertThat(heard()).containsExactly("d <- events [d, e]");
			Probe.ask(link, 5);
			assertThat(heard()).containsExactly("d <- events [f, g, h, i, j]");
			Probe.ask(link, 5);
			assertThat(heard()).containsExactly("handleDemand 5");
		}

		@Test
		@DisplayName("Q1 broadcast: requested events that were dropped from the buffer are requested again")
		void broadcastDispatcherRequestsDroppedEventsAgain() {
			StageRef p = start(quiet, BROADCAST.withBufferSize(2));
			Probe.leave(ask(c, p, 5), KILLED);
			p.tell(List.of("a", "b", "c", "d", "e"));
			OpenSubscription link = subscribe(d, p);
			Probe.ask(link, 5);
			assertThat(heard()).containsExactly("d <- events [d, e]", "handleDemand 3");
			p.tell(List.of("f", "g", "h"));
			assertThat(heard()).containsExactly("d <- events [f, g, h]");
		}

		@Test
		@DisplayName("Q1 Q8 broadcast without a buffer: a newcomer does not wait in vain")
		void broadcastDispatcherWorksWithoutABuffer() {
			StageRef p = start(quiet, BROADCAST.withBufferSize(0));
			Probe.leave(ask(c, p, 4), KILLED);
			p.tell(List.of("a", "b", "c", "d"));
			Probe.ask(subscribe(d, p), 4);
			assertThat(heard()).containsExactly("handleDemand 4");
		}

		private OpenSubscription ask(Probe consumer, StageRef p, long demand) {
			OpenSubscription link = subscribe(consumer, p);
			Probe.ask(link, demand);
			return link;
		}

	}

	@Nested
	class Accumulating {

		@Test
		@DisplayName("G18 holds demand until it is told to forward")
		void holdsDemand() {
			StageRef p = startAccumulating(TestProducer.counting(dialogue));
			assertThat(p.status().demandMode()).isEqualTo(DemandMode.ACCUMULATE);
			Probe.ask(subscribe(c, p), 4);
			assertThat(heard()).isEmpty();
			p.demand(DemandMode.FORWARD);
			assertThat(heard()).containsExactly("handleDemand 4", "c <- events [0, 1, 2, 3]");
			assertThat(p.status().demandMode()).isEqualTo(DemandMode.FORWARD);
		}

		@Test
		@DisplayName("G21 may be told to forward before anybody subscribes")
		void forwardsBeforeAnybodySubscribes() {
			StageRef p = startAccumulating(TestProducer.counting(dialogue));
			p.demand(DemandMode.FORWARD);
			p.demand(DemandMode.FORWARD);
			Probe.ask(subscribe(c, p), 4);
			assertThat(heard()).containsExactly("handleDemand 4", "c <- events [0, 1, 2, 3]");
		}

		@Test
		@DisplayName("G22 keeps what it holds when it is told to accumulate again")
		void keepsWhatItHolds() {
			StageRef p = startAccumulating(TestProducer.counting(dialogue));
			Probe.ask(subscribe(c, p), 4);
			p.demand(DemandMode.ACCUMULATE);
			p.demand(DemandMode.FORWARD);
			assertThat(heard()).containsExactly("handleDemand 4", "c <- events [0, 1, 2, 3]");
		}

		@Test
		@DisplayName("G23 never sums demands up")
		void neverSumsDemandsUp() {
			StageRef p = startAccumulating(new TestProducer(dialogue, (demand) -> List.of(String.valueOf(demand))));
			Probe.ask(subscribe(c, p), 2);
			Probe.ask(subscribe(d, p), 2);
			p.demand(DemandMode.FORWARD);
			assertThat(heard()).containsExactly("handleDemand 2", "c <- events [2]", "handleDemand 2",
					"d <- events [2]");
		}

		@Test
		@DisplayName("G19 holds emitted events, each emission by itself")
		void holdsEmittedEvents() {
			StageRef p = start(quiet, BROADCAST);
			p.demand(DemandMode.ACCUMULATE);
			p.tell(List.of("a"));
			p.tell(List.of("b"));
			OpenSubscription toC = subscribe(c, p);
			OpenSubscription toD = subscribe(d, p);
			Probe.ask(toC, 4);
			Probe.ask(toD, 4);
			assertThat(heard()).isEmpty();
			assertThat(p.status().buffered()).isEqualTo(2);
			p.demand(DemandMode.FORWARD);
			assertThat(heard()).containsExactly("c <- events [a]", "d <- events [a]", "c <- events [b]",
					"d <- events [b]", "handleDemand 2");
			assertThat(p.status().buffered()).isZero();
		}

		@Test
		@DisplayName("9 buffered events are sent before the demand that neither they nor later ones cover")
		void movesBufferedEventsIntoTheLog() {
			StageRef p = start(quiet);
			p.tell(List.of("a", "b", "c"));
			p.demand(DemandMode.ACCUMULATE);
			Probe.ask(subscribe(c, p), 5);
			p.tell(List.of("d"));
			assertThat(heard()).isEmpty();
			assertThat(p.status().buffered()).isEqualTo(4);
			p.demand(DemandMode.FORWARD);
			assertThat(heard()).containsExactly("c <- events [a, b, c]", "handleDemand 1", "c <- events [d]");
		}

		@Test
		@DisplayName("discards what it holds when it stops")
		void discardsWhatItHoldsWhenItStops() {
			StageRef p = startAccumulating(quiet);
			p.tell(List.of("a", "b"));
			p.stop(ExitReason.SHUTDOWN);
			assertThat(p.status().buffered()).isZero();
			assertThat(p.status().discarded()).isEqualTo(2);
		}

		private StageRef startAccumulating(TestProducer stage) {
			return start(stage, StageOptions.defaults().withDemandMode(DemandMode.ACCUMULATE));
		}

	}

	@Nested
	class Buffering {

		@Test
		@DisplayName("G25 keeps the first events, tells the stage and warns")
		void keepsTheFirstEvents() {
			StageRef p = start(quiet, StageOptions.defaults().withBufferSize(5).withBufferKeep(BufferKeep.FIRST));
			overflow(p);
			assertThat(heard()).containsExactly("onDiscard [f, g, h]");
			assertThat(log.read())
				.containsExactly("WARNING stage 'p' has discarded 3 events: they were emitted without demand");
			assertThat(p.status().discarded()).isEqualTo(3);
			OpenSubscription link = subscribe(c, p);
			Probe.ask(link, 4);
			assertThat(heard()).containsExactly("c <- events [a, b, c, d]");
			Probe.ask(link, 4);
			assertThat(heard()).containsExactly("c <- events [e]", "handleDemand 3");
		}

		@Test
		@DisplayName("G26 keeps the last events unless told otherwise")
		void keepsTheLastEvents() {
			StageRef p = start(quiet, StageOptions.defaults().withBufferSize(5));
			overflow(p);
			OpenSubscription link = subscribe(c, p);
			Probe.ask(link, 4);
			assertThat(heard()).containsExactly("c <- events [d, e, f, g]");
			Probe.ask(link, 4);
			assertThat(heard()).containsExactly("c <- events [h]", "handleDemand 3");
		}

		@Test
		@DisplayName("G29 a stage that is told of the loss may want the warning too")
		void warnsIfTheStageWantsIt() {
			StageRef p = start(quiet, StageOptions.defaults().withBufferSize(5).withBufferKeep(BufferKeep.FIRST));
			overflow(p);
			assertThat(heard()).containsExactly("onDiscard [f, g, h]");
			assertThat(log.read())
				.containsExactly("WARNING stage 'p' has discarded 3 events: they were emitted without demand");
			Probe.ask(subscribe(c, p), 5);
			assertThat(heard()).containsExactly("c <- events [a, b, c, d, e]");
			assertThat(log.read()).isEmpty();
		}

		@Test
		@DisplayName("G28 G30 the stage can do without the warning")
		void warnsOnlyIfTheStageWantsIt() {
			quiet.warn = false;
			overflow(start(quiet, StageOptions.defaults().withBufferSize(5)));
			assertThat(heard()).containsExactly("onDiscard [a, b, c]");
			assertThat(log.read()).isEmpty();
		}

		@Test
		@DisplayName("G27 G31 keeps everything without a limit, and counts it")
		void countsWhatItKeeps() {
			StageRef p = start(quiet, StageOptions.defaults().withBufferSize(StageOptions.UNLIMITED));
			p.tell(List.of("a", "b", "c", "d", "e"));
			assertThat(p.status().buffered()).isEqualTo(5);
			p.tell(List.of("f", "g", "h"));
			assertThat(p.status().buffered()).isEqualTo(8);
			OpenSubscription link = subscribe(c, p);
			Probe.ask(link, 4);
			Probe.ask(link, 4);
			assertThat(heard()).containsExactly("c <- events [a, b, c, d]", "c <- events [e, f, g, h]");
			assertThat(p.status().buffered()).isZero();
		}

		@Test
		@DisplayName("10 reports each loss by itself")
		void reportsEachLossByItself() {
			StageRef p = start(quiet, StageOptions.defaults().withBufferSize(1));
			p.tell(List.of("a", "b"));
			p.tell(List.of("c"));
			assertThat(heard()).containsExactly("onDiscard [a]", "onDiscard [b]");
			assertThat(p.status().discarded()).isEqualTo(2);
		}

		@Test
		@DisplayName("Q8 a size of 0 keeps nothing")
		void keepsNothingAtSizeZero() {
			StageRef p = start(quiet, StageOptions.defaults().withBufferSize(0));
			Probe.ask(subscribe(c, p), 1);
			skip();
			p.tell(List.of("a", "b"));
			assertThat(heard()).containsExactly("c <- events [a]", "onDiscard [b]");
		}

		private void overflow(StageRef p) {
			p.tell(List.of("a", "b", "c", "d", "e"));
			p.tell(List.of("f", "g", "h"));
		}

	}

	@Nested
	class Ending {

		@Test
		@DisplayName("G67 a stop is told to the stage first and then to its consumers")
		void tellsTheStageAndItsConsumers() {
			StageRef p = startCounting();
			subscribe(c, p);
			assertThat(p.stop(ExitReason.NORMAL).toCompletableFuture()).isCompletedWithValue(ExitReason.NORMAL);
			assertThat(heard()).containsExactly("onStop normal", "c <- cancelled (down, normal)");
			assertThat(dialogue.removed()).containsExactly("p");
			assertThat(p.status().exit()).isEqualTo(ExitReason.NORMAL);
		}

		@Test
		void discardsWhatIsBuffered() {
			StageRef p = start(quiet);
			p.tell(List.of("a", "b"));
			p.stop(ExitReason.SHUTDOWN);
			assertThat(p.status().buffered()).isZero();
			assertThat(p.status().discarded()).isEqualTo(2);
		}

		@Test
		@DisplayName("a stop within a callback lets its events go first")
		void sendsTheEventsOfTheCallbackThatStops() {
			TestProducer[] stage = new TestProducer[1];
			stage[0] = new TestProducer(dialogue, (demand) -> {
				stage[0].context.stop(ExitReason.NORMAL);
				return List.of("a", "b", "c");
			});
			StageRef p = start(stage[0]);
			Probe.ask(subscribe(c, p), 2);
			assertThat(heard()).containsExactly("handleDemand 2", "c <- events [a, b]", "onStop normal",
					"c <- cancelled (down, normal)");
			assertThat(p.status().discarded()).isEqualTo(1);
		}

		@Test
		void completesOnceItsBufferIsEmpty() {
			StageRef p = start(quiet);
			p.tell(List.of("a", "b", "c"));
			p.tell((Runnable) () -> quiet.context.complete());
			OpenSubscription link = subscribe(c, p);
			Probe.ask(link, 2);
			assertThat(heard()).containsExactly("c <- events [a, b]");
			Probe.ask(link, 2);
			assertThat(heard()).containsExactly("c <- events [c]", "onStop normal", "c <- cancelled (down, normal)");
			assertThat(p.status().discarded()).isZero();
		}

		@Test
		void completesAtOnceWithNothingToHandOn() {
			StageRef p = startCounting();
			p.drain();
			assertThat(heard()).containsExactly("onStop normal");
		}

		@Test
		@DisplayName("completes although it holds demand, when it holds no events")
		void completesWhileAccumulating() {
			StageRef p = start(quiet, StageOptions.defaults().withDemandMode(DemandMode.ACCUMULATE));
			Probe.ask(subscribe(c, p), 2);
			p.drain();
			assertThat(heard()).containsExactly("onStop normal", "c <- cancelled (down, normal)");
		}

		@Test
		@DisplayName("completes after it has forwarded the events it holds")
		void completesAfterForwarding() {
			StageRef p = start(quiet, StageOptions.defaults().withDemandMode(DemandMode.ACCUMULATE));
			p.tell(List.of("a"));
			p.drain();
			Probe.ask(subscribe(c, p), 2);
			assertThat(heard()).isEmpty();
			p.demand(DemandMode.FORWARD);
			assertThat(heard()).containsExactly("c <- events [a]", "onStop normal", "c <- cancelled (down, normal)");
		}

	}

	@Test
	@DisplayName("G66 passes a message that is none of the engine's on")
	void passesAMessageOn() {
		List<Object> told = new ArrayList<>();
		StageRef p = this.dialogue.start("p", new ProducerStage<String>() {

			@Override
			public List<String> handleDemand(long demand) {
				return List.of();
			}

			@Override
			public List<String> onInfo(Object message) {
				told.add(message);
				return List.of();
			}

		});
		p.tell("hello");
		assertThat(told).containsExactly("hello");
	}

	@Nested
	class Misdirected {

		@Test
		@DisplayName("G101 logs what only a consumer can use and goes on")
		void logsWhatOnlyAConsumerCanUse() {
			StageRef p = startCounting();
			OpenSubscription link = c.linkTo(p);
			p.mailbox().tell(new Message.Events(link, List.of("a")));
			p.mailbox().tell(new Message.Cancelled(link, Cancellation.cancel(OOPS)));
			assertThat(heard()).isEmpty();
			assertThat(log.read()).containsExactly(
					"SEVERE stage 'p' is a producer, which can't handle this message: events by " + link,
					"WARNING stage 'p' has discarded 1 events: it has no use for them",
					"SEVERE stage 'p' is a producer, which can't handle this message: the end of " + link);
			assertThat(p.status().isRunning()).isTrue();
		}

		@Test
		@DisplayName("5.1 refuses to subscribe to anything")
		void refusesToSubscribe() {
			StageRef p = startCounting();
			assertThat(Dialogue.subscribe(p, c.ref(), 4, 2)).isCompletedExceptionally();
			assertThat(heard()).isEmpty();
		}

	}

	private StageRef startCounting() {
		return start(TestProducer.counting(this.dialogue));
	}

	private StageRef start(TestProducer stage) {
		return start(stage, StageOptions.defaults());
	}

	private StageRef start(TestProducer stage, StageOptions options) {
		return this.dialogue.start("p", stage, options);
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

}
