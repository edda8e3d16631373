package io.genstage;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class PauseTests {

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final Probe c = this.dialogue.probe("c");

	@Nested
	class OfAConsumer {

		private final StageRef s = PauseTests.this.dialogue.start("s", new TestConsumer(PauseTests.this.dialogue));

		private final Subscription subscription = subscribe(this.s, PauseTests.this.p);

		@Test
		void handlesWhatItHasAskedForAndAsksForNothing() {
			PauseTests.this.dialogue.skip();
			assertThat(future(this.s.pause())).isCompleted();
			PauseTests.this.p.send("a", "b", "c", "d");
			assertThat(PauseTests.this.dialogue.heard()).containsExactly("handleEvents [a, b]", "handleEvents [c, d]");
			assertThat(this.subscription.status().demand()).isZero();
			assertThat(future(this.s.resume())).isCompleted();
			assertThat(PauseTests.this.dialogue.heard()).containsExactly("p <- ask 4");
			assertThat(this.subscription.status().demand()).isEqualTo(4);
		}

		@Test
		void asksForNothingMoreThanOnce() {
			this.s.pause();
			this.s.pause();
			PauseTests.this.p.send("a", "b");
			PauseTests.this.dialogue.skip();
			this.s.resume();
			this.s.resume();
			assertThat(PauseTests.this.dialogue.heard()).containsExactly("p <- ask 2");
		}

		@Test
		void holdsBackTheFirstAskOfALaterSubscription() {
			this.s.pause();
			PauseTests.this.dialogue.skip();
			subscribe(this.s, PauseTests.this.c);
			assertThat(PauseTests.this.dialogue.heard()).containsExactly("c <- subscribe", "onSubscribe PRODUCER c");
			this.s.resume();
			assertThat(PauseTests.this.dialogue.heard()).containsExactly("c <- ask 4");
		}

		@Test
		void holdsBackWhatIsAskedForByHand() {
			Subscription manual = this.s
				.subscribeTo(PauseTests.this.c.ref(), SubscribeOptions.defaults().withManualDemand())
				.toCompletableFuture()
				.join();
			this.s.pause();
			PauseTests.this.dialogue.skip();
			manual.ask(3);
			manual.ask(2);
			assertThat(PauseTests.this.dialogue.heard()).isEmpty();
			this.s.resume();
			assertThat(PauseTests.this.dialogue.heard()).containsExactly("c <- ask 5");
			assertThat(manual.status().asked()).isEqualTo(5);
		}

		@Test
		void refusesWhenItHasStopped() {
			this.s.stop(ExitReason.SHUTDOWN);
			assertThat(future(this.s.pause())).isCompletedExceptionally();
			assertThat(future(this.s.resume())).isCompletedExceptionally();
		}

	}

	@Test
	void ofAProducerConsumerIsReachedWhenItsQueueIsHandled() {
		StageRef s = this.dialogue.start("s", new TestProducerConsumer(this.dialogue));
		subscribe(s, this.p);
		this.p.send("a", "b");
		CompletableFuture<?> paused = future(s.pause());
		assertThat(paused).isNotDone();
		this.dialogue.skip();
		this.c.subscribeAndAsk(s, 2);
		assertThat(paused).isCompleted();
		assertThat(this.dialogue.heard()).doesNotContain("p <- ask 2");
		s.resume();
		assertThat(this.dialogue.heard()).containsExactly("p <- ask 2");
	}

	@Test
	void ofAProducerConsumerFailsWhenItStopsBefore() {
		StageRef s = this.dialogue.start("s", new TestProducerConsumer(this.dialogue));
		subscribe(s, this.p);
		this.p.send("a", "b");
		CompletableFuture<?> paused = future(s.pause());
		s.stop(ExitReason.SHUTDOWN);
		assertThat(paused).isCompletedExceptionally();
	}

	@Test
	void ofAProducerCollectsDemandWhateverItsMode() {
		StageRef s = this.dialogue.start("s", TestProducer.counting(this.dialogue));
		s.pause();
		OpenSubscription link = this.c.subscribeAndAsk(s, 2);
		s.demand(DemandMode.ACCUMULATE);
		s.demand(DemandMode.FORWARD);
		this.dialogue.skip();
		Probe.ask(link, 1);
		assertThat(this.dialogue.heard()).isEmpty();
		s.resume();
		assertThat(this.dialogue.heard()).containsExactly("handleDemand 2", "c <- events [0, 1]", "handleDemand 1",
				"c <- events [2]");
	}

	@Test
	void ofAnAccumulatingProducerDoesNotMakeItForward() {
		StageRef s = this.dialogue.start("s", TestProducer.counting(this.dialogue),
				StageOptions.defaults().withDemandMode(DemandMode.ACCUMULATE));
		this.c.subscribeAndAsk(s, 2);
		this.dialogue.skip();
		s.pause();
		s.resume();
		assertThat(this.dialogue.heard()).isEmpty();
		s.demand(DemandMode.FORWARD);
		assertThat(this.dialogue.heard()).containsExactly("handleDemand 2", "c <- events [0, 1]");
	}

	@Nested
	class Retuning {

		private final StageRef s = PauseTests.this.dialogue.start("s", new TestConsumer(PauseTests.this.dialogue));

		private final Subscription subscription = subscribe(this.s, PauseTests.this.p);

		@Test
		void asksAtOnceForWhatIsMissingIfNoMoreThanTheMinimumIsOutstanding() {
			PauseTests.this.dialogue.skip();
			assertThat(future(this.subscription.retune(10, 4))).isCompleted();
			assertThat(PauseTests.this.dialogue.heard()).containsExactly("p <- ask 6");
			assertThat(this.subscription.options().maxDemand()).isEqualTo(10);
			assertThat(this.subscription.options().minDemand()).isEqualTo(4);
		}

		@Test
		void waitsForTheMinimumIfMoreIsOutstanding() {
			PauseTests.this.dialogue.skip();
			this.subscription.retune(10, 3);
			assertThat(PauseTests.this.dialogue.heard()).isEmpty();
			PauseTests.this.p.send("a");
			assertThat(PauseTests.this.dialogue.heard()).containsExactly("handleEvents [a]", "p <- ask 7");
		}

		@Test
		void takesWhatIsOutstandingBeyondANewMaximum() {
			PauseTests.this.dialogue.skip();
			this.subscription.retune(2, 1);
			PauseTests.this.p.send("a", "b", "c");
			assertThat(PauseTests.this.dialogue.heard()).containsExactly("handleEvents [a]", "handleEvents [b]",
					"handleEvents [c]", "p <- ask 1");
			PauseTests.this.p.send("d", "e");
			assertThat(PauseTests.this.dialogue.heard()).containsExactly("handleEvents [d]", "p <- ask 1",
					"handleEvents [e]", "p <- ask 1");
		}

		@Test
		void holdsBackWhatItLeadsToWhilePaused() {
			this.s.pause();
			PauseTests.this.dialogue.skip();
			this.subscription.retune(10, 5);
			assertThat(PauseTests.this.dialogue.heard()).isEmpty();
			this.s.resume();
			assertThat(PauseTests.this.dialogue.heard()).containsExactly("p <- ask 6");
		}

		@Test
		void hasNoEffectAfterTheEnd() {
			this.s.stop(ExitReason.SHUTDOWN);
			PauseTests.this.dialogue.skip();
			assertThat(future(this.subscription.retune(10, 5))).isCompleted();
			assertThat(PauseTests.this.dialogue.heard()).isEmpty();
		}

		@Test
		void failsWithAStageThatCannotFollow() {
			IllegalStateException cause = new IllegalStateException("can't follow");
			StageRef asking = PauseTests.this.dialogue.start("asking", new ConsumerStage<>() {

				@Override
				public void handleEvents(List<Object> events, Subscription from) {
				}

				@Override
				public boolean asksItself() {
					return true;
				}

				@Override
				public void onRetune(Subscription subscription) {
					throw cause;
				}

			});
			Subscription subscription = subscribe(asking, PauseTests.this.p);
			assertThat(future(subscription.retune(10, 5))).isCompletedExceptionally();
			assertThat(asking.status().exit()).isEqualTo(ExitReason.failure(cause));
		}

		@Test
		void refusesImpossibleLimitsAndManualDemand() {
			assertThatIllegalArgumentException().isThrownBy(() -> this.subscription.retune(2, 2))
				.withMessage("minDemand must be <= 1 (less than maxDemand), was 2");
			Subscription manual = this.s
				.subscribeTo(PauseTests.this.c.ref(), SubscribeOptions.defaults().withManualDemand())
				.toCompletableFuture()
				.join();
			assertThatIllegalStateException().isThrownBy(() -> manual.retune(2, 1))
				.withMessageEndingWith("has manual demand, which has no limits to change");
		}

	}

	private static Subscription subscribe(StageRef consumer, Probe producer) {
		return Dialogue.subscribe(consumer, producer.ref(), 4, 2, CancelMode.TEMPORARY).join();
	}

	private static CompletableFuture<?> future(CompletionStage<?> stage) {
		return stage.toCompletableFuture();
	}

}
