package io.genstage;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Limited stages and what their neighbours hear of them.
 */
class RateLimitedStageTests {

	/** A token each 500 ms. */
	private static final RateLimit LIMIT = RateLimit.of(2, Duration.ofSeconds(1)).withBurst(3);

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final Probe q = this.dialogue.probe("q");

	private final Probe c = this.dialogue.probe("c");

	private final RateAccount rate = new RateAccount(LIMIT);

	private final StageOptions limited = StageOptions.defaults().withRate(this.rate);

	@Nested
	class Consumers {

		private final TestConsumer stage = new TestConsumer(dialogue);

		private StageRef consumer;

		private void start(CancelMode mode, Probe... producers) {
			this.consumer = dialogue.start("consumer", this.stage, limited);
			for (Probe producer : producers) {
				Dialogue.subscribe(this.consumer, producer.ref(), 10, 5, mode);
			}
			dialogue.skip();
		}

		@Test
		void askForTheBurstAtFirst() {
			this.consumer = dialogue.start("consumer", this.stage, limited);
			Dialogue.subscribe(this.consumer, p.ref(), 10, 5);
			assertThat(heard()).containsExactly("p <- subscribe", "onSubscribe PRODUCER p", "p <- ask 3");
		}

		@Test
		void askForNoMoreThanTheirMaximum() {
			this.consumer = dialogue.start("consumer", this.stage, limited);
			Dialogue.subscribe(this.consumer, p.ref(), 2, 0);
			dialogue.skip();
			p.send("a", "b");
			assertThat(heard()).containsExactly("handleEvents [a, b]", "scheduled in PT0.5S", "p <- ask 1");
		}

		@Test
		void askForMoreWhenTheirMaximumIsRaised() {
			this.consumer = dialogue.start("consumer", this.stage, limited);
			Subscription subscription = Dialogue.subscribe(this.consumer, p.ref(), 1, 0).join();
			dialogue.skip();
			assertThat(subscription.retune(2, 1).toCompletableFuture()).isCompleted();
			assertThat(heard()).containsExactly("p <- ask 1");
			p.send("a", "b");
			assertThat(heard()).containsExactly("handleEvents [a]", "handleEvents [b]", "scheduled in PT0.5S",
					"p <- ask 1");
		}

		@Test
		void askForNothingUntilTheyAreBelowALowerMaximum() {
			this.consumer = dialogue.start("consumer", this.stage, limited);
			Subscription subscription = Dialogue.subscribe(this.consumer, p.ref(), 3, 0).join();
			dialogue.skip();
			subscription.retune(1, 0);
			p.send("a");
			dialogue.pass(Duration.ofSeconds(5));
			assertThat(heard()).containsExactly("handleEvents [a]");
			p.send("b", "c");
			assertThat(heard()).containsExactly("handleEvents [b]", "handleEvents [c]", "p <- ask 1");
		}

		@Test
		void giveUpWhatTheyMayNotWantAnyMore() {
			this.consumer = dialogue.start("consumer", this.stage, limited);
			Subscription subscription = Dialogue.subscribe(this.consumer, p.ref(), 100, 0).join();
			dialogue.skip();
			subscription.retune(2, 0);
			rate.change(RateLimit.of(1000, Duration.ofSeconds(1)));
			dialogue.pass(Duration.ofSeconds(5));
			p.send("a", "b", "c");
			assertThat(heard()).containsSubsequence("handleEvents [c]", "p <- ask 2")
				.filteredOn((heard) -> heard.startsWith("p <- ask"))
				.hasSize(1);
		}

		@Test
		void askForTheRestLater() {
			start(CancelMode.PERMANENT, p);
			p.send("a", "b", "c");
			assertThat(heard()).containsExactly("handleEvents [a, b, c]", "scheduled in PT0.5S");
			dialogue.runTimer();
			assertThat(heard()).containsExactly("scheduled in PT0.5S", "p <- ask 1");
			dialogue.runTimer();
			assertThat(heard()).containsExactly("scheduled in PT0.5S", "p <- ask 1");
			p.send("d", "e");
			assertThat(heard()).containsExactly("handleEvents [d, e]");
		}

		@Test
		void saveUpNoMoreThanTheBurstWhileNothingComes() {
			start(CancelMode.PERMANENT, p);
			dialogue.pass(Duration.ofHours(1));
			p.send("a");
			assertThat(heard()).containsExactly("handleEvents [a]", "scheduled in PT0.5S");
			dialogue.runTimer();
			assertThat(heard()).containsExactly("p <- ask 1");
		}

