package io.genstage;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.genstage.batch.Batch;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * A consumer with a batching and what its producers hear of it.
 */
class BatchConsumerTests {

	private static final BatchOptions OPTIONS = new BatchOptions(3, Duration.ofSeconds(1), 1000);

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private Batching<String> batching = Batching.byKey((event) -> event.substring(0, 1), OPTIONS);

	private ConsumerStage<String> stage = (events, from) -> handle(Batch.of(events));

	private StageRef consumer;

	private void handle(Batch<String, String> batch) {
		this.dialogue.journal().note(batch + " " + batch.closing());
		if (batch.contains("a!")) {
			throw new IllegalArgumentException("bad batch");
		}
	}

	private StageOptions options() {
		return StageOptions.defaults().withBatching(this.batching);
	}

	/** Starts the stage and subscribes it to the probe p. */
	private void start(int maxDemand, CancelMode mode) {
		this.consumer = this.dialogue.start("consumer", this.stage, options());
		Dialogue.subscribe(this.consumer, this.p.ref(), maxDemand, 0, mode);
		skip();
	}

	private void start(int maxDemand) {
		start(maxDemand, CancelMode.PERMANENT);
	}

	@Nested
	class BackPressure {

		@Test
		void asksForItsMaximumAtFirst() {
			consumer = dialogue.start("consumer", stage, options());
			Dialogue.subscribe(consumer, p.ref(), 4, 2);
			assertThat(heard()).containsExactly("p <- subscribe", "p <- ask 4");
		}

		@Test
		void asksForAsManyAsTheBatchHadWhenItIsHandled() {
			start(4);
			p.send("a1", "a2");
			assertThat(heard()).containsExactly("scheduled in PT1S");
			p.send("a3");
			assertThat(heard()).containsExactly("[a1, a2, a3] SIZE", "p <- ask 3");
		}

		@Test
		void countsHeldEventsAsBacklog() {
			start(4);
			p.send("a1", "a2");
			assertThat(consumer.status().in()).isZero();
			assertThat(consumer.status().backlog()).isEqualTo(2);
			assertThat(consumer.status().held()).isEqualTo(2);
			p.send("a3", "a4");
			assertThat(consumer.status().in()).isEqualTo(3);
			assertThat(consumer.status().held()).isEqualTo(1);
		}

		@Test
		void closesABatchWhenKeysTakeUpAllDemand() {
			start(4);
			p.send("a1", "b1", "c1", "b2");
			assertThat(heard()).containsExactly("scheduled in PT1S", "[b1, b2] ROOM", "p <- ask 2");
			p.send("d1", "e1");
			assertThat(heard()).containsExactly("[a1] ROOM", "p <- ask 1");
		}

		@Test
		void countsTheDemandOfEachProducerByItself() {
			Probe q = dialogue.probe("q");
			start(4);
			Dialogue.subscribe(consumer, q.ref(), 3, 0);
			skip();
			p.send("a1");
			q.send("a2", "b1", "c1");
			assertThat(heard()).containsExactly("scheduled in PT1S", "[a1, a2] ROOM", "p <- ask 1", "q <- ask 1");
			q.send("c2");
			assertThat(heard()).containsExactly("[c1, c2] ROOM", "q <- ask 2");
		}

		@Test
		void asksForMoreWhenItsMaximumIsRaised() {
			consumer = dialogue.start("consumer", stage, options());
			Subscription subscription = Dialogue.subscribe(consumer, p.ref(), 3, 0).join();
			skip();
			assertThat(subscription.retune(8, 0).toCompletableFuture()).isCompleted();
			assertThat(heard()).containsExactly("p <- ask 5");
			batching.change(OPTIONS.withSize(8));
			p.send("a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8");
			assertThat(heard()).containsExactly("[a1, a2, a3, a4, a5, a6, a7, a8] SIZE", "p <- ask 8");
		}

		@Test
		void keepsEnoughDemandForABatchWhenItsMaximumIsLowered() {
			consumer = dialogue.start("consumer", stage, options());
			Subscription subscription = Dialogue.subscribe(consumer, p.ref(), 6, 0).join();
			skip();
			subscription.retune(2, 0);
			p.send("a1", "a2", "a3", "a4", "a5", "a6");
			assertThat(heard()).containsExactly("[a1, a2, a3] SIZE", "[a4, a5, a6] SIZE", "p <- ask 3");
			batching.change(OPTIONS.withSize(2));
			p.send("b1", "b2", "b3");
			assertThat(heard()).containsExactly("scheduled in PT1S", "[b1, b2] SIZE", "p <- ask 1");
		}

