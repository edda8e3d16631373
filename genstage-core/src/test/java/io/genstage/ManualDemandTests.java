package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Subscriptions whose user does the asking.
 */
class ManualDemandTests {

	private static final SubscribeOptions MANUAL = new SubscribeOptions(4, 2, CancelMode.PERMANENT).withManualDemand();

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final Probe c = this.dialogue.probe("c");

	@Nested
	class Asking {

		@Test
		@DisplayName("G56 gets as many events as it asks for, each time as one batch")
		void getsAsManyAsItAsksFor() {
			StageRef producer = dialogue.start("producer", TestProducer.counting(dialogue));
			Subscription subscription = subscribe(producer);
			assertThat(heard()).containsExactly("onSubscribe CONSUMER consumer", "onSubscribe PRODUCER producer");
			subscription.ask(5);
			assertThat(heard()).containsExactly("handleDemand 5", "handleEvents [0, 1, 2, 3, 4]");
			subscription.ask(5);
			assertThat(heard()).containsExactly("handleDemand 5", "handleEvents [5, 6, 7, 8, 9]");
		}

		@Test
		@DisplayName("G57 may begin as soon as the stage is told of a subscription that it made at its start")
		void mayBeginInTheCallback() {
			StageRef producer = dialogue.start("producer", TestProducer.counting(dialogue));
			dialogue.start("consumer", new ConsumerStage<String>() {

				@Override
				public void onStart(StageContext context) {
					context.self().subscribeTo(producer, MANUAL);
				}

				@Override
				public void onSubscribe(Peer peer, Subscription subscription) {
					subscription.ask(5);
				}

				@Override
				public void handleEvents(List<String> events, Subscription from) {
					dialogue.journal().note("handleEvents " + events);
				}

			});
			assertThat(heard()).containsExactly("onSubscribe CONSUMER consumer", "handleDemand 5",
					"handleEvents [0, 1, 2, 3, 4]");
		}

		@Test
		@DisplayName("13 is expected up to the maximum of the options, though it begins with less")
		void isExpectedUpToTheMaximum() {
			StageRef producer = dialogue.start("producer", new TestProducer(dialogue));
			Subscription subscription = subscribe(producer);
			subscription.ask(1);
			subscription.ask(4);
			assertThat(log.read()).isEmpty();
			subscription.ask(5);
			assertThat(log.read()).as("it is alone").isEmpty();
			Dialogue.subscribe(dialogue.start("other", new TestConsumer(dialogue)), producer, 4, 2);
			subscription.ask(5);
			assertThat(log.read()).singleElement()
				.asString()
				.contains("asked for 5 events where at most 4 are expected");
		}

		@Test
		void isCounted() {
			Subscription subscription = subscribe(p.ref());
			subscription.ask(3);
			subscription.ask(2);
			p.send("a");
			assertThat(subscription.status().asked()).isEqualTo(5);
			assertThat(subscription.status().demand()).isEqualTo(4);
			assertThat(subscription.status().inFlight()).isZero();
		}

		@Test
		void forNothingSendsNothing() {
			Subscription subscription = subscribe(p.ref());
			skip();
			subscription.ask(0);
			assertThat(heard()).isEmpty();
			assertThat(subscription.status().asked()).isZero();
		}

		@Test
		void forLessThanNothingIsRefused() {
			Subscription subscription = subscribe(p.ref());
			skip();
			assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> subscription.ask(-1))
				.withMessage("demand must be >= 0, was -1");
			assertThat(heard()).isEmpty();
		}

