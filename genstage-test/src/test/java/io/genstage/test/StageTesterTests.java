package io.genstage.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.genstage.Caller;
import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.Peer;
import io.genstage.PerEventConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.StageOptions;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.delivery.Outcome;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.Retries;
import io.genstage.source.Sources;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Stages that run alone.
 */
class StageTesterTests {

	private static final SubscribeOptions FOUR_TO_TWO = SubscribeOptions.defaults().withMaxDemand(4).withMinDemand(2);

	@Nested
	class AProducer {

		@Test
		void emitsWhatItIsAskedForAndNoMore() {
			try (ProducerTester<Integer> counter = ProducerTester.of(new Counter())) {
				assertThat(counter.emitted()).isEmpty();
				counter.ask(2);
				assertThat(counter.emitted()).containsExactly(0, 1);
				counter.ask(1);
				assertThat(counter.emitted()).containsExactly(0, 1, 2);
			}
		}

		@Test
		void owesWhatItHasNot() {
			try (ProducerTester<String> letters = ProducerTester.of(Sources.iterable(List.of("a", "b")))) {
				letters.ask(3);
				assertThat(letters.emitted()).containsExactly("a", "b");
				assertThat(letters.exit()).contains(ExitReason.NORMAL);
			}
		}

		@Test
		void isToldThatTimeHasPassed() {
			try (ProducerTester<String> clock = ProducerTester.of(new Clock())) {
				clock.ask(10);
				clock.advance(Duration.ofSeconds(2));
				assertThat(clock.emitted()).containsExactly("tick at 1s", "tick at 2s");
				assertThat(clock.unmetDemand()).isEqualTo(8);
				assertThatIllegalArgumentException().isThrownBy(() -> clock.advance(Duration.ofSeconds(-1)));
			}
		}

		@Test
		void keepsWhatNobodyAskedForAsItsOptionsSay() {
			ProducerStage<String> generous = (demand) -> List.of("a", "b", "c", "d");
			try (ProducerTester<String> tester = ProducerTester.of(generous,
					StageOptions.defaults().withBufferSize(2))) {
				tester.ask(1);
				assertThat(tester.emitted()).containsExactly("a");
				assertThat(tester.status().buffered()).isEqualTo(2);
				assertThat(tester.status().discarded()).isEqualTo(1);
			}
		}

		@Test
		void stopsWhenItIsDrained() {
			try (ProducerTester<Integer> counter = ProducerTester.of(new Counter())) {
				counter.drain();
				assertThat(counter.exit()).contains(ExitReason.NORMAL);
			}
		}

	}

	@Nested
	class AProducerConsumer {

		private final ProducerConsumerStage<String, String> upper = (events,
				from) -> events.stream().map(String::toUpperCase).toList();

		@Test
		void getsNothingUntilItsConsumerAsks() {
			try (ProducerConsumerTester<String, String> tester = ProducerConsumerTester.of(this.upper)) {
				tester.send("a", "b");
				assertThat(tester.emitted()).isEmpty();
				tester.ask(2);
				assertThat(tester.emitted()).containsExactly("A", "B");
			}
		}

		@Test
		void isDoneWithAnEventWhenItsConsumerHasWhatWasMadeOfIt() {
			ProducerConsumerStage<String, String> twice = (events, from) -> List.of(events.get(0), events.get(0));
			try (ProducerConsumerTester<String, String> tester = ProducerConsumerTester.of(twice)) {
				CompletableFuture<Outcome> settled = tester.deliver("a");
				tester.ask(1);
				assertThat(settled).isNotDone();
				tester.ask(1);
				assertThat(settled).isCompletedWithValue(Outcome.ACCEPTED);
				assertThat(tester.emitted()).containsExactly("a", "a");
			}
		}

		@Test
		void finishesWhatItHasAfterTheEndOfItsProducer() {
			try (ProducerConsumerTester<String, String> tester = ProducerConsumerTester.of(this.upper,
					StageOptions.defaults(), FOUR_TO_TWO)) {
				tester.send("a", "b", "c", "d", "e");
				tester.complete();
				assertThat(tester.exit()).isEmpty();
				tester.ask(9);
				assertThat(tester.emitted()).containsExactly("A", "B", "C", "D", "E");
				assertThat(tester.exit()).contains(ExitReason.NORMAL);
			}
		}

	}

	@Nested
	class AConsumer {

		private final List<List<String>> handled = new ArrayList<>();

		@Test
		void getsBatchesOfItsDemand() {
			ConsumerStage<String> stage = (events, from) -> this.handled.add(events);
			try (ConsumerTester<String> tester = ConsumerTester.of(stage, FOUR_TO_TWO)) {
				assertThat(tester.demand()).isEqualTo(4);
				tester.send("a", "b", "c");
				assertThat(this.handled.stream().flatMap(List::stream)).containsExactly("a", "b", "c");
				assertThat(this.handled).allMatch((batch) -> batch.size() <= 2);
				assertThat(tester.demand()).isBetween(2L, 4L);
			}
		}

		@Test
		void getsBatchesByItsOptions() {
			Batching<String> threes = Batching.of(BatchOptions.defaults().withSize(3));
			try (ConsumerTester<String> tester = ConsumerTester.of((events, from) -> this.handled.add(events),
					StageOptions.defaults().withBatching(threes), SubscribeOptions.defaults())) {
				tester.send("a", "b", "c", "d");
				assertThat(this.handled).containsExactly(List.of("a", "b", "c"));
				tester.advance(Duration.ofSeconds(1));
				assertThat(this.handled).containsExactly(List.of("a", "b", "c"), List.of("d"));
			}
		}

