package io.genstage;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Subscriptions to producers that are there under their names, or are not there.
 */
class SubscribeByNameTests {

	private static final SubscribeOptions FOUR = new SubscribeOptions(4, 0, CancelMode.PERMANENT);

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final StageRef consumer = this.dialogue.start("consumer", new TestConsumer(this.dialogue));

	@Nested
	class AProducerThatRuns {

		@Test
		@DisplayName("G120 is found by its name and sends events")
		void isFoundByItsName() {
			StageRef producer = startProducer("producer");
			CompletableFuture<Subscription> subscription = subscribe(consumer, "producer");
			assertThat(heard()).containsExactly("onSubscribe CONSUMER consumer", "onSubscribe PRODUCER producer",
					"handleDemand 4");
			assertThat(subscription.join().producer()).isSameAs(producer);
			producer.tell(List.of("a"));
			assertThat(heard()).containsExactly("handleEvents [a]");
		}

		@Test
		@DisplayName("G120 is found by a consumer's start, too")
		void isFoundByTheStartOfAConsumer() {
			startProducer("producer");
			dialogue.start("starting", new ConsumerStage<String>() {

				@Override
				public void onStart(StageContext context) {
					context.self().subscribeTo("producer", FOUR);
				}

				@Override
				public void handleEvents(List<String> events, Subscription from) {
				}

			});
			assertThat(heard()).containsExactly("onSubscribe CONSUMER starting", "handleDemand 4");
		}

		@Test
		@DisplayName("16 is found by a producer-consumer")
		void isFoundByAProducerConsumer() {
			startProducer("producer");
			StageRef pc = dialogue.start("pc", new TestProducerConsumer(dialogue));
			assertThat(subscribe(pc, "producer")).isCompleted();
			assertThat(heard()).containsExactly("onSubscribe CONSUMER pc", "onSubscribe PRODUCER producer",
					"handleDemand 4");
		}

		@Test
		void isTheOneOfThatNameNow() {
			startProducer("producer").stop(ExitReason.NORMAL);
			StageRef successor = startProducer("producer");
			assertThat(subscribe(consumer, "producer").join().producer()).isSameAs(successor);
		}

		@Test
		@DisplayName("19 may be one of several, each with its own demand")
		void mayBeOneOfSeveral() {
			StageRef first = startProducer("first");
			StageRef second = startProducer("second");
			subscribe(consumer, "first");
			consumer.subscribeTo("second", FOUR.withMaxDemand(2).withMinDemand(0));
			skip();
			first.tell(List.of("a", "b", "c", "d"));
			assertThat(heard()).containsExactly("handleEvents [a, b, c, d]", "handleDemand 4");
			second.tell(List.of("x", "y"));
			assertThat(heard()).containsExactly("handleEvents [x, y]", "handleDemand 2");
			assertThat(consumer.status().producers()).extracting(SubscriptionStatus::producer)
				.containsExactly("first", "second");
		}

		@Test
		@DisplayName("19 D3 may be subscribed to twice, with two demands")
		void mayBeSubscribedToTwice() {
			StageRef producer = startProducer("producer");
			Subscription first = subscribe(consumer, "producer").join();
			Subscription second = consumer.subscribeTo("producer", FOUR.withMaxDemand(2).withMinDemand(0))
				.toCompletableFuture()
				.join();
			assertThat(heard()).containsExactly("onSubscribe CONSUMER consumer", "onSubscribe PRODUCER producer",
					"handleDemand 4", "onSubscribe CONSUMER consumer", "onSubscribe PRODUCER producer",
					"handleDemand 2");
			producer.tell(List.of("a", "b", "c", "d", "e", "f"));
			assertThat(heard()).containsExactly("handleEvents [a, b, c, d]", "handleEvents [e, f]", "handleDemand 4",
					"handleDemand 2");
			assertThat(first.status().sent()).isEqualTo(4);
			assertThat(second.status().sent()).isEqualTo(2);
			assertThat(producer.status().consumers()).hasSize(2);
		}

	}

	@Nested
	class AProducerThatDoesNotRun {

		@ParameterizedTest
		@EnumSource(names = { "PERMANENT", "TRANSIENT" })
		@DisplayName("G46 G105 stops the consumer that needs it, whose class is logged")
		void stopsTheConsumerThatNeedsIt(CancelMode mode) {
			CompletableFuture<Subscription> subscription = subscribe(consumer, "nobody", mode);
			assertThat(heard()).containsExactly("onStop no stage");
			assertThat(consumer.status().exit()).isEqualTo(ExitReason.NO_STAGE);
			assertThat(dialogue.removed()).containsExactly("consumer");
			assertThat(log.read())
				.containsExactly("SEVERE stage 'consumer' (io.genstage.TestConsumer) stops: it subscribes to stage "
						+ "'nobody', which is not running");
			assertNotRunning(subscription, "nobody");
		}

		@Test
		@DisplayName("G48 G109 does not stop a consumer that can do without it")
		void doesNotStopAConsumerThatCanDoWithoutIt() {
			CompletableFuture<Subscription> subscription = subscribe(consumer, "nobody", CancelMode.TEMPORARY);
			assertThat(heard()).isEmpty();
			assertThat(consumer.status().isRunning()).isTrue();
			assertThat(consumer.status().producers()).isEmpty();
			assertThat(log.read()).isEmpty();
			assertNotRunning(subscription, "nobody");
		}

