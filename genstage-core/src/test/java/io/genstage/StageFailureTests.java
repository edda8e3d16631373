package io.genstage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is left of a stage whose callback goes wrong.
 */
class StageFailureTests {

	private static final String FAILURE = "failure (java.lang.IllegalStateException: oops)";

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final Probe c = this.dialogue.probe("c");

	@Nested
	class AConsumer {

		@Test
		@DisplayName("1.6 loses the batch it fails on and the ones behind it, and counts them")
		void losesTheBatchAndTheOnesBehindIt() {
			StageRef consumer = startFailingOn("c");
			p.send("a", "b", "c", "d", "e", "f");
			assertThat(heard()).containsExactly("handleEvents [a, b]", "p <- ask 2", "handleEvents [c, d]",
					"onStop " + FAILURE, "p <- cancel (down, %s)".formatted(FAILURE));
			assertThat(consumer.status().exit()).isInstanceOf(ExitReason.Failure.class);
			assertThat(consumer.status().in()).isEqualTo(2);
			assertThat(consumer.status().discarded()).isEqualTo(4);
			assertThat(p.link().status().inFlight()).isZero();
			assertThat(log.read()).containsExactly("SEVERE stage 'c' has failed and stops",
					"WARNING stage 'c' has discarded 4 events: received and not handled when it stopped "
							+ "(failure (java.lang.IllegalStateException))");
		}

		@Test
		void ignoresWhatComesAfterwards() {
			StageRef consumer = startFailingOn("a");
			p.send("a");
			skip();
			p.send("b");
			consumer.tell("hello");
			assertThat(heard()).isEmpty();
			assertThat(consumer.status().discarded()).isEqualTo(2);
		}

		@Test
		void failsWithAnErrorLikeWithAnException() {
			StageRef consumer = startRunning("a", () -> {
				throw new AssertionError("oops");
			});
			p.send("a");
			assertThat(consumer.whenStopped().toCompletableFuture().join())
				.hasToString("failure (java.lang.AssertionError: oops)");
		}

		@Test
		void recoversFromAnOverflowingStack() {
			StageRef consumer = startRunning("a", () -> {
				throw new StackOverflowError();
			});
			p.send("a");
			assertThat(consumer.status().exit()).isInstanceOf(ExitReason.Failure.class);
		}

		@Test
		@DisplayName("passes an error of the JVM on to the thread, after it has stopped in order")
		void passesAnErrorOfTheJvmOn() {
			StageRef consumer = startRunning("a", () -> {
				throw new InternalError("oops");
			});
			assertThatExceptionOfType(InternalError.class).isThrownBy(() -> p.send("a"));
			assertThat(heard()).contains("p <- cancel (down, failure (java.lang.InternalError: oops))");
			assertThat(consumer.status().isRunning()).isFalse();
		}

		@Test
		void reportsTheFailureThoughItWantedToStop() {
			TestConsumer[] stage = new TestConsumer[1];
			stage[0] = new TestConsumer(dialogue, Map.of("a", () -> {
				stage[0].context.stop(ExitReason.NORMAL);
				throw new IllegalStateException("oops");
			}));
			StageRef consumer = subscribe(stage[0]);
			p.send("a");
			assertThat(consumer.status().exit()).hasToString(FAILURE);
		}

		@Test
		void stopsAlthoughOnStopThrows() {
			StageRef consumer = dialogue.start("c", new ConsumerStage<String>() {

				@Override
				public void handleEvents(List<String> events, Subscription from) {
				}

				@Override
				public void onStop(ExitReason reason) {
					throw new IllegalStateException("oops");
				}

			});
			Dialogue.subscribe(consumer, p.ref(), 4, 2);
			skip();
			assertThat(consumer.stop(ExitReason.NORMAL).toCompletableFuture()).isCompletedWithValue(ExitReason.NORMAL);
			assertThat(heard()).containsExactly("p <- cancel (down, normal)");
			assertThat(log.read()).containsExactly("SEVERE stage 'c' has failed while stopping");
		}

