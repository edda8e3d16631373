package io.genstage;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import io.genstage.dispatch.Dispatchers;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * A subscription put in the place of another one.
 */
class ResubscribeTests {

	private static final ExitReason MOVED = ExitReason.of("moved");

	private static final SubscribeOptions SEVEN = new SubscribeOptions(7, 0, CancelMode.TEMPORARY);

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final Probe c = this.dialogue.probe("c");

	@Nested
	class AConsumer {

		@Test
		@DisplayName("G51 G54 tells the producer in one message, then the stage, then asks")
		void tellsTheProducerInOneMessage() {
			StageRef consumer = start();
			Subscription old = subscribe(consumer, CancelMode.TEMPORARY);
			skip();
			Subscription renewed = resubscribe(consumer, old).join();
			assertThat(heard()).containsExactly("p <- replace (moved)", "onSubscribe PRODUCER p", "p <- ask 7");
			assertThat(renewed).isEqualTo(p.link()).isNotEqualTo(old);
			assertThat(renewed.options()).isEqualTo(SEVEN);
		}

		@Test
		@DisplayName("18 has both subscriptions until the producer confirms")
		void hasBothUntilTheProducerConfirms() {
			StageRef consumer = start();
			Subscription old = subscribe(consumer, CancelMode.TEMPORARY);
			Subscription renewed = resubscribe(consumer, old).join();
			assertThat(consumer.status().producers()).extracting(SubscriptionStatus::id)
				.containsExactly(old.id(), renewed.id());
			skip();
			confirm(old);
			assertThat(heard()).containsExactly("onCancel p (cancel, moved)");
			assertThat(consumer.status().producers()).extracting(SubscriptionStatus::id).containsExactly(renewed.id());
		}

		@Test
		void refusesTheSubscriptionOfAnotherStage() {
			StageRef consumer = start();
			StageRef other = dialogue.start("other", new TestConsumer(dialogue));
			Subscription foreign = subscribe(other, CancelMode.TEMPORARY);
			assertThatIllegalArgumentException().isThrownBy(() -> consumer.resubscribe(foreign, SEVEN, MOVED))
				.withMessageContaining("is not one of stage");
		}

		@Test
		void handlesEventsThatWereUnderWayBefore() {
			StageRef consumer = start();
			Subscription old = subscribe(consumer, CancelMode.TEMPORARY);
			resubscribe(consumer, old);
			skip();
			Probe.sendBy((OpenSubscription) old, List.of("a"));
			confirm(old);
			p.send("b");
			assertThat(heard()).containsExactly("handleEvents [a]", "onCancel p (cancel, moved)", "handleEvents [b]");
			assertThat(consumer.status().discarded()).isZero();
		}

		@ParameterizedTest
		@EnumSource
		@DisplayName("Q21 does not stop for the one it replaced, whatever its mode")
		void doesNotStopForTheOneItReplaced(CancelMode mode) {
			StageRef consumer = start();
			Subscription old = subscribe(consumer, mode);
			resubscribe(consumer, old);
			skip();
			confirm(old);
			assertThat(heard()).containsExactly("onCancel p (cancel, moved)");
			assertThat(consumer.status().isRunning()).isTrue();
			assertThat(log.read()).isEmpty();
		}

		@Test
		@DisplayName("18 stops for the new one if that is permanent")
		void stopsForTheNewOne() {
			StageRef consumer = start();
			Subscription old = subscribe(consumer, CancelMode.TEMPORARY);
			consumer.resubscribe(old, SEVEN.withCancel(CancelMode.PERMANENT), MOVED);
			confirm(old);
			skip();
			p.cancel(ExitReason.NORMAL);
			assertThat(heard()).containsExactly("onCancel p (cancel, normal)", "onStop normal");
		}

		@Test
		@DisplayName("G52 G55 subscribes though nobody knows the old one any more")
		void subscribesThoughNobodyKnowsTheOldOne() {
			StageRef consumer = start();
			Subscription old = subscribe(consumer, CancelMode.TEMPORARY);
			p.cancel(ExitReason.NORMAL);
			skip();
			assertThat(resubscribe(consumer, old)).isCompleted();
			assertThat(heard()).containsExactly("p <- replace (moved)", "onSubscribe PRODUCER p", "p <- ask 7");
		}

		@Test
		@DisplayName("7 may go over to manual demand")
		void mayGoOverToManualDemand() {
			StageRef consumer = start();
			Subscription old = subscribe(consumer, CancelMode.TEMPORARY);
			skip();
			Subscription renewed = consumer.resubscribe(old, SEVEN.withManualDemand(), MOVED)
				.toCompletableFuture()
				.join();
			assertThat(heard()).containsExactly("p <- replace (moved)", "onSubscribe PRODUCER p");
			renewed.ask(3);
			assertThat(heard()).containsExactly("p <- ask 3");
		}