		@Test
		@DisplayName("G46 ends the consumer's other subscriptions")
		void endsTheOtherSubscriptions() {
			Dialogue.subscribe(consumer, p.ref(), 4, 0);
			skip();
			subscribe(consumer, "nobody");
			assertThat(heard()).containsExactly("onStop no stage", "p <- cancel (down, no stage)");
		}

		@Test
		@DisplayName("G46 stops a producer-consumer and with it the consumers of that")
		void stopsAProducerConsumer() {
			StageRef pc = dialogue.start("pc", new TestProducerConsumer(dialogue));
			subscribe(consumer, "pc");
			skip();
			subscribe(pc, "nobody");
			assertThat(heard()).containsExactly("onStop no stage", "onCancel pc (down, no stage)", "onStop no stage");
		}

		@ParameterizedTest
		@EnumSource(names = { "PERMANENT", "TRANSIENT" })
		@DisplayName("G47 though it did stops the consumer as well, which gets its subscription first")
		void stopsTheConsumerThoughItDid(CancelMode mode) {
			StageRef producer = startProducer("producer");
			producer.stop(ExitReason.NORMAL);
			skip();
			CompletableFuture<Subscription> subscription = Dialogue.subscribe(consumer, producer, 4, 0, mode);
			assertThat(heard()).containsExactly("onSubscribe PRODUCER producer", "onCancel producer (down, no stage)",
					"onStop no stage");
			assertThat(subscription).isCompleted();
			assertNotRunning(subscribe(consumer, "producer", mode), "consumer");
		}

		@Test
		@DisplayName("G49 though it did does not stop a consumer that can do without it")
		void doesNotStopTheConsumerThoughItDid() {
			StageRef producer = startProducer("producer");
			producer.stop(ExitReason.NORMAL);
			skip();
			Dialogue.subscribe(consumer, producer, 4, 0, CancelMode.TEMPORARY);
			assertThat(heard()).containsExactly("onSubscribe PRODUCER producer", "onCancel producer (down, no stage)");
			assertThat(consumer.status().isRunning()).isTrue();
			assertThat(consumer.status().producers()).isEmpty();
		}

	}

	@Nested
	class AStageThatIsNoConsumer {

		@Test
		@DisplayName("18 can't subscribe, is told so in the log and lives")
		void canNotSubscribe() {
			StageRef producer = startProducer("producer");
			startProducer("other");
			assertNoConsumer(subscribe(producer, "other"), "other");
			assertThat(heard()).isEmpty();
			assertThat(producer.status().isRunning()).isTrue();
			assertThat(log.read()).containsExactly("SEVERE stage 'producer' is a producer, "
					+ "which can't handle this message: subscribe to stage 'other'");
		}

		@Test
		@DisplayName("18 can't subscribe to nobody either, and lives")
		void canNotSubscribeToNobody() {
			StageRef producer = startProducer("producer");
			assertNoConsumer(subscribe(producer, "nobody"), "nobody");
			assertThat(heard()).isEmpty();
			assertThat(producer.status().isRunning()).isTrue();
			assertThat(log.read()).containsExactly("SEVERE stage 'producer' is a producer, "
					+ "which can't handle this message: subscribe to stage 'nobody'");
		}

		private static void assertNoConsumer(CompletableFuture<Subscription> subscription, String producer) {
			assertThat(subscription).failsWithin(Duration.ZERO)
				.withThrowableOfType(ExecutionException.class)
				.withCauseInstanceOf(IllegalArgumentException.class)
				.withMessageEndingWith(
						"stage 'producer' is no consumer and can't subscribe to stage '%s'".formatted(producer));
		}

	}

	@Nested
	class AStageThatIsNoProducer {

		@Test
		@DisplayName("G99 logs the subscription and does nothing else")
		void logsTheSubscription() {
			StageRef other = dialogue.start("other", new TestConsumer(dialogue));
			subscribe(consumer, "other");
			assertThat(heard()).containsExactly("onSubscribe PRODUCER other");
			assertThat(other.status().isRunning()).isTrue();
			assertThat(log.read()).hasSize(2)
				.allMatch((line) -> line
					.startsWith("SEVERE stage 'other' is a consumer, which can't handle this message: "));
		}

	}

	@Test
	void failsOnceTheConsumerHasStopped() {
		startProducer("producer");
		this.consumer.stop(ExitReason.NORMAL);
		skip();
		assertNotRunning(subscribe(this.consumer, "producer"), "consumer");
		assertThat(heard()).isEmpty();
	}

	private StageRef startProducer(String name) {
		return this.dialogue.start(name, new TestProducer(this.dialogue));
	}

	private static CompletableFuture<Subscription> subscribe(StageRef consumer, String producer) {
		return subscribe(consumer, producer, CancelMode.PERMANENT);
	}

	private static CompletableFuture<Subscription> subscribe(StageRef consumer, String producer, CancelMode mode) {
		return consumer.subscribeTo(producer, FOUR.withCancel(mode)).toCompletableFuture();
	}

	private static void assertNotRunning(CompletableFuture<Subscription> subscription, String stage) {
		assertThat(subscription).failsWithin(Duration.ZERO)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(StageNotRunningException.class)
			.withMessageEndingWith("stage '%s' is not running".formatted(stage));
	}

	private List<String> heard() {
		return this.dialogue.heard();
	}

	private void skip() {
		this.dialogue.skip();
	}

}