		@Test
		void letNoIdleProducerKeepTheTokensFromAnother() {
			start(CancelMode.PERMANENT, p, q);
			q.send("a", "b", "c");
			assertThat(heard()).containsExactly("handleEvents [a, b, c]", "scheduled in PT0.5S");
			dialogue.runTimer();
			assertThat(heard()).containsExactly("scheduled in PT0.5S", "q <- ask 1");
		}

		@Test
		void holdBackWhatSeveralProducersSendAtOnce() {
			start(CancelMode.PERMANENT, p, q);
			p.send("a", "b", "c");
			dialogue.skip();
			q.send("d", "e", "f");
			assertThat(heard()).isEmpty();
			assertThat(this.consumer.status().backlog()).isEqualTo(3);
			dialogue.runTimer();
			assertThat(heard()).containsExactly("handleEvents [d]", "scheduled in PT0.5S");
			dialogue.runTimer();
			dialogue.runTimer();
			assertThat(heard()).containsExactly("handleEvents [e]", "scheduled in PT0.5S", "handleEvents [f]",
					"scheduled in PT0.5S");
			assertThat(this.consumer.status().backlog()).isZero();
			dialogue.runTimer();
			assertThat(heard()).containsExactly("scheduled in PT0.5S", "p <- ask 1", "q <- ask 1");
		}

		@Test
		void canBeMadeFasterWhileTheyWait() {
			rate.change(RateLimit.of(1, Duration.ofDays(1)));
			start(CancelMode.PERMANENT, p);
			p.send("a");
			assertThat(heard()).containsExactly("handleEvents [a]", "scheduled in PT24H");
			rate.change(RateLimit.of(10, Duration.ofSeconds(1)));
			assertThat(heard()).containsExactly("scheduled in PT0.1S");
			assertThat(rate.limit()).isEqualTo(RateLimit.of(10, Duration.ofSeconds(1)));
		}

		@Test
		void canBeMadeSlowerThoughEventsAreOnTheirWay() {
			start(CancelMode.PERMANENT, p);
			rate.change(RateLimit.of(1, Duration.ofDays(1)));
			p.send("a", "b", "c");
			assertThat(heard()).containsExactly("handleEvents [a]", "scheduled in PT24H");
			dialogue.runTimer();
			assertThat(heard()).containsExactly("handleEvents [b]", "scheduled in PT24H");
		}

		@Test
		void askForWhatComesInTenMillisecondsTogether() {
			rate.change(RateLimit.of(1000, Duration.ofSeconds(1)));
			this.consumer = dialogue.start("consumer", this.stage, limited);
			Dialogue.subscribe(this.consumer, p.ref(), 1000, 0);
			dialogue.skip();
			p.send(Collections.nCopies(1000, "a").toArray(String[]::new));
			assertThat(heard()).hasSize(2).contains("scheduled in PT0.01S");
			dialogue.runTimer();
			assertThat(heard()).containsExactly("scheduled in PT0.01S", "p <- ask 10");
		}

		@Test
		void letWhatTheyHoldBackPassByTheLimitWhenTheyAreDrained() {
			start(CancelMode.TEMPORARY, p, q);
			p.send("a", "b", "c");
			q.send("d", "e");
			q.stop(ExitReason.NORMAL);
			dialogue.skip();
			this.consumer.drain();
			assertThat(heard()).isEmpty();
			dialogue.runTimer();
			dialogue.runTimer();
			assertThat(heard()).containsExactly("handleEvents [d]", "scheduled in PT0.5S", "handleEvents [e]",
					"scheduled in PT0S");
			dialogue.runTimer();
			dialogue.runTimer();
			assertThat(heard()).containsExactly("onCancel q (down, normal)", "scheduled in PT0S", "onStop normal",
					"p <- cancel (down, normal)");
			assertThat(this.consumer.status().discarded()).isZero();
		}

		@Test
		void areDrainedAtOnceIfTheyHoldNothingBack() {
			start(CancelMode.PERMANENT, p);
			this.consumer.drain();
			assertThat(this.consumer.status().exit()).isEqualTo(ExitReason.NORMAL);
		}

		@Test
		void letAllPassBeforeTheyStopForAProducerThatHasCompleted() {
			start(CancelMode.PERMANENT, p, q);
			p.send("a", "b", "c");
			q.send("d", "e");
			dialogue.skip();
			q.stop(ExitReason.NORMAL);
			assertThat(heard()).containsExactly("handleEvents [d, e]", "onCancel q (down, normal)", "onStop normal",
					"p <- cancel (down, normal)");
		}

		@Test
		void discardWhatTheyHoldBackWhenTheyAreStopped() {
			start(CancelMode.PERMANENT, p, q);
			p.send("a", "b", "c");
			q.send("d", "e");
			this.consumer.stop(ExitReason.SHUTDOWN);
			assertThat(this.consumer.status().discarded()).isEqualTo(2);
			assertThat(this.consumer.status().backlog()).isZero();
			assertThat(log.read()).contains(
					"WARNING stage 'consumer' has discarded 2 events: received and not handled when it stopped (shutdown)");
		}