		@ParameterizedTest
		@EnumSource
		@DisplayName("G47 G49 ends as after a subscribe if the producer has gone")
		void endsAsAfterASubscribeIfTheProducerHasGone(CancelMode mode) {
			StageRef producer = dialogue.start("producer", new TestProducer(dialogue));
			StageRef consumer = start();
			Subscription old = Dialogue.subscribe(consumer, producer, 5, 0, CancelMode.TEMPORARY).join();
			producer.stop(ExitReason.NORMAL);
			skip();
			assertThat(consumer.resubscribe(old, SEVEN.withCancel(mode), MOVED).toCompletableFuture()).isCompleted();
			if (mode == CancelMode.TEMPORARY) {
				assertThat(heard()).containsExactly("onSubscribe PRODUCER producer",
						"onCancel producer (down, no stage)");
			}
			else {
				assertThat(heard()).containsExactly("onSubscribe PRODUCER producer",
						"onCancel producer (down, no stage)", "onStop no stage");
			}
		}

		@Test
		void failsOnceItHasStopped() {
			StageRef consumer = start();
			Subscription old = subscribe(consumer, CancelMode.TEMPORARY);
			consumer.stop(ExitReason.NORMAL);
			skip();
			assertThat(resubscribe(consumer, old)).failsWithin(Duration.ZERO)
				.withThrowableOfType(ExecutionException.class)
				.withCauseInstanceOf(StageNotRunningException.class);
			assertThat(heard()).isEmpty();
		}

		@Test
		@DisplayName("5.1 stops when the callback throws, and both subscriptions are given up")
		void givesBothUpWhenTheCallbackThrows() {
			boolean[] failing = { false };
			StageRef consumer = dialogue.start("consumer", new ConsumerStage<String>() {

				@Override
				public void handleEvents(List<String> events, Subscription from) {
				}

				@Override
				public void onSubscribe(Peer peer, Subscription subscription) {
					if (failing[0]) {
						throw new IllegalStateException("oops");
					}
				}

			});
			Subscription old = subscribe(consumer, CancelMode.TEMPORARY);
			skip();
			failing[0] = true;
			assertThat(resubscribe(consumer, old)).isCompletedExceptionally();
			String failure = "p <- cancel (down, failure (java.lang.IllegalStateException: oops))";
			assertThat(heard()).containsExactly("p <- replace (moved)", failure, failure);
		}

		private StageRef start() {
			return dialogue.start("consumer", new TestConsumer(dialogue));
		}

	}

	@Nested
	class AProducerConsumer {

		@Test
		@DisplayName("16 handles what it got by the old one, in order, and asks by the new one only")
		void handlesWhatItGotByTheOldOne() {
			StageRef pc = dialogue.start("pc", new TestProducerConsumer(dialogue));
			Subscription old = subscribe(pc, CancelMode.PERMANENT);
			p.send("a", "b", "c", "d", "e");
			resubscribe(pc, old);
			OpenSubscription renewed = p.link();
			confirm(old);
			Probe.sendBy(renewed, List.of("f", "g", "h", "i", "j", "k", "l"));
			skip();
			c.subscribeAndAsk(pc, 6);
			assertThat(heard()).containsExactly("onSubscribe CONSUMER c", "handleEvents [a, b, c, d, e]",
					"c <- events [a, b, c, d, e]", "onCancel PRODUCER p (cancel, moved)",
					"handleEvents [f, g, h, i, j, k, l]", "c <- events [f]", "p <- ask 7");
			assertThat(pc.status().isRunning()).isTrue();
		}

	}

	@Nested
	class AProducer {

		@Test
		@DisplayName("18 cancels the old one, accepts the new one and reuses the demand that is left")
		void reusesTheDemandOfTheOldOne() {
			StageRef producer = dialogue.start("producer", new TestProducer(dialogue));
			OpenSubscription old = c.subscribeAndAsk(producer, 5);
			assertThat(heard()).containsExactly("onSubscribe CONSUMER c", "handleDemand 5");
			OpenSubscription renewed = replace(producer, old);
			assertThat(heard()).containsExactly("c <- cancelled (cancel, moved)", "onCancel c (cancel, moved)",
					"onSubscribe CONSUMER c");
			Probe.ask(renewed, 7);
			assertThat(heard()).containsExactly("handleDemand 2");
			producer.tell(List.of("a", "b", "c", "d", "e", "f", "g", "h"));
			assertThat(heard()).containsExactly("c <- events [a, b, c, d, e, f, g]");
			assertThat(producer.status().consumers()).extracting(SubscriptionStatus::id).containsExactly(renewed.id());
		}

		@Test
		@DisplayName("18 keeps what the callback emits for the new one")
		void keepsWhatTheCallbackEmitsForTheNewOne() {
			TestProducer stage = new TestProducer(dialogue);
			stage.parting = List.of("x");
			StageRef producer = dialogue.start("producer", stage);
			OpenSubscription old = c.subscribeAndAsk(producer, 5);
			skip();
			OpenSubscription renewed = replace(producer, old);
			skip();
			Probe.ask(renewed, 7);
			assertThat(heard()).first().isEqualTo("c <- events [x]");
			assertThat(renewed.status().sent()).isEqualTo(1);
		}