		private StageRef startFailingOn(String event) {
			return startRunning(event, () -> {
				throw new IllegalStateException("oops");
			});
		}

		private StageRef startRunning(String event, Runnable task) {
			return subscribe(new TestConsumer(dialogue, Map.of(event, task)));
		}

		private StageRef subscribe(TestConsumer stage) {
			StageRef consumer = dialogue.start("c", stage);
			Dialogue.subscribe(consumer, p.ref(), 6, 4);
			skip();
			return consumer;
		}

	}

	@Nested
	class AProducer {

		private StageRef failed;

		@Test
		void tellsItsConsumers() {
			StageRef producer = dialogue.start("p", new TestProducer(dialogue, (demand) -> {
				throw new IllegalStateException("oops");
			}));
			c.subscribeAndAsk(producer, 2);
			assertThat(heard()).containsExactly("onSubscribe CONSUMER c", "handleDemand 2", "onStop " + FAILURE,
					"c <- cancelled (down, %s)".formatted(FAILURE));
		}

		@Test
		void failsWhenItReturnsNull() {
			assertThat(failureOf(null))
				.hasMessage("a callback of stage 'p' returned null: return an empty list for no events");
		}

		@Test
		void emitsWhatStandsBeforeANullAndFails() {
			assertThat(failureOf(Arrays.asList("a", "b", null)))
				.hasMessage("element 3 of what a callback of stage 'p' returned is null: leave it out for no event");
			assertThat(heard()).contains("c <- events [a, b]");
		}

		@Test
		void countsWhatStandsBehindANullAsDiscarded() {
			failureOf(Arrays.asList("a", null, "c", null, "e"));
			StageStatus status = this.failed.status();
			assertThat(status.out()).isEqualTo(3);
			assertThat(status.discarded()).isEqualTo(2);
			assertThat(heard()).contains("c <- events [a]");
		}

		@SuppressWarnings("NullAway") // what a user may get wrong
		private Throwable failureOf(List<String> returned) {
			this.failed = dialogue.start("p", new TestProducer(dialogue, (demand) -> returned));
			c.subscribeAndAsk(this.failed, 2);
			assertThat(this.failed.status().exit()).isInstanceOf(ExitReason.Failure.class);
			return ((ExitReason.Failure) this.failed.status().exit()).cause();
		}

		@Test
		void isNotAffectedByAListThatTheStageChangesLater() {
			List<String> mine = new ArrayList<>(List.of("a", "b"));
			StageRef producer = dialogue.start("p", new TestProducer(dialogue, (demand) -> mine));
			c.subscribeAndAsk(producer, 1);
			skip();
			mine.set(1, "changed");
			Probe.ask(c.linkTo(producer), 1);
			skip();
			c.subscribeAndAsk(producer, 1);
			assertThat(heard()).containsExactly("onSubscribe CONSUMER c", "c <- events [b]");
		}

	}

	@Nested
	class AProducerConsumer {

		@Test
		void losesTheBatchTheQueueAndTheBuffer() {
			StageRef stage = dialogue.start("pc", new TestProducerConsumer(dialogue, (events) -> {
				if (events.contains("e")) {
					throw new IllegalStateException("oops");
				}
				return events;
			}));
			Dialogue.subscribe(stage, p.ref(), 10, 8);
			p.send("a", "b", "c", "d");
			p.send("e", "f", "g", "h");
			p.send("i");
			OpenSubscription link = c.subscribeAndAsk(stage, 3);
			skip();
			Probe.ask(link, 2);
			assertThat(heard()).containsExactly("c <- events [d]", "handleEvents [e, f]", "onStop " + FAILURE,
					"p <- cancel (down, %s)".formatted(FAILURE), "c <- cancelled (down, %s)".formatted(FAILURE));
			assertThat(stage.status().in()).isEqualTo(4);
			assertThat(stage.status().out()).isEqualTo(4);
			assertThat(stage.status().discarded()).isEqualTo(5);
			assertThat(p.link().status().inFlight()).isZero();
		}

	}