		@Test
		void loseAFailingMessageOnce() {
			ConsumerStage<String> failing = (events, from) -> {
				throw new IllegalArgumentException("bad batch");
			};
			StageRef ref = dialogue.start("consumer", failing, limited);
			Dialogue.subscribe(ref, p.ref(), 10, 5);
			p.send("a", "b", "c", "d", "e");
			assertThat(ref.status().discarded()).isEqualTo(5);
		}

		@Test
		void passOnMessagesOfTheStage() {
			start(CancelMode.PERMANENT, p);
			this.consumer.tell("hello");
			assertThat(heard()).containsExactly("onInfo hello");
		}

		@Test
		void holdBackWhatABatchingAsksFor() {
			ConsumerStage<String> batches = (events, from) -> dialogue.journal().note("batch " + events);
			this.consumer = dialogue.start("consumer", batches,
					limited.withBatching(Batching.of(BatchOptions.defaults().withSize(3))));
			Dialogue.subscribe(this.consumer, p.ref(), 5, 0);
			assertThat(heard()).containsExactly("p <- subscribe", "p <- ask 3");
			p.send("a", "b");
			dialogue.skip();
			p.send("c");
			assertThat(heard()).containsExactly("batch [a, b, c]");
			dialogue.runTimer();
			assertThat(heard()).as("after a second").containsExactly("p <- ask 2");
		}

		@Test
		void passBatchesOnAtTheEnd() {
			ConsumerStage<String> batches = (events, from) -> dialogue.journal().note("batch " + events);
			this.consumer = dialogue.start("consumer", batches,
					limited.withBatching(Batching.of(BatchOptions.defaults().withSize(4))));
			Dialogue.subscribe(this.consumer, p.ref(), 5, 0);
			dialogue.skip();
			p.send("a", "b", "c");
			this.consumer.drain();
			assertThat(heard()).contains("batch [a, b, c]");
			assertThat(this.consumer.status().exit()).isEqualTo(ExitReason.NORMAL);
		}

		@Test
		void showAStageThatAsksItselfTheSubscriptionItself() {
			ConsumerStage<String> stage = new ConsumerStage<>() {
				@Override
				public boolean asksItself() {
					return true;
				}

				@Override
				public void onSubscribe(Peer peer, Subscription subscription) {
					dialogue.journal().note(subscription + " " + subscription.options().maxDemand());
					assertThatIllegalArgumentException().isThrownBy(() -> subscription.ask(-1));
					subscription.ask(Long.MAX_VALUE);
				}

				@Override
				public void handleEvents(List<String> events, Subscription from) {
					from.cancel(ExitReason.NORMAL);
				}
			};
			this.consumer = dialogue.start("consumer", stage, limited);
			Dialogue.subscribe(this.consumer, p.ref(), 5, 0);
			assertThat(heard()).containsExactly("p <- subscribe", "subscription 1 of consumer to p 5", "p <- ask 3");
			p.send("a");
			assertThat(heard()).contains("p <- cancel (cancel, normal)");
		}

	}

	@Nested
	class ProducerConsumers {

		private final TestProducerConsumer stage = new TestProducerConsumer(dialogue);

		private StageRef pc;

		private OpenSubscription link;

		private void start(CancelMode mode, long demand) {
			this.pc = dialogue.start("pc", this.stage, limited);
			Dialogue.subscribe(this.pc, p.ref(), 10, 5, mode);
			Dialogue.subscribe(this.pc, q.ref(), 10, 5, mode);
			this.link = c.subscribeAndAsk(this.pc, demand);
			dialogue.skip();
		}

		@Test
		void emitWhatPassesAndAskLater() {
			start(CancelMode.PERMANENT, 10);
			p.send("a", "b", "c");
			assertThat(heard()).containsExactly("handleEvents [a, b, c]", "c <- events [a, b, c]",
					"scheduled in PT0.5S");
			dialogue.runTimer();
			assertThat(heard()).containsExactly("scheduled in PT0.5S", "p <- ask 1");
		}

		@Test
		void emitWhatWasHeldBack() {
			start(CancelMode.PERMANENT, 10);
			p.send("a", "b", "c");
			q.send("d");
			dialogue.skip();
			dialogue.runTimer();
			assertThat(heard()).containsExactly("handleEvents [d]", "c <- events [d]", "scheduled in PT0.5S");
		}