		@Test
		void refusesASubscriptionThatNeverFillsABatch() {
			consumer = dialogue.start("consumer", stage, options());
			assertThatExceptionOfType(CompletionException.class)
				.isThrownBy(() -> Dialogue.subscribe(consumer, p.ref(), 2, 0).join())
				.withCauseInstanceOf(IllegalArgumentException.class)
				.withStackTraceContaining("a batch of 3 events would never be full, since subscription 1 of consumer "
						+ "to p has a maxDemand of 2: choose a maxDemand of at least 3, or a smaller batch");
			assertThat(consumer.status().exit()).isInstanceOf(ExitReason.Failure.class);
		}

		@Test
		void asksForNoMoreThanItsMaximumAfterEventsThatNobodyAskedFor() {
			start(3);
			p.send("a1", "a2", "a3", "a4", "a5");
			assertThat(heard()).containsExactly("scheduled in PT1S", "[a1, a2, a3] SIZE", "p <- ask 1");
		}

		@Test
		void handlesTheBatchesOfOneMessageInTurnsOfTheirOwn() {
			start(10);
			p.send("a1", "a2", "a3", "b1", "b2", "b3");
			assertThat(heard()).containsExactly("[a1, a2, a3] SIZE", "p <- ask 3", "[b1, b2, b3] SIZE", "p <- ask 3");
		}

	}

	@Nested
	class Timeouts {

		@Test
		void countFromTheFirstEvent() {
			start(4);
			p.send("a1");
			dialogue.pass(Duration.ofMillis(400));
			p.send("a2");
			skip();
			dialogue.runTimer();
			assertThat(heard()).containsExactly("[a1, a2] TIMEOUT", "p <- ask 2");
		}

		@Test
		void waitForOneBatchAtATime() {
			start(4);
			p.send("a1");
			dialogue.pass(Duration.ofMillis(400));
			p.send("b1");
			assertThat(heard()).containsExactly("scheduled in PT1S");
			dialogue.runTimer();
			assertThat(heard()).containsExactly("[a1] TIMEOUT", "p <- ask 1", "scheduled in PT0.4S");
			dialogue.runTimer();
			assertThat(heard()).containsExactly("[b1] TIMEOUT", "p <- ask 1");
		}

		@Test
		void closeNothingThatIsYounger() {
			start(4);
			p.send("a1", "a2", "a3");
			p.send("a4");
			dialogue.pass(Duration.ofMillis(900));
			p.send("a5", "a6");
			p.send("a7");
			skip();
			dialogue.runTimer();
			assertThat(heard()).containsExactly("scheduled in PT0.9S");
			dialogue.runTimer();
			assertThat(heard()).containsExactly("[a7] TIMEOUT", "p <- ask 1");
		}

	}

	@Nested
	class Changes {

		@Test
		void ofTheSizeApplyToWhatIsHeld() {
			start(4);
			p.send("a1", "a2");
			skip();
			batching.change(OPTIONS.withSize(1));
			assertThat(heard()).containsExactly("[a1] SIZE", "p <- ask 1", "[a2] SIZE", "p <- ask 1");
			assertThat(batching.options().size()).isEqualTo(1);
		}

		@Test
		void ofTheTimeoutApplyToWhatIsHeld() {
			start(4);
			p.send("a1");
			dialogue.pass(Duration.ofMillis(300));
			skip();
			batching.change(OPTIONS.withTimeout(Duration.ofMillis(500)));
			assertThat(heard()).containsExactly("scheduled in PT0.2S");
			batching.change(OPTIONS.withTimeout(Duration.ofMillis(200)));
			assertThat(heard()).containsExactly("[a1] TIMEOUT", "p <- ask 1");
		}

		@Test
		void toALongerTimeoutKeepTheBatchOpen() {
			start(4);
			p.send("a1");
			skip();
			batching.change(OPTIONS.withTimeout(Duration.ofSeconds(3)));
			dialogue.runTimer();
			assertThat(heard()).containsExactly("scheduled in PT2S");
			dialogue.runTimer();
			assertThat(heard()).containsExactly("[a1] TIMEOUT", "p <- ask 1");
		}

		@Test
		void toASizeThatIsNeverReachedAreRefused() {
			start(4);
			assertThatIllegalArgumentException().isThrownBy(() -> batching.change(OPTIONS.withSize(5)))
				.withMessage("size must be <= 4, the least maxDemand of the stage's subscriptions, was 5");
			assertThat(batching.options()).isEqualTo(OPTIONS);
			batching.change(OPTIONS.withSize(4));
			p.send("a1", "a2", "a3", "a4");
			assertThat(heard()).containsExactly("[a1, a2, a3, a4] SIZE", "p <- ask 4");
		}