		@Test
		void handlesAnOpenBatchWhenItIsTold() {
			List<List<String>> handled = new ArrayList<>();
			Batching<String> large = Batching.of(BatchOptions.defaults().withSize(100));
			try (ConsumerTester<String> collector = ConsumerTester.of((events, from) -> handled.add(events),
					StageOptions.defaults().withBatching(large), SubscribeOptions.defaults())) {
				collector.send("a", "b");
				assertThat(handled).isEmpty();
				collector.flush();
				assertThat(handled).containsExactly(List.of("a", "b"));
			}
		}

		@Test
		void triesAgainInTheCourseOfTime() {
			List<String> handled = new ArrayList<>();
			PerEventConsumerStage<String> second = (event, from) -> {
				handled.add(event);
				if (handled.size() == 1) {
					throw new IllegalStateException("not yet");
				}
			};
			FailurePolicy hourly = FailurePolicy.defaults().withRetries(Retries.fixed(3, Duration.ofHours(1)));
			try (ConsumerTester<String> tester = ConsumerTester.of(second, StageOptions.defaults().withFailure(hourly),
					SubscribeOptions.defaults())) {
				CompletableFuture<Outcome> settled = tester.deliver("a");
				assertThat(settled).isNotDone();
				tester.advance(Duration.ofHours(1));
				assertThat(settled).isCompletedWithValue(Outcome.ACCEPTED);
				assertThat(handled).containsExactly("a", "a");
			}
		}

		@Test
		void failsWhatItIsGivenAfterTheEnd() {
			try (ConsumerTester<String> tester = ConsumerTester.of((events, from) -> {
			})) {
				tester.complete();
				assertThat(tester.deliver("a")).isCompletedExceptionally();
			}
		}

		@Test
		void leavesWaitingWhatItDoesNotAskFor() {
			try (ConsumerTester<String> tester = ConsumerTester.of(new AsksByHand(this.handled))) {
				tester.send("a", "b");
				assertThat(tester.waiting()).isEqualTo(2);
				tester.tell("ask for 1");
				assertThat(this.handled).containsExactly(List.of("a"));
				assertThat(tester.waiting()).isEqualTo(1);
			}
		}

		@Test
		void failsWithWhatItThrew() {
			IllegalStateException fault = new IllegalStateException("the disk is full");
			ConsumerStage<String> broken = (events, from) -> {
				throw fault;
			};
			try (ConsumerTester<String> tester = ConsumerTester.of(broken)) {
				assertThat(tester.failure()).isEmpty();
				tester.send("a");
				assertThat(tester.failure()).containsSame(fault);
				assertThat(tester.status().discarded()).isEqualTo(1);
			}
		}

		@Test
		void stopsAfterTheFailureOfItsProducer() {
			try (ConsumerTester<String> tester = ConsumerTester.of((events, from) -> this.handled.add(events))) {
				tester.send("a");
				tester.fail(new IllegalStateException("gone"));
				assertThat(tester.exit()).contains(ExitReason.NORMAL);
				assertThat(tester.demand()).isZero();
				assertThatIllegalStateException().isThrownBy(() -> tester.send("b"))
					.withMessage("event 'b' can't be sent after the end");
			}
		}

		@Test
		void answersCalls() {
			try (ConsumerTester<String> tester = ConsumerTester.of(new Answering())) {
				assertThat(tester.call("how are you?")).isEqualTo("fine");
				assertThatIllegalStateException().isThrownBy(() -> tester.call("later"))
					.withMessage("the stage has not answered 'later'");
			}
		}

		@Test
		void isStoppedWithItsTester() {
			Answering stage = new Answering();
			ConsumerTester.of(stage).close();
			assertThat(stage.stopped).isEqualTo(ExitReason.SHUTDOWN);
		}

	}

	private static final class Counter implements ProducerStage<Integer> {

		private int next;

		@Override
		public List<Integer> handleDemand(long demand) {
			return IntStream.range(0, (int) demand).mapToObj((index) -> this.next++).toList();
		}

	}

	/**
	 * Emits an event each second.
	 */
	private static final class Clock implements ProducerStage<String> {

		private StageContext context;

		@Override
		public void onStart(StageContext context) {
			this.context = context;
			context.tellLater(Duration.ofSeconds(1), "tick");
		}

		@Override
		public List<String> handleDemand(long demand) {
			return List.of();
		}

		@Override
		public List<String> onInfo(Object message) {
			this.context.tellLater(Duration.ofSeconds(1), "tick");
			return List.of(message + " at " + Duration.ofNanos(this.context.nanoTime()).toSeconds() + "s");
		}

	}

	private static final class AsksByHand implements ConsumerStage<String> {

		private final List<List<String>> handled;

		private final List<Subscription> subscriptions = new ArrayList<>();

		AsksByHand(List<List<String>> handled) {
			this.handled = handled;
		}

		@Override
		public boolean asksItself() {
			return true;
		}

		@Override
		public void onSubscribe(Peer peer, Subscription subscription) {
			this.subscriptions.add(subscription);
		}

		@Override
		public void onInfo(Object message) {
			this.subscriptions.forEach((subscription) -> subscription.ask(1));
		}

		@Override
		public void handleEvents(List<String> events, Subscription from) {
			this.handled.add(events);
		}

	}

	private static final class Answering implements ConsumerStage<String> {

		private ExitReason stopped;

		@Override
		public void handleEvents(List<String> events, Subscription from) {
		}

		@Override
		public void onCall(Object request, Caller caller) {
			if (!request.equals("later")) {
				caller.reply("fine");
			}
		}

		@Override
		public void onStop(ExitReason reason) {
			this.stopped = reason;
		}

	}

}
