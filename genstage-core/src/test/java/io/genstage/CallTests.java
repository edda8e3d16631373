package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Questions to a stage and their answers.
 */
class CallTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private static final String TIMER = "scheduled in PT5S";

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final ManualExecutor executor = new ManualExecutor();

	private final Dialogue dialogue = new Dialogue(this.executor);

	private final Probe p = this.dialogue.probe("p");

	private final Probe c = this.dialogue.probe("c");

	private final List<Caller> callers = new ArrayList<>();

	@Nested
	class AReply {

		@Test
		@DisplayName("G63 comes after the events that the callback returns")
		void comesAfterTheEvents() {
			StageRef producer = startAsked((request, caller) -> {
				caller.reply("ok");
				return List.of("1", "2", "3");
			});
			call(producer);
			executor.runAll();
			assertThat(heard()).containsExactly(TIMER, "onCall question", "c <- events [1, 2, 3]", "answer ok");
		}

		@Test
		@DisplayName("G64 comes before the events if that is wanted")
		void comesBeforeTheEvents() {
			StageRef producer = startAsked((request, caller) -> {
				caller.replyNow("ok");
				return List.of("1", "2", "3");
			});
			call(producer);
			executor.runAll();
			assertThat(heard()).containsExactly(TIMER, "onCall question", "answer ok", "c <- events [1, 2, 3]");
		}

		@Test
		@DisplayName("2 comes after the events though nobody asked for them")
		void comesAfterTheEventsThatAreBuffered() {
			StageRef producer = start((request, caller) -> {
				caller.reply("ok");
				return List.of("1");
			});
			CompletableFuture<?> answer = call(producer);
			executor.runAll();
			assertThat(answer).isCompleted();
			assertThat(producer.status().buffered()).isEqualTo(1);
		}

		@Test
		@DisplayName("2 may come later, from another callback")
		void mayComeLater() {
			StageRef producer = startAsked((request, caller) -> {
				callers.add(caller);
				return List.of("1");
			});
			CompletableFuture<?> answer = call(producer);
			executor.runAll();
			assertThat(heard()).containsExactly(TIMER, "onCall question", "c <- events [1]");
			assertThat(answer).isNotDone();
			producer.tell((Runnable) () -> callers.get(0).reply("ok"));
			executor.runAll();
			assertThat(heard()).containsExactly("answer ok");
		}

		@Test
		void mayComeFromOutsideTheStage() {
			StageRef producer = start(this::keep);
			CompletableFuture<?> answer = call(producer);
			executor.runAll();
			callers.get(0).replyNow("ok");
			assertThat(heard()).containsExactly(TIMER, "onCall question", "answer ok");
			assertThat(answer).isCompleted();
		}

		@Test
		void mayBeNull() {
			StageRef producer = start((request, caller) -> {
				caller.reply(null);
				return List.of();
			});
			CompletableFuture<?> answer = call(producer);
			executor.runAll();
			assertThat(answer).isCompletedWithValue(null);
		}

		@Test
		void countsOnlyOnce() {
			StageRef producer = start((request, caller) -> {
				caller.reply("first");
				caller.reply("second");
				return List.of();
			});
			call(producer);
			executor.runAll();
			assertThat(heard()).containsExactly(TIMER, "onCall question", "answer first");
		}

		@Test
		void isNotOvertakenByASecondOneThatDoesNotWait() {
			StageRef producer = startAsked((request, caller) -> {
				caller.reply("first");
				caller.replyNow("second");
				return List.of("1");
			});
			call(producer);
			executor.runAll();
			assertThat(heard()).containsExactly(TIMER, "onCall question", "c <- events [1]", "answer first");
		}

		@Test
		@DisplayName("G65 of a stage that stops comes when the stage has been told of its end")
		void comesAfterTheEndOfTheStage() {
			StageContext[] context = new StageContext[1];
			StageRef producer = startAsked(new AskedProducer((request, caller) -> {
				caller.reply("ok");
				context[0].stop(ExitReason.SHUTDOWN);
				return List.of("1");
			}, context));
			call(producer);
			executor.runAll();
			assertThat(heard()).containsExactly(TIMER, "onCall question", "c <- events [1]", "onStop shutdown",
					"c <- cancelled (down, shutdown)", "answer ok");
			assertThat(producer.status().exit()).isEqualTo(ExitReason.SHUTDOWN);
		}

		@Test
		@DisplayName("2 comes at once from a stage that stops if that is wanted")
		void comesBeforeTheEndOfTheStage() {
			StageContext[] context = new StageContext[1];
			StageRef producer = startAsked(new AskedProducer((request, caller) -> {
				caller.replyNow("ok");
				context[0].stop(ExitReason.SHUTDOWN);
				return List.of();
			}, context));
			call(producer);
			executor.runAll();
			assertThat(heard()).containsExactly(TIMER, "onCall question", "answer ok", "onStop shutdown",
					"c <- cancelled (down, shutdown)");
		}

		private List<String> keep(Object request, Caller caller) {
			callers.add(caller);
			return List.of();
		}

	}

	@Nested
	class Fails {

		@Test
		void ifTheStageHandlesNoCalls() {
			ProducerStage<String> producer = (demand) -> List.of();
			ProducerConsumerStage<String, String> identity = (events, from) -> events;
			ConsumerStage<String> consumer = (events, from) -> {
			};
			for (Stage stage : List.of(producer, identity, consumer)) {
				StageRef deaf = dialogue.start("deaf", stage);
				CompletableFuture<?> answer = call(deaf);
				executor.runAll();
				assertThat(answer).failsWithin(Duration.ZERO)
					.withThrowableOfType(ExecutionException.class)
					.withCauseExactlyInstanceOf(IllegalStateException.class)
					.withMessageEndingWith(" handles no calls");
				assertThat(deaf.status().isRunning()).isTrue();
			}
		}

		@Test
		void ifThereIsNoAnswerInTime() {
			StageRef producer = start(this::keep);
			CompletableFuture<?> answer = call(producer);
			executor.runAll();
			assertThat(answer).isNotDone();
			dialogue.runTimer();
			assertThat(answer).failsWithin(Duration.ZERO)
				.withThrowableOfType(ExecutionException.class)
				.withCauseInstanceOf(TimeoutException.class)
				.withMessageEndingWith("stage 'asked' has not answered within PT5S");
			callers.get(0).reply("late");
			assertThat(answer).isCompletedExceptionally();
			assertThat(producer.status().isRunning()).isTrue();
		}

		@Test
		void andIsNotHandledIfItsTimeIsOverBeforeItsTurn() {
			StageRef producer = start(this::keep);
			call(producer);
			dialogue.runTimer();
			executor.runAll();
			assertThat(heard()).containsExactly(TIMER);
		}

		@Test
		void notForATimeoutAfterTheAnswer() {
			StageRef producer = start((request, caller) -> {
				caller.reply("ok");
				return List.of();
			});
			CompletableFuture<@Nullable Object> answer = call(producer);
			assertThat(dialogue.timers()).isOne();
			executor.runAll();
			assertThat(answer).isCompletedWithValue("ok");
			assertThat(dialogue.timers()).isZero();
		}

		@Test
		void withoutATimerLeftIfTheStageStops() {
			StageRef producer = start(this::keep);
			call(producer);
			producer.stop(ExitReason.NORMAL);
			executor.runAll();
			assertThat(dialogue.timers()).isZero();
		}

		@ParameterizedTest
		@ValueSource(strings = { "PT0S", "PT-1S" })
		void atOnceIfThereIsNoTimeToAnswer(String timeout) {
			StageRef producer = start(this::keep);
			assertThatIllegalArgumentException().isThrownBy(() -> producer.call("question", Duration.parse(timeout)))
				.withMessage("the time-out of a call must be positive, was " + timeout);
			executor.runAll();
			assertThat(heard()).isEmpty();
		}

		@Test
		void onceTheStageHasStopped() {
			StageRef producer = start(this::keep);
			producer.stop(ExitReason.NORMAL);
			executor.runAll();
			skip();
			assertNotRunning(call(producer));
			assertThat(heard()).containsExactly(TIMER);
		}

		@Test
		void ifTheStageStopsWithoutAnAnswer() {
			StageRef producer = start(this::keep);
			CompletableFuture<?> answer = call(producer);
			producer.stop(ExitReason.NORMAL);
			assertNotRunning(answer);
			assertThat(heard()).containsExactly(TIMER, "onCall question", "onStop normal");
			callers.get(0).reply("late");
			assertThat(answer).isCompletedExceptionally();
		}

		@Test
		void ifTheStageFailsWithoutAnAnswer() {
			StageRef producer = start((request, caller) -> {
				throw new IllegalStateException("oops");
			});
			assertNotRunning(call(producer));
			assertThat(producer.status().exit()).isInstanceOf(ExitReason.Failure.class);
		}

		@Test
		void ifTheCallbackFailsAfterItsReply() {
			StageRef producer = start((request, caller) -> {
				caller.reply("too early");
				throw new IllegalStateException("oops");
			});
			assertNotRunning(call(producer));
		}

		@Test
		void forAllWhoWait() {
			StageRef producer = start(this::keep);
			CompletableFuture<?> first = call(producer);
			CompletableFuture<?> second = call(producer);
			executor.runAll();
			callers.get(0).reply("ok");
			producer.stop(ExitReason.NORMAL);
			assertNotRunning(second);
			assertThat(first).isCompleted();
		}

		private List<String> keep(Object request, Caller caller) {
			callers.add(caller);
			return List.of();
		}

		private void assertNotRunning(CompletableFuture<?> answer) {
			executor.runAll();
			assertThat(answer).failsWithin(Duration.ZERO)
				.withThrowableOfType(ExecutionException.class)
				.withCauseInstanceOf(StageNotRunningException.class)
				.withMessageEndingWith("stage 'asked' is not running");
		}

	}

	@Nested
	class OtherKinds {

		@Test
		@DisplayName("G81 a consumer answers; it has nothing to emit")
		void aConsumerAnswers() {
			StageRef consumer = dialogue.start("asked", new ConsumerStage<String>() {

				@Override
				public void handleEvents(List<String> events, Subscription from) {
				}

				@Override
				public void onCall(Object request, Caller caller) {
					caller.reply("answered " + request);
				}

			});
			call(consumer);
			executor.runAll();
			assertThat(heard()).containsExactly(TIMER, "answer answered question");
		}

		@Test
		@DisplayName("2 a producer-consumer answers after its events, whatever waits in its queue")
		void aProducerConsumerAnswers() {
			StageRef pc = dialogue.start("asked", new ProducerConsumerStage<String, String>() {

				@Override
				public List<String> handleEvents(List<String> events, Subscription from) {
					return events;
				}

				@Override
				public List<String> onCall(Object request, Caller caller) {
					caller.reply("ok");
					return List.of("x");
				}

			});
			Dialogue.subscribe(pc, p.ref(), 2, 0);
			executor.runAll();
			p.send("a", "b");
			c.subscribeTo(pc);
			CompletableFuture<?> answer = call(pc);
			executor.runAll();
			assertThat(answer).isCompleted();
			assertThat(pc.status().queued()).isEqualTo(2);
			assertThat(pc.status().buffered()).isEqualTo(1);
		}

	}

	private StageRef start(CallCallback callback) {
		return this.dialogue.start("asked", new AskedProducer(callback, new StageContext[1]));
	}

	/** Starts a producer that has been asked for 3 events. */
	private StageRef startAsked(CallCallback callback) {
		return startAsked(new AskedProducer(callback, new StageContext[1]));
	}

	private StageRef startAsked(Stage stage) {
		StageRef producer = this.dialogue.start("asked", stage);
		this.c.subscribeAndAsk(producer, 3);
		this.executor.runAll();
		skip();
		return producer;
	}

	private CompletableFuture<@Nullable Object> call(StageRef stage) {
		CompletableFuture<@Nullable Object> answer = stage.call("question", TIMEOUT).toCompletableFuture();
		answer.thenAccept((value) -> this.dialogue.journal().note("answer " + value));
		return answer;
	}

	private List<String> heard() {
		return this.dialogue.heard();
	}

	private void skip() {
		this.dialogue.skip();
	}

	/**
	 * What answers a call.
	 */
	@FunctionalInterface
	private interface CallCallback {

		List<String> answer(Object request, Caller caller);

	}

	/**
	 * A producer that is called.
	 */
	private final class AskedProducer implements ProducerStage<String> {

		private final CallCallback callback;

		private final StageContext[] context;

		AskedProducer(CallCallback callback, StageContext[] context) {
			this.callback = callback;
			this.context = context;
		}

		@Override
		public void onStart(StageContext context) {
			this.context[0] = context;
		}

		@Override
		public List<String> handleDemand(long demand) {
			return List.of();
		}

		@Override
		public List<String> onCall(Object request, Caller caller) {
			CallTests.this.dialogue.journal().note("onCall " + request);
			return this.callback.answer(request, caller);
		}

		@Override
		public List<String> onInfo(Object message) {
			((Runnable) message).run();
			return List.of();
		}

		@Override
		public void onStop(ExitReason reason) {
			CallTests.this.dialogue.journal().note("onStop " + reason);
		}

	}

}