	/**
	 * Events of a batch are not handled if what was made of them is broken.
	 */
	@Nested
	class AProducerConsumerThatReturnsNullAmongOthers {

		@Test
		void emitsWhatStandsBeforeItAndLosesTheBatch() {
			StageRef stage = dialogue.start("pc",
					new TestProducerConsumer(dialogue, (events) -> Arrays.asList("A", null, "C")));
			Dialogue.subscribe(stage, p.ref(), 10, 5);
			c.subscribeAndAsk(stage, 10);
			skip();
			p.send("a", "b");
			assertThat(heard()).contains("c <- events [A]");
			assertThat(((ExitReason.Failure) stage.status().exit()).cause())
				.hasMessage("element 2 of what a callback of stage 'pc' returned is null: leave it out for no event");
			assertThat(stage.status().in()).isZero();
			assertThat(stage.status().out()).isEqualTo(2);
			assertThat(stage.status().discarded()).isEqualTo(3);
			assertThat(p.link().status().inFlight()).isZero();
		}

		@Test
		void emitsWhatStandsBeforeItInAnyCallback() {
			StageRef stage = dialogue.start("pc", new TestProducerConsumer(dialogue));
			c.subscribeAndAsk(stage, 10);
			stage.tell(Arrays.asList("bye", null));
			assertThat(heard()).contains("c <- events [bye]");
			assertThat(stage.status().exit()).isInstanceOf(ExitReason.Failure.class);
		}

	}

	@Nested
	class AListener {

		@Test
		@DisplayName("that throws is logged and changes nothing")
		void thatThrowsChangesNothing() {
			dialogue.listen(new ThrowingListener(() -> {
				throw new IllegalStateException("oops");
			}));
			assertNothingChanges();
			assertThat(log.read()).isNotEmpty().allMatch((line) -> line.startsWith("WARNING listener "));
		}

		@Test
		@DisplayName("that throws an error changes nothing either")
		void thatThrowsAnErrorChangesNothing() {
			dialogue.listen(new ThrowingListener(() -> {
				throw new NoClassDefFoundError("oops");
			}));
			assertNothingChanges();
		}

		private void assertNothingChanges() {
			StageRef consumer = dialogue.start("c", new TestConsumer(dialogue));
			Dialogue.subscribe(consumer, p.ref(), 2, 0);
			p.send("a", "b");
			consumer.stop(ExitReason.NORMAL);
			assertThat(heard()).containsExactly("p <- subscribe", "onSubscribe PRODUCER p", "p <- ask 2",
					"handleEvents [a, b]", "p <- ask 2", "onStop normal", "p <- cancel (down, normal)");
			assertThat(consumer.whenStopped().toCompletableFuture()).isCompletedWithValue(ExitReason.NORMAL);
			assertThat(consumer.status().in()).isEqualTo(2);
		}

	}

	private List<String> heard() {
		return this.dialogue.heard();
	}

	private void skip() {
		this.dialogue.skip();
	}

	/**
	 * Throws whatever it is told.
	 */
	private record ThrowingListener(Runnable thrower) implements StageListener {

		@Override
		public void onStart(StageRef stage) {
			this.thrower.run();
		}

		@Override
		public void onStop(StageRef stage, ExitReason reason) {
			this.thrower.run();
		}

		@Override
		public void onSubscribe(Peer peer, Subscription subscription) {
			this.thrower.run();
		}

		@Override
		public void onAsk(Subscription subscription, long demand) {
			this.thrower.run();
		}

		@Override
		public void onHandle(Subscription subscription, List<?> events) {
			this.thrower.run();
		}

	}

}