		@Test
		void beforeTheStartAreInForceFromTheBeginning() {
			batching.change(OPTIONS.withSize(2));
			start(2);
			p.send("a1", "a2");
			assertThat(heard()).containsExactly("[a1, a2] SIZE", "p <- ask 2");
		}

		@Test
		void stayOverARestart() {
			start(4);
			batching.change(OPTIONS.withSize(1));
			consumer.stop(ExitReason.SHUTDOWN);
			start(4);
			p.send("a1");
			assertThat(heard()).containsExactly("[a1] SIZE", "p <- ask 1");
		}

	}

	@Nested
	class TheEnd {

		@Test
		void ofAPipelineHandlesWhatIsOpen() {
			start(4);
			p.send("a1", "b1", "b2");
			skip();
			consumer.drain();
			assertThat(heard()).containsExactly("[a1] END", "[b1, b2] END", "p <- cancel (down, normal)");
			assertThat(consumer.status().exit()).isEqualTo(ExitReason.NORMAL);
			assertThat(consumer.status().discarded()).isZero();
			assertThat(consumer.status().held()).isZero();
		}

		@Test
		void ofAPipelineWaitsForNothingIfNothingIsHeld() {
			start(4);
			consumer.drain();
			assertThat(consumer.status().exit()).isEqualTo(ExitReason.NORMAL);
		}

		@Test
		void ofTheProducerHandlesWhatIsOpenBeforeTheStageStops() {
			start(4);
			p.send("a1", "b1");
			skip();
			p.stop(ExitReason.NORMAL);
			assertThat(heard()).containsExactly("[a1] END", "[b1] END");
			assertThat(consumer.status().exit()).isEqualTo(ExitReason.NORMAL);
		}

		@Test
		void ofTheLastProducerHandlesWhatIsOpenThoughTheStageGoesOn() {
			Probe q = dialogue.probe("q");
			start(4, CancelMode.TEMPORARY);
			Dialogue.subscribe(consumer, q.ref(), 4, 0, CancelMode.TEMPORARY);
			p.send("a1", "b1");
			skip();
			p.stop(ExitReason.of("crash"));
			assertThat(heard()).isEmpty();
			q.stop(ExitReason.of("crash"));
			assertThat(heard()).containsExactly("[a1] END", "[b1] END");
			assertThat(consumer.status().isRunning()).isTrue();
		}

		@Test
		void byAStopInGoodOrderHandlesWhatIsOpen() {
			start(4);
			p.send("a1", "b1");
			skip();
			consumer.stop(ExitReason.SHUTDOWN);
			assertThat(heard()).containsExactly("[a1] END", "[b1] END", "p <- cancel (down, shutdown)");
			assertThat(consumer.status().discarded()).isZero();
		}

		@Test
		void byAProducerThatFailsDiscardsWhatIsOpen() {
			start(4);
			p.send("a1", "b1");
			skip();
			p.stop(ExitReason.of("crash"));
			assertThat(heard()).isEmpty();
			assertThat(consumer.status().discarded()).isEqualTo(2);
			assertThat(consumer.status().backlog()).isZero();
			assertThat(log.read()).contains(
					"WARNING stage 'consumer' has discarded 2 events: received and not handled when it stopped (crash)");
		}

		@Test
		void byABatchThatFailsDiscardsEachHeldEventOnce() {
			start(10);
			p.send("c1", "a1", "a2");
			p.send("b1", "b2", "b3", "a!", "d1", "d2", "d3");
			assertThat(heard()).containsExactly("scheduled in PT1S", "[b1, b2, b3] SIZE", "p <- ask 3",
					"[a1, a2, a!] SIZE", "p <- cancel (down, failure (java.lang.IllegalArgumentException: bad batch))");
			assertThat(consumer.status().in()).isEqualTo(3);
			assertThat(consumer.status().discarded()).isEqualTo(7);
		}

		@Test
		void byABatchThatFailsAtTheEndDiscardsTheOthers() {
			start(4);
			p.send("b1", "a!", "c1");
			skip();
			consumer.stop(ExitReason.SHUTDOWN);
			assertThat(heard()).containsExactly("[b1] END", "[a!] END", "p <- cancel (down, shutdown)");
			assertThat(consumer.status().discarded()).isEqualTo(2);
		}

	}

	/**
	 * An event whose key can't be used fails by itself; what came with it is handled.
	 */
	@Nested
	class UnusableKeys {