		@Test
		void isRefusedIfTheConsumerAsksByItself() {
			StageRef consumer = dialogue.start("consumer", new TestConsumer(dialogue));
			Subscription subscription = Dialogue.subscribe(consumer, p.ref(), 4, 2).join();
			skip();
			assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> subscription.ask(1))
				.withMessage("subscription 1 of consumer to p asks by itself: "
						+ "subscribe with manual demand to ask by hand");
			assertThat(heard()).isEmpty();
			assertThat(subscription.status().asked()).isEqualTo(4);
		}

		@Test
		void saturates() {
			StageRef producer = dialogue.start("producer", new TestProducer(dialogue));
			Subscription subscription = subscribe(producer);
			subscription.ask(Long.MAX_VALUE);
			skip();
			producer.tell(List.of("a", "b"));
			assertThat(heard()).containsExactly("handleEvents [a, b]");
			subscription.ask(Long.MAX_VALUE);
			assertThat(heard()).containsExactly("handleDemand " + Long.MAX_VALUE);
			assertThat(subscription.status().asked()).isEqualTo(Long.MAX_VALUE);
			producer.tell(List.of("c"));
			assertThat(heard()).containsExactly("handleEvents [c]");
		}

		@Test
		void hasNoEffectOnceTheSubscriptionHasEnded() {
			StageRef producer = dialogue.start("producer", TestProducer.counting(dialogue));
			StageRef consumer = dialogue.start("consumer", new TestConsumer(dialogue));
			Subscription subscription = consumer.subscribeTo(producer, MANUAL.withCancel(CancelMode.TEMPORARY))
				.toCompletableFuture()
				.join();
			subscription.cancel(ExitReason.NORMAL);
			skip();
			subscription.ask(2);
			assertThat(heard()).isEmpty();
			assertThat(subscription.status().asked()).isZero();
			assertThat(consumer.status().isRunning()).isTrue();
		}

		@Test
		void isNotCountedOnceTheConsumerHasStopped() {
			Subscription subscription = subscribe(p.ref());
			subscription.ask(2);
			subscription.consumer().stop(ExitReason.NORMAL);
			skip();
			subscription.ask(3);
			assertThat(heard()).isEmpty();
			assertThat(subscription.status().asked()).isEqualTo(2);
		}

		@Test
		void isNotCountedOnceTheProducerHasEndedTheSubscription() {
			StageRef producer = dialogue.start("producer", new TestProducer(dialogue));
			OpenSubscription link = c.linkTo(producer, MANUAL);
			link.tellProducer(new Message.Subscribe(link));
			link.ask(2);
			producer.stop(ExitReason.NORMAL);
			skip();
			link.ask(3);
			assertThat(heard()).isEmpty();
			assertThat(link.status().asked()).isEqualTo(2);
		}

		@Test
		void mayBeDoneByAnyThread() throws InterruptedException {
			StageRef producer = dialogue.start("producer",
					(ProducerStage<String>) (demand) -> Collections.nCopies((int) demand, "a"));
			StageRef consumer = dialogue.start("consumer", (ConsumerStage<String>) (events, from) -> {
			});
			Subscription subscription = consumer.subscribeTo(producer, MANUAL).toCompletableFuture().join();
			List<Thread> threads = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				threads.add(new Thread(() -> {
					for (int asked = 0; asked < 250; asked++) {
						subscription.ask(1);
					}
				}));
			}
			threads.forEach(Thread::start);
			for (Thread thread : threads) {
				thread.join();
			}
			assertThat(subscription.status().asked()).isEqualTo(1000);
			assertThat(consumer.status().in()).isEqualTo(1000);
		}

	}

	@Nested
	class AStageThatAsksItself {

		@Test
		void hasManualDemandWhateverTheOptionsSay() {
			StageRef consumer = dialogue.start("consumer", new SelfAskingConsumer());
			Subscription subscription = Dialogue.subscribe(consumer, p.ref(), 4, 2).join();
			assertThat(heard()).containsExactly("p <- subscribe");
			assertThat(subscription.options().maxDemand()).isEqualTo(4);
			subscription.ask(7);
			assertThat(heard()).containsExactly("p <- ask 7");
		}

		@Test
		void mayFinishWhatItHasBeforeItCompletes() {
			SelfAskingConsumer stage = new SelfAskingConsumer();
			StageRef consumer = dialogue.start("consumer", stage);
			stage.unfinished = 3;
			consumer.drain();
			assertThat(consumer.status().isRunning()).isTrue();
			assertThat(consumer.status().held()).isEqualTo(3);
			consumer.tell("finished");
			assertThat(consumer.status().exit()).isEqualTo(ExitReason.NORMAL);
			assertThat(consumer.status().held()).isZero();
		}

		@Test
		void mayWorkOnTheExecutorOfTheSystem() {
			ManualExecutor executor = new ManualExecutor();
			SelfAskingConsumer stage = new SelfAskingConsumer();
			new Dialogue(executor).start("consumer", stage);
			assertThat(stage.context).isNotNull();
			assertThat(stage.context.executor()).isSameAs(executor);
		}

	}

	@Nested
	class Events {

		@Test
		@DisplayName("7 one message is one batch, whatever max and min say")
		void ofOneMessageAreOneBatch() {
			Subscription subscription = subscribe(p.ref());
			subscription.ask(6);
			skip();
			p.send("a", "b", "c", "d", "e");
			p.send("f");
			assertThat(heard()).containsExactly("handleEvents [a, b, c, d, e]", "handleEvents [f]");
		}

		@Test
		@DisplayName("7 are handled without a complaint though nobody asked for them")
		void areNotCheckedForExcess() {
			subscribe(p.ref());
			skip();
			p.send("a", "b", "c", "d", "e");
			assertThat(heard()).containsExactly("handleEvents [a, b, c, d, e]");
			assertThat(log.read()).isEmpty();
		}

		@Test
		@DisplayName("7 wait for demand in a producer-consumer and are one batch then")
		void waitForDemandInAProducerConsumer() {
			StageRef pc = dialogue.start("pc", new TestProducerConsumer(dialogue));
			Subscription subscription = pc.subscribeTo(p.ref(), MANUAL).toCompletableFuture().join();
			assertThat(heard()).containsExactly("p <- subscribe", "onSubscribe PRODUCER p");
			subscription.ask(5);
			assertThat(heard()).containsExactly("p <- ask 5");
			p.send("a", "b", "c", "d", "e");
			assertThat(heard()).isEmpty();
			c.subscribeAndAsk(pc, 2);
			assertThat(heard()).containsExactly("onSubscribe CONSUMER c", "handleEvents [a, b, c, d, e]",
					"c <- events [a, b]");
			assertThat(pc.status().buffered()).isEqualTo(3);
		}

	}

	@Test
	@DisplayName("7 lets a consumer limit its rate")
	void letsAConsumerLimitItsRate() {
		StageRef producer = this.dialogue.start("producer", TestProducer.counting(this.dialogue));
		StageRef limiter = this.dialogue.start("limiter", new RateLimiter(this.dialogue));
		limiter.subscribeTo(producer, MANUAL.withMaxDemand(3));
		assertThat(heard()).containsExactly("onSubscribe CONSUMER limiter", "handleDemand 3", "scheduled in PT5S",
				"handleEvents [0, 1, 2]");
		this.dialogue.runTimer();
		assertThat(heard()).containsExactly("handleDemand 3", "scheduled in PT5S", "handleEvents [3, 4, 5]");
		limiter.stop(ExitReason.NORMAL);
		skip();
		this.dialogue.runTimer();
		assertThat(heard()).isEmpty();
	}

	@Test
	@DisplayName("7 lets a rate limiter ask only for as many as it has handled")
	void letsARateLimiterAskForWhatItHasHandled() {
		StageRef producer = this.dialogue.start("producer", new TestProducer(this.dialogue));
		StageRef limiter = this.dialogue.start("limiter", new RateLimiter(this.dialogue));
		limiter.subscribeTo(producer, MANUAL.withMaxDemand(3));
		producer.tell(List.of("a"));
		producer.tell(List.of("b"));
		skip();
		this.dialogue.runTimer();
		assertThat(heard()).containsExactly("handleDemand 2", "scheduled in PT5S");
		this.dialogue.runTimer();
		assertThat(heard()).containsExactly("scheduled in PT5S");
	}

	private Subscription subscribe(StageRef producer) {
		StageRef consumer = this.dialogue.start("consumer", new TestConsumer(this.dialogue));
		return consumer.subscribeTo(producer, MANUAL).toCompletableFuture().join();
	}

	private List<String> heard() {
		return this.dialogue.heard();
	}

	private void skip() {
		this.dialogue.skip();
	}

	/**
	 * Handles at most so many events in five seconds as its subscription's maximum.
	 */
	private static final class RateLimiter implements ConsumerStage<String> {

		private final Journal journal;

		private StageContext context;

		private Subscription subscription;

		private long pending;

		RateLimiter(Dialogue dialogue) {
			this.journal = dialogue.journal();
		}

		@Override
		public void onStart(StageContext context) {
			this.context = context;
		}

		@Override
		public void onSubscribe(Peer peer, Subscription subscription) {
			this.subscription = subscription;
			this.pending = subscription.options().maxDemand();
			ask();
		}

		@Override
		public void handleEvents(List<String> events, Subscription from) {
			this.journal.note("handleEvents " + events);
			this.pending += events.size();
		}

		@Override
		public void onInfo(Object message) {
			ask();
		}

		private void ask() {
			this.subscription.ask(this.pending);
			this.pending = 0;
			this.context.tellLater(Duration.ofSeconds(5), "ask");
		}

	}

	/**
	 * Leaves the asking to the test, and is drained only when told that all is finished.
	 */
	private static final class SelfAskingConsumer implements ConsumerStage<String> {

		private StageContext context;

		private long unfinished;

		@Override
		public void onStart(StageContext context) {
			this.context = context;
		}

		@Override
		public boolean asksItself() {
			return true;
		}

		@Override
		public void handleEvents(List<String> events, Subscription from) {
		}

		@Override
		public void onInfo(Object message) {
			this.unfinished = 0;
			this.context.complete();
		}

		@Override
		public void onDrain(StageContext context) {
			if (this.unfinished == 0) {
				context.complete();
			}
		}

		@Override
		public long backlog() {
			return this.unfinished;
		}

	}

}