		@Test
		@DisplayName("G52 G55 accepts the new one though it does not know the old one")
		void acceptsTheNewOneThoughItDoesNotKnowTheOldOne() {
			StageRef producer = dialogue.start("producer", TestProducer.counting(dialogue));
			OpenSubscription renewed = replace(producer, c.linkTo(producer));
			assertThat(heard()).containsExactly("onSubscribe CONSUMER c");
			Probe.ask(renewed, 1);
			assertThat(heard()).containsExactly("handleDemand 1", "c <- events [0]");
		}

		@Test
		@DisplayName("Q5 does not take the new one for a second one if it broadcasts")
		void doesNotTakeTheNewOneForASecondOne() {
			StageRef producer = dialogue.start("producer", TestProducer.counting(dialogue),
					StageOptions.defaults().withDispatcher(Dispatchers.broadcast()));
			OpenSubscription renewed = replace(producer, c.subscribeTo(producer));
			skip();
			Probe.ask(renewed, 2);
			assertThat(heard()).containsExactly("handleDemand 2", "c <- events [0, 1]");
		}

		@Test
		@DisplayName("18 accepts nobody any more if it stops because of the old one, and says so")
		void acceptsNobodyIfItStopsBecauseOfTheOldOne() {
			StageContext[] context = new StageContext[1];
			StageRef producer = startLeaving(context, () -> context[0].stop(ExitReason.NORMAL));
			replace(producer, c.subscribeTo(producer));
			assertThat(heard()).containsExactly("c <- cancelled (cancel, moved)", "c <- cancelled (down, no stage)");
			assertThat(producer.status().exit()).isEqualTo(ExitReason.NORMAL);
		}

		@Test
		@DisplayName("18 accepts nobody any more if it fails because of the old one, and says so")
		void acceptsNobodyIfItFailsBecauseOfTheOldOne() {
			StageRef producer = startLeaving(new StageContext[1], () -> {
				throw new IllegalStateException("oops");
			});
			replace(producer, c.subscribeTo(producer));
			assertThat(heard()).containsExactly("c <- cancelled (cancel, moved)", "c <- cancelled (down, no stage)");
			assertThat(producer.status().exit()).isInstanceOf(ExitReason.Failure.class);
		}

		/** Starts a producer that does something when a consumer leaves. */
		private StageRef startLeaving(StageContext[] context, Runnable leaving) {
			return dialogue.start("producer", new ProducerStage<String>() {

				@Override
				public void onStart(StageContext started) {
					context[0] = started;
				}

				@Override
				public List<String> handleDemand(long demand) {
					return List.of();
				}

				@Override
				public List<String> onCancel(Subscription subscription, Cancellation cancellation) {
					leaving.run();
					return List.of();
				}

			});
		}

		@Test
		void canNotSubscribeAnew() {
			StageRef producer = dialogue.start("producer", new TestProducer(dialogue));
			OpenSubscription foreign = c.linkTo(p.ref());
			assertThatIllegalArgumentException().isThrownBy(() -> producer.resubscribe(foreign, SEVEN, MOVED))
				.withMessageContaining("is not one of stage 'producer'");
			assertThat(heard()).isEmpty();
			assertThat(producer.status().isRunning()).isTrue();
		}

		private OpenSubscription replace(StageRef producer, OpenSubscription old) {
			OpenSubscription renewed = c.linkTo(producer);
			renewed.tellProducer(new Message.Replace(old, MOVED, renewed));
			return renewed;
		}

	}

	@Test
	@DisplayName("18 producer and consumer agree: old max 5, new max 7 gives demand 5, then 2")
	void producerAndConsumerAgree() {
		StageRef producer = this.dialogue.start("producer", new TestProducer(this.dialogue));
		StageRef consumer = this.dialogue.start("consumer", new TestConsumer(this.dialogue));
		Subscription old = Dialogue.subscribe(consumer, producer, 5, 0, CancelMode.PERMANENT).join();
		assertThat(heard()).containsExactly("onSubscribe CONSUMER consumer", "onSubscribe PRODUCER producer",
				"handleDemand 5");
		resubscribe(consumer, old);
		assertThat(heard()).containsExactly("onCancel consumer (cancel, moved)", "onSubscribe CONSUMER consumer",
				"onSubscribe PRODUCER producer", "handleDemand 2", "onCancel producer (cancel, moved)");
		producer.tell(List.of("a", "b", "c", "d", "e", "f", "g"));
		assertThat(heard()).containsExactly("handleEvents [a, b, c, d, e, f, g]", "handleDemand 7");
	}

	private Subscription subscribe(StageRef consumer, CancelMode mode) {
		return Dialogue.subscribe(consumer, this.p.ref(), 5, 0, mode).join();
	}

	private static CompletableFuture<Subscription> resubscribe(StageRef consumer, Subscription old) {
		return consumer.resubscribe(old, SEVEN, MOVED).toCompletableFuture();
	}

	/** Tells the consumer that the producer has cancelled the old subscription. */
	private static void confirm(Subscription old) {
		((OpenSubscription) old)
			.tellConsumer(new Message.Cancelled((OpenSubscription) old, Cancellation.cancel(MOVED)));
	}

	private List<String> heard() {
		return this.dialogue.heard();
	}

	private void skip() {
		this.dialogue.skip();
	}

}