		@Test
		void aKeyThatIsMissing() {
			assertFailsByItself((event) -> event.equals("bad") ? null : event.substring(0, 1),
					"the key of an event of java.lang.String is null");
		}

		@Test
		void aKeyFunctionThatThrows() {
			assertFailsByItself((event) -> {
				if (event.equals("bad")) {
					throw new IllegalArgumentException("secret " + event);
				}
				return event.substring(0, 1);
			}, "the key of an event of java.lang.String can't be used: java.lang.IllegalArgumentException at io.genstage.BatchConsumerTests");
		}

		@Test
		void aKeyThatCanNotBeHashed() {
			Object[] endless = new Object[1];
			endless[0] = endless;
			assertFailsByItself((event) -> event.equals("bad") ? endless : event.substring(0, 1),
					"the key of an event of java.lang.String can't be used: java.lang.StackOverflowError");
		}

		private void assertFailsByItself(Function<String, Object> key, String reason) {
			batching = Batching.byKey(key, OPTIONS);
			stage = (events, from) -> dialogue.journal().note(events.toString());
			start(4);
			p.send("a1", "bad", "a2", "bad");
			// Their demand is given back at once.
			assertThat(heard()).containsExactly("p <- ask 2", "scheduled in PT1S");
			p.send("a3");
			assertThat(heard()).containsExactly("[a1, a2, a3]", "p <- ask 3");
			assertThat(consumer.status().isRunning()).isTrue();
			assertThat(consumer.status().discarded()).isEqualTo(2);
			assertThat(consumer.status().held()).isZero();
			assertThat(log.read()).singleElement()
				.asString()
				.startsWith("WARNING stage 'consumer' has discarded 2 events: " + reason)
				.doesNotContain("bad")
				.doesNotContain("secret");
		}

		@Test
		void areLoggedByTheirNumberWhenThereAreMany() {
			batching = Batching.byKey((event) -> null, OPTIONS);
			start(4);
			for (int times = 0; times < 100; times++) {
				p.send("bad", "bad");
			}
			assertThat(consumer.status().discarded()).isEqualTo(200);
			assertThat(log.read()).singleElement().asString().contains("has discarded 2 events: ");
			dialogue.runTimer();
			assertThat(log.read()).singleElement().asString().contains("has discarded 198 events: ");
		}