		@Test
		void letNothingPassWhileNobodyAsks() {
			start(CancelMode.PERMANENT, 0);
			p.send("a", "b", "c");
			assertThat(heard()).isEmpty();
			Probe.ask(this.link, 3);
			assertThat(heard()).containsExactly("handleEvents [a, b, c]", "c <- events [a, b, c]",
					"scheduled in PT0.5S");
		}

		@Test
		void emitAllBeforeTheyStopForAProducerThatHasCompleted() {
			start(CancelMode.PERMANENT, 10);
			p.send("a", "b", "c");
			q.send("d", "e");
			dialogue.skip();
			q.stop(ExitReason.NORMAL);
			assertThat(heard()).containsExactly("handleEvents [d, e]", "c <- events [d, e]",
					"onCancel PRODUCER q (down, normal)", "onStop normal", "p <- cancel (down, normal)",
					"c <- cancelled (down, normal)");
		}

		@Test
		void areDrainedWhenAllHasPassed() {
			start(CancelMode.TEMPORARY, 10);
			p.send("a", "b", "c");
			q.send("d");
			dialogue.skip();
			this.pc.drain();
			dialogue.runTimer();
			assertThat(heard()).containsExactly("handleEvents [d]", "c <- events [d]", "scheduled in PT0S");
			dialogue.runTimer();
			assertThat(this.pc.status().exit()).isEqualTo(ExitReason.NORMAL);
		}

	}

	@Nested
	class Producers {

		private StageRef producer;

		private void start(TestProducer producer) {
			this.producer = dialogue.start("producer", producer, limited);
		}

		@Test
		void areToldDemandBitByBit() {
			start(TestProducer.counting(dialogue));
			c.subscribeAndAsk(this.producer, 5);
			assertThat(heard()).containsExactly("onSubscribe CONSUMER c", "handleDemand 3", "scheduled in PT0.5S",
					"c <- events [0, 1, 2]");
			dialogue.runTimer();
			assertThat(heard()).containsExactly("scheduled in PT0.5S", "handleDemand 1", "c <- events [3]");
			dialogue.runTimer();
			assertThat(heard()).containsExactly("handleDemand 1", "c <- events [4]");
		}

		@Test
		void areToldNoMoreThanTheBurstWhileTheyHaveNothing() {
			start(new TestProducer(dialogue));
			c.subscribeAndAsk(this.producer, 100);
			assertThat(heard()).containsExactly("onSubscribe CONSUMER c", "handleDemand 3");
			dialogue.pass(Duration.ofHours(1));
			this.producer.tell(List.of("a", "b", "c"));
			assertThat(heard()).containsExactly("scheduled in PT0.5S", "c <- events [a, b, c]");
			dialogue.runTimer();
			assertThat(heard()).containsExactly("scheduled in PT0.5S", "handleDemand 1");
		}

		@Test
		void makeUpForWhatTheyEmitWithoutBeingTold() {
			start(new TestProducer(dialogue));
			c.subscribeAndAsk(this.producer, 100);
			dialogue.skip();
			this.producer.tell(List.of("a", "b", "c", "d", "e"));
			assertThat(heard()).containsExactly("scheduled in PT1.5S", "c <- events [a, b, c, d, e]");
		}

		@Test
		void canBeChangedWhileDemandWaits() {
			start(TestProducer.counting(dialogue));
			rate.change(RateLimit.of(1, Duration.ofDays(1)));
			c.subscribeAndAsk(this.producer, 3);
			assertThat(heard()).containsExactly("onSubscribe CONSUMER c", "handleDemand 1", "scheduled in PT24H",
					"c <- events [0]");
			rate.change(RateLimit.of(2, Duration.ofSeconds(1)));
			assertThat(heard()).containsExactly("scheduled in PT0.5S");
			dialogue.runTimer();
			dialogue.runTimer();
			assertThat(heard()).as("a day later all has been saved up").contains("c <- events [1, 2]");
		}

		@Test
		void bearDemandWithoutALimit() {
			start(TestProducer.counting(dialogue));
			OpenSubscription link = c.subscribeAndAsk(this.producer, Long.MAX_VALUE);
			dialogue.skip();
			Probe.ask(link, Long.MAX_VALUE);
			assertThat(heard()).isEmpty();
			dialogue.runTimer();
			assertThat(heard()).containsExactly("scheduled in PT0.5S", "handleDemand 1", "c <- events [3]");
		}

		@Test
		void areDrainedAsTheyAre() {
			start(TestProducer.counting(dialogue));
			c.subscribeAndAsk(this.producer, 5);
			this.producer.drain();
			assertThat(this.producer.status().exit()).isEqualTo(ExitReason.NORMAL);
		}

	}

	private List<String> heard() {
		return this.dialogue.heard();
	}

}
