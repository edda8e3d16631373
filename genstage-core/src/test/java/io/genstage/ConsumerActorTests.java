package io.genstage;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class ConsumerActorTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final TestConsumer stage = new TestConsumer(this.dialogue);

	@Nested
	class Subscribing {

		@Test
		@DisplayName("G43 5.1 tells the producer, then the stage, then asks")
		void tellsTheProducerThenTheStageThenAsks() {
			StageRef c = start();
			CompletableFuture<Subscription> subscription = Dialogue.subscribe(c, p.ref(), 4, 2);
			assertThat(heard()).containsExactly("p <- subscribe", "onSubscribe PRODUCER p", "p <- ask 4");
			assertThat(subscription).isCompletedWithValue(p.link());
			assertThat(p.link().status().asked()).isEqualTo(4);
		}

		@Test
		@DisplayName("19 may be done twice, each with its own demand")
		void mayBeDoneTwice() {
			StageRef c = start();
			Dialogue.subscribe(c, p.ref(), 4, 2);
			OpenSubscription first = p.link();
			Dialogue.subscribe(c, p.ref(), 2, 0);
			skip();
			p.send("a", "b");
			assertThat(heard()).containsExactly("handleEvents [a, b]", "p <- ask 2");
			assertThat(p.link().status().asked()).isEqualTo(4);
			Probe.sendBy(first, List.of("c"));
			assertThat(heard()).containsExactly("handleEvents [c]");
			assertThat(first.status().asked()).isEqualTo(4);
		}

		@Test
		@DisplayName("G71 a callback that throws stops the consumer; the producer was told, and is told")
		void stopsWhenTheCallbackThrows() {
			StageRef c = dialogue.start("c", new ConsumerStage<String>() {

				@Override
				public void handleEvents(List<String> events, Subscription from) {
				}

				@Override
				public void onSubscribe(Peer peer, Subscription subscription) {
					throw new IllegalStateException("oops");
				}

			});
			assertThat(Dialogue.subscribe(c, p.ref(), 4, 2)).isCompletedExceptionally();
			assertThat(heard()).containsExactly("p <- subscribe",
					"p <- cancel (down, failure (java.lang.IllegalStateException: oops))");
		}

		@Test
		@DisplayName("G44 fails once the consumer has stopped")
		void failsOnceTheConsumerHasStopped() {
			StageRef c = start();
			c.stop(ExitReason.NORMAL);
			skip();
			assertThat(Dialogue.subscribe(c, p.ref(), 4, 2)).failsWithin(Duration.ZERO)
				.withThrowableOfType(ExecutionException.class)
				.withCauseInstanceOf(StageNotRunningException.class);
			assertThat(heard()).isEmpty();
		}

	}

	@Nested
	class Events {

		@Test
		@DisplayName("5.8 are cut into batches, with an ask after each")
		void areCutIntoBatches() {
			subscribed(4, 2);
			p.send("a", "b", "c", "d");
			assertThat(heard()).containsExactly("handleEvents [a, b]", "p <- ask 2", "handleEvents [c, d]",
					"p <- ask 2");
		}

		@Test
		@DisplayName("6 100/20 in small: the second batch is too short for an ask")
		void areNotAskedForAboveTheMinimum() {
			subscribed(5, 1);
			p.send("a", "b", "c", "d", "e");
			assertThat(heard()).containsExactly("handleEvents [a, b, c, d]", "p <- ask 4", "handleEvents [e]");
			p.send("f", "g", "h", "i");
			assertThat(heard()).containsExactly("handleEvents [f, g, h, i]", "p <- ask 5");
		}

		@Test
		@DisplayName("6 10/7 asks once the minimum is reached")
		void areAskedForAtTheMinimum() {
			subscribed(10, 7);
			p.send("a");
			p.send("b");
			assertThat(heard()).containsExactly("handleEvents [a]", "handleEvents [b]");
			p.send("c");
			assertThat(heard()).containsExactly("handleEvents [c]", "p <- ask 3");
		}

		@Test
		@DisplayName("6 1/0 asks for one after one")
		void areAskedForOneByOne() {
			subscribed(1, 0);
			p.send("a");
			p.send("b");
			assertThat(heard()).containsExactly("handleEvents [a]", "p <- ask 1", "handleEvents [b]", "p <- ask 1");
		}

		@Test
		@DisplayName("6 in excess are handled, logged and not counted")
		void inExcessAreHandledAndNotCounted() {
			subscribed(2, 0);
			p.send("a", "b", "c", "d", "e");
			assertThat(heard()).containsExactly("handleEvents [a, b]", "p <- ask 2", "handleEvents [c, d]",
					"handleEvents [e]");
			assertThat(log.read()).singleElement()
				.asString()
				.startsWith("SEVERE stage 'c' got 3 events in excess of what it had asked for by subscription ");
		}

		@Test
		@DisplayName("G100 on an unknown subscription are dropped and answered with a cancel")
		void onAnUnknownSubscriptionAreRefused() {
			StageRef c = start();
			OpenSubscription unknown = new OpenSubscription(99, p.ref(), c, SubscribeOptions.defaults());
			Probe.sendBy(unknown, List.of("a", "b", "c"));
			assertThat(heard()).containsExactly("p <- cancel (cancel, unknown_subscription)");
			assertThat(c.status().discarded()).isEqualTo(3);
			assertThat(unknown.status().inFlight()).isZero();
		}

		@Test
		@DisplayName("2 a stop in the middle leaves the rest unhandled and unasked")
		void areNotHandledAfterAStop() {
			TestConsumer[] stage = new TestConsumer[1];
			stage[0] = new TestConsumer(dialogue, Map.of("f", () -> stage[0].context.stop(ExitReason.of("enough"))));
			StageRef c = dialogue.start("c", stage[0]);
			Dialogue.subscribe(c, p.ref(), 15, 10);
			skip();
			p.send("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o");
			assertThat(heard()).containsExactly("handleEvents [a, b, c, d, e]", "p <- ask 5",
					"handleEvents [f, g, h, i, j]", "onStop enough", "p <- cancel (down, enough)");
			assertThat(c.status().in()).isEqualTo(10);
			assertThat(c.status().discarded()).isEqualTo(5);
			assertThat(p.link().status().inFlight()).isZero();
		}

		@Test
		void areAllHandledBeforeTheStageCompletes() {
			TestConsumer[] stage = new TestConsumer[1];
			stage[0] = new TestConsumer(dialogue, Map.of("a", () -> stage[0].context.complete()));
			StageRef c = dialogue.start("c", stage[0]);
			Dialogue.subscribe(c, p.ref(), 4, 2);
			skip();
			p.send("a", "b", "c", "d");
			assertThat(heard()).containsExactly("handleEvents [a, b]", "p <- ask 2", "handleEvents [c, d]",
					"p <- ask 2", "onStop normal", "p <- cancel (down, normal)");
			assertThat(c.status().discarded()).isZero();
		}

		@Test
		void arrivingAfterTheStopAreCountedAsDiscarded() {
			StageRef c = subscribed(4, 2);
			c.stop(ExitReason.NORMAL);
			skip();
			p.send("a", "b");
			assertThat(heard()).isEmpty();
			assertThat(c.status().discarded()).isEqualTo(2);
			assertThat(p.link().status().inFlight()).isZero();
		}

	}

	@Nested
	class EndOfASubscription {

		// reason, whether a permanent, a transient and a temporary subscription's
		// consumer
		// stops
		private static final String TABLE = """
				normal,             stops, stays, stays
				shutdown,           stops, stays, stays
				shutdown (why),     stops, stays, stays
				no stage,           stops, stops, stays
				oops,               stops, stops, stays
				failure,            stops, stops, stays
				already_subscribed, stays, stays, stays
				""";

		@ParameterizedTest
		@CsvSource(textBlock = TABLE)
		@DisplayName("17 G72-G75 cancelled by the producer")
		void byACancel(String reason, String whenPermanent, String whenTransient, String whenTemporary) {
			assertThat(afterCancel(CancelMode.PERMANENT, reason(reason))).isEqualTo(whenPermanent);
			assertThat(afterCancel(CancelMode.TRANSIENT, reason(reason))).isEqualTo(whenTransient);
			assertThat(afterCancel(CancelMode.TEMPORARY, reason(reason))).isEqualTo(whenTemporary);
		}

		@ParameterizedTest
		@CsvSource(textBlock = TABLE)
		@DisplayName("17 G76-G78 because the producer stopped")
		void byTheProducersEnd(String reason, String whenPermanent, String whenTransient, String whenTemporary) {
			assertThat(afterDown(CancelMode.PERMANENT, reason(reason))).isEqualTo(whenPermanent);
			assertThat(afterDown(CancelMode.TRANSIENT, reason(reason))).isEqualTo(whenTransient);
			assertThat(afterDown(CancelMode.TEMPORARY, reason(reason))).isEqualTo(whenTemporary);
		}

		private String afterCancel(CancelMode mode, ExitReason reason) {
			StageRef c = subscribed(4, 2, mode);
			p.cancel(reason);
			return outcome(c, "cancel", reason);
		}

		private String afterDown(CancelMode mode, ExitReason reason) {
			StageRef c = subscribed(4, 2, mode);
			p.stop(reason);
			return outcome(c, "down", reason);
		}

		private String outcome(StageRef c, String kind, ExitReason reason) {
			String onCancel = "onCancel p (%s, %s)".formatted(kind, reason);
			assertThat(c.status().producers()).isEmpty();
			if (c.status().isRunning()) {
				assertThat(heard()).containsExactly(onCancel);
				return "stays";
			}
			assertThat(heard()).containsExactly(onCancel, "onStop " + reason);
			assertThat(c.status().exit()).isEqualTo(reason);
			return "stops";
		}

		private static ExitReason reason(String name) {
			return switch (name) {
				case "normal" -> ExitReason.NORMAL;
				case "shutdown" -> ExitReason.SHUTDOWN;
				case "shutdown (why)" -> ExitReason.shutdown("why");
				case "no stage" -> ExitReason.NO_STAGE;
				case "failure" -> ExitReason.failure(new IllegalStateException("oops"));
				default -> ExitReason.of(name);
			};
		}

		@Test
		void isLoggedWhenItStopsTheConsumer() {
			subscribed(4, 2);
			p.stop(ExitReason.SHUTDOWN);
			assertThat(log.read()).singleElement()
				.asString()
				.startsWith("INFO stage 'c' stops because subscription ")
				.endsWith("of c to p has ended: down, shutdown");
		}

		@Test
		@DisplayName("5.6 is ignored if it is not known")
		void isIgnoredIfItIsNotKnown() {
			StageRef c = subscribed(4, 2, CancelMode.TEMPORARY);
			p.cancel(ExitReason.of("oops"));
			skip();
			p.cancel(ExitReason.of("oops"));
			p.stop(ExitReason.NORMAL);
			assertThat(heard()).isEmpty();
			assertThat(c.status().isRunning()).isTrue();
		}

		@Test
		@DisplayName("G75 the stage's own stop wins over the mode")
		void lettingTheStageStopItself() {
			ConsumerStage<String> leaving = new ConsumerStage<>() {

				private StageContext context;

				@Override
				public void onStart(StageContext context) {
					this.context = context;
				}

				@Override
				public void handleEvents(List<String> events, Subscription from) {
				}

				@Override
				public void onCancel(Subscription subscription, Cancellation cancellation) {
					this.context.stop(ExitReason.of("mine"));
				}

			};
			StageRef c = dialogue.start("c", leaving);
			Dialogue.subscribe(c, p.ref(), 4, 2);
			p.cancel(ExitReason.NORMAL);
			assertThat(c.status().exit()).isEqualTo(ExitReason.of("mine"));
		}

		@Test
		@DisplayName("1.3 comes after the events that were sent before")
		void comesAfterTheEventsSentBefore() {
			ManualExecutor executor = new ManualExecutor();
			Dialogue dialogue = new Dialogue(executor);
			Probe producer = dialogue.probe("p");
			StageRef c = dialogue.start("c", new TestConsumer(dialogue));
			Dialogue.subscribe(c, producer.ref(), 4, 2);
			executor.runAll();
			dialogue.skip();
			producer.send("a");
			producer.stop(ExitReason.NORMAL);
			executor.runAll();
			assertThat(dialogue.heard()).containsExactly("handleEvents [a]", "onCancel p (down, normal)",
					"onStop normal");
		}

		@ParameterizedTest
		@EnumSource
		@DisplayName("Q5 a refused second subscription stops no consumer")
		void byARefusalStopsNoConsumer(CancelMode mode) {
			StageRef c = subscribed(4, 2, mode);
			Dialogue.subscribe(c, p.ref(), 4, 2, mode);
			skip();
			p.cancel(ExitReason.ALREADY_SUBSCRIBED);
			p.cancel(ExitReason.UNKNOWN_SUBSCRIPTION);
			assertThat(heard()).containsExactly("onCancel p (cancel, already_subscribed)");
			assertThat(c.status().isRunning()).isTrue();
			assertThat(c.status().producers()).hasSize(1);
		}

	}

	@Nested
	class Stopping {

		@Test
		@DisplayName("G80 tells the stage and its producers")
		void tellsTheStageAndItsProducers() {
			StageRef c = subscribed(4, 2);
			c.stop(ExitReason.NORMAL);
			assertThat(heard()).containsExactly("onStop normal", "p <- cancel (down, normal)");
			assertThat(c.whenStopped().toCompletableFuture()).isCompletedWithValue(ExitReason.NORMAL);
		}

		@Test
		void happensOnce() {
			StageRef c = start();
			c.stop(ExitReason.NORMAL);
			assertThat(c.stop(ExitReason.SHUTDOWN).toCompletableFuture()).isCompletedWithValue(ExitReason.NORMAL);
			assertThat(heard()).containsExactly("onStop normal");
		}

		@Test
		void isWhatDrainingAConsumerMeans() {
			StageRef c = subscribed(4, 2);
			c.drain();
			assertThat(heard()).containsExactly("onStop normal", "p <- cancel (down, normal)");
		}

		@Test
		void dropsMessagesAfterwards() {
			StageRef c = start();
			c.stop(ExitReason.NORMAL);
			skip();
			c.tell("hello");
			assertThat(heard()).isEmpty();
		}

	}

	@Test
	@DisplayName("G99 logs what only a producer can use and goes on")
	void logsWhatOnlyAProducerCanUse() {
		StageRef c = start();
		OpenSubscription link = this.p.linkTo(c);
		c.mailbox().tell(new Message.Subscribe(link));
		c.mailbox().tell(new Message.Ask(link, 1));
		link.cancel(ExitReason.NORMAL);
		c.demand(DemandMode.ACCUMULATE);
		assertThat(heard()).isEmpty();
		assertThat(this.log.read()).hasSize(4)
			.allMatch((line) -> line.startsWith("SEVERE stage 'c' is a consumer, which can't handle this message: "));
		assertThat(c.status().isRunning()).isTrue();
	}

	@Test
	@DisplayName("G79 passes a message of the user's on")
	void passesAMessageOn() {
		start().tell("hello");
		assertThat(heard()).containsExactly("onInfo hello");
	}

	@Test
	void warnsOfAMessageThatTheStageDoesNotHandle() {
		ConsumerStage<String> deaf = (events, from) -> {
		};
		StageRef c = this.dialogue.start("c", deaf);
		c.tell("hello");
		assertThat(this.log.read()).singleElement()
			.asString()
			.startsWith("WARNING ")
			.contains("got a message of java.lang.String, which it doesn't handle");
		assertThat(c.status().isRunning()).isTrue();
	}

	private StageRef start() {
		return this.dialogue.start("c", this.stage);
	}

	private StageRef subscribed(int max, int min) {
		return subscribed(max, min, CancelMode.PERMANENT);
	}

	private StageRef subscribed(int max, int min, CancelMode mode) {
		StageRef c = start();
		Dialogue.subscribe(c, this.p.ref(), max, min, mode);
		skip();
		return c;
	}

	private List<String> heard() {
		return this.dialogue.heard();
	}

	private void skip() {
		this.dialogue.skip();
	}

}