		@Test
		void anErrorOfTheJvmStopsTheStage() {
			batching = Batching.byKey((event) -> {
				throw new OutOfMemoryError("for the test");
			}, OPTIONS);
			start(4);
			assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> p.send("a1"));
			assertThat(consumer.status().isRunning()).isFalse();
		}

	}

	/**
	 * Strangers may choose keys: so their number must not matter, nor their hash codes.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 0, 1 })
	void takesFewComparisonsForAnEventOfANewKey(int differentHashes) {
		int[] comparisons = { 0 };
		int open = 200;
		this.batching = Batching.byKey((event) -> new CountedKey(Integer.parseInt(event), differentHashes, comparisons),
				OPTIONS.withMaxOpen(open));
		this.stage = (events, from) -> {
		};
		start(1000);
		for (int event = 0; event < 3 * open; event++) {
			this.p.send(String.valueOf(event));
		}
		assertThat(comparisons[0]).isLessThan(3 * open * 80);
	}

	@Test
	void withoutKeysHasOneBatchAtATime() {
		this.batching = Batching.of(OPTIONS);
		this.stage = (events, from) -> this.dialogue.journal().note("handled " + events);
		start(4);
		this.p.send("a", "b", "c", "d");
		assertThat(heard()).containsExactly("scheduled in PT1S", "handled [a, b, c]", "p <- ask 3");
	}

	@Test
	void isGivenMessagesThatAreNotOfTheBatching() {
		start(4);
		this.consumer.tell("hello");
		assertThat(this.log.read()).singleElement().asString().contains("got a message of java.lang.String");
	}

	@Nested
	class OtherCallbacks {

		private void start(ConsumerStage<String> other) {
			batching = Batching.of(OPTIONS);
			stage = other;
			consumer = dialogue.start("consumer", stage, options());
			Dialogue.subscribe(consumer, p.ref(), 4, 0, CancelMode.TEMPORARY);
		}

		@Test
		void comeAsEver() {
			start(new TestConsumer(dialogue));
			assertThat(heard()).containsExactly("p <- subscribe", "onSubscribe PRODUCER p", "p <- ask 4");
			p.send("a", "b");
			consumer.tell("hello");
			assertThat(heard()).containsExactly("scheduled in PT1S", "onInfo hello");
			p.send("c", "d");
			assertThat(heard()).containsExactly("handleEvents [a, b, c]", "p <- ask 3");
			p.stop(ExitReason.SHUTDOWN);
			assertThat(heard()).containsExactly("onCancel p (down, shutdown)", "handleEvents [d]");
			consumer.stop(ExitReason.NORMAL);
			assertThat(heard()).containsExactly("onStop normal");
		}

		@Test
		void drainBehindTheLastBatch() {
			start(new ConsumerStage<>() {
				@Override
				public void handleEvents(List<String> events, Subscription from) {
					dialogue.journal().note("handled " + events);
				}

				@Override
				public void onDrain(StageContext context) {
					dialogue.journal().note("drained");
					context.complete();
				}

				@Override
				public long backlog() {
					return 10;
				}
			});
			skip();
			p.send("a", "b");
			assertThat(consumer.status().backlog()).isEqualTo(12);
			skip();
			consumer.drain();
			assertThat(heard()).containsExactly("handled [a, b]", "drained", "p <- cancel (down, normal)");
		}

		@Test
		void findWhereEachEventCameFrom() {
			batching = Batching.byKey((event) -> event.substring(0, 1), OPTIONS);
			TracingConsumer tracing = new TracingConsumer();
			stage = tracing;
			consumer = dialogue.start("consumer", stage, options());
			Dialogue.subscribe(consumer, p.ref(), 4, 0, CancelMode.TEMPORARY);
			Probe q = dialogue.probe("q");
			Dialogue.subscribe(consumer, q.ref(), 4, 0, CancelMode.TEMPORARY);
			skip();
			q.send("a1");
			p.send("b1", "a2", "a3");
			assertThat(heard()).contains("[a1 by q, a2 by p, a3 by p] by q");
		}

		@Test
		void mayReportTheFirstOfABatchBeforeItFails() {
			TracingConsumer tracing = new TracingConsumer();
			tracing.finished = 2;
			batching = Batching.of(OPTIONS);
			stage = tracing;
			consumer = dialogue.start("consumer", stage, options());
			Subscription byP = Dialogue.subscribe(consumer, p.ref(), 4, 0).join();
			Probe q = dialogue.probe("q");
			Subscription byQ = Dialogue.subscribe(consumer, q.ref(), 4, 0).join();
			q.send("a1");
			p.send("a2", "a3");
			assertThat(consumer.status().in()).isEqualTo(2);
			assertThat(consumer.status().discarded()).isEqualTo(1);
			assertThat(byQ.status().discarded()).isZero();
			assertThat(byP.status().discarded()).isEqualTo(1);
		}

		@Test
		void loseABatchThatFailsAndAllThatIsHeld() {
			start((events, from) -> {
				throw new IllegalArgumentException("bad batch");
			});
			p.send("a", "b", "c", "d");
			assertThat(consumer.status().exit()).isInstanceOf(ExitReason.Failure.class);
			assertThat(consumer.status().discarded()).isEqualTo(4);
		}

		@Test
		void mustNotAskForEvents() {
			assertThatIllegalArgumentException().isThrownBy(() -> start(new TracingConsumer() {
				@Override
				public boolean asksItself() {
					return true;
				}
			}))
				.withMessage("stage 'consumer' can't be given batches, since it asks for events itself: put a "
						+ "producer-consumer with the batching before it");
		}

	}

	/**
	 * Notes the producer of each event.
	 */
	private class TracingConsumer implements ConsumerStage<String> {

		private StageContext context;

		/** If not 0, how many events of a batch are handled before one fails. */
		private int finished;

		@Override
		public void onStart(StageContext context) {
			this.context = context;
		}

		@Override
		public void handleEvents(List<String> events, Subscription from) {
			if (this.finished > 0) {
				this.context.handled(from, events.subList(0, this.finished));
				throw new IllegalArgumentException("bad event");
			}
			List<String> traced = IntStream.range(0, events.size())
				.mapToObj((index) -> events.get(index) + " by " + this.context.source(index).producer().name())
				.toList();
			dialogue.journal().note(traced + " by " + from.producer().name());
		}

	}

	private List<String> heard() {
		return this.dialogue.heard();
	}

	private void skip() {
		this.dialogue.skip();
	}

	/**
	 * A key that counts how often keys are hashed or compared.
	 */
	private record CountedKey(int number, int differentHashes, int[] comparisons) {

		@Override
		public boolean equals(Object other) {
			this.comparisons[0]++;
			return other instanceof CountedKey key && key.number == this.number;
		}

		@Override
		public int hashCode() {
			this.comparisons[0]++;
			return this.number * this.differentHashes;
		}

	}

}
