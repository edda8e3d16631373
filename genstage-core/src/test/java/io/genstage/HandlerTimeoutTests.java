package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.delivery.BatchFailure;
import io.genstage.failure.Decision;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.Retries;
import io.genstage.intake.InFlight;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Handlers that may take only so long. All stages run on the thread of the test, and time
 * passes when a handler lets it.
 */
class HandlerTimeoutTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final Probe c = this.dialogue.probe("c");

	private final MemoryDeadLetterStore letters = new MemoryDeadLetterStore();

	private final List<Throwable> failures = new ArrayList<>();

	private final FailurePolicy policy = FailurePolicy.defaults()
		.withRetries(Retries.fixed(1, Duration.ofSeconds(1)))
		.withDeadLetters(this.letters)
		.withTimeout(Duration.ofSeconds(3))
		.withDecider((event, failure, attempt) -> {
			this.failures.add(failure);
			return Decision.byPolicy();
		});

	/** Which events take too long, once each. */
	private final List<String> slow = new ArrayList<>();

	private final List<String> calls = new ArrayList<>();

	private StageRef stage;

	@BeforeEach
	void startInterruptedByNobody() {
		Thread.interrupted();
	}

	@AfterEach
	void isInterruptedByNobody() {
		assertThat(Thread.interrupted()).isFalse();
	}

	private void start(Stage stage, StageOptions options) {
		this.stage = this.dialogue.start("s", stage, options);
		Dialogue.subscribe(this.stage, this.p.ref(), 4, 0);
		this.dialogue.skip();
	}

	private StageOptions options() {
		return StageOptions.defaults().withFailure(this.policy);
	}

	/** Notes the call, and lets the time of the slow ones pass. */
	private void take(String events) {
		this.calls.add(events + (Thread.currentThread().isInterrupted() ? " interrupted" : ""));
		if (this.slow.remove(events)) {
			this.dialogue.runTimer();
			assertThat(Thread.currentThread().isInterrupted()).isTrue();
		}
	}

	/** Does what whoever waits does when it is interrupted. */
	private void noticeInterrupt() throws InterruptedException {
		if (Thread.interrupted()) {
			throw new InterruptedException();
		}
	}

	private List<DeadLetter> stored() {
		return this.letters.oldestFirst(DeadLetterFilter.all(), 0, 100);
	}

	@Test
	void haveALimitOfMoreThanNothing() {
		FailurePolicy policy = FailurePolicy.defaults();
		assertThat(policy.timeout()).isNull();
		assertThatIllegalArgumentException().isThrownBy(() -> policy.withTimeout(Duration.ZERO))
			.withMessage("timeout must be more than 0, was PT0S");
	}

	@Nested
	class OfOneEvent {

		private final PerEventConsumerStage<String> stage = (event, from) -> {
			take(event);
			noticeInterrupt();
		};

		@Test
		void failTheEventThatTakesTooLongAndNoOther() {
			start(this.stage, options());
			slow.add("b");
			p.send("a", "b", "c");
			assertThat(calls).containsExactly("a", "b", "c");
			assertThat(failures).singleElement()
				.isInstanceOfSatisfying(TimeoutException.class,
						(failure) -> assertThat(failure)
							.hasMessage("stage 's' was not done within PT3S, its failure.timeout")
							.hasCauseInstanceOf(InterruptedException.class)
							.satisfies((late) -> assertThat(late.getStackTrace())
								.anySatisfy((frame) -> assertThat(frame.getMethodName()).isEqualTo("take"))));
			dialogue.runTimer();
			assertThat(calls).endsWith("b");
			assertThat(HandlerTimeoutTests.this.stage.status().counts()).isEqualTo(new EventCounts(3, 0, 0, 0, 0, 1));
		}

		@Test
		void makeADeadLetterOfOneThatAlwaysTakesTooLong() {
			start(this.stage, options());
			slow.addAll(List.of("a", "a"));
			p.send("a", "b");
			dialogue.runTimer();
			assertThat(stored()).singleElement()
				.satisfies((letter) -> assertThat(letter.causeType()).isEqualTo(TimeoutException.class.getName()));
		}

		@Test
		void leaveNoTimerBehindIfTheyAreInTime() {
			start(this.stage, options());
			p.send("a", "b");
			assertThat(calls).containsExactly("a", "b");
			assertThat(dialogue.timers()).isZero();
		}

		@Test
		void failItToIfItReturnsAllTheSame() {
			PerEventProducerConsumerStage<String, String> ignoring = (event, from, results) -> {
				take(event);
				results.accept(event + "!");
			};
			start(ignoring, options());
			c.subscribeAndAsk(HandlerTimeoutTests.this.stage, 10);
			dialogue.skip();
			slow.add("a");
			p.send("a", "b");
			assertThat(dialogue.heard()).contains("c <- events [b!]").noneMatch((line) -> line.contains("a!"));
			assertThat(calls).containsExactly("a", "b");
			dialogue.runTimer();
			assertThat(dialogue.heard()).contains("c <- events [a!]");
		}

		@Test
		void knowWhatElseHasGoneWrong() {
			IllegalStateException wrong = new IllegalStateException();
			PerEventConsumerStage<String> failing = (event, from) -> {
				take(event);
				throw wrong;
			};
			start(failing, options());
			slow.add("a");
			p.send("a");
			assertThat(failures).singleElement()
				.isInstanceOf(TimeoutException.class)
				.satisfies((failure) -> assertThat(failure).hasCause(wrong));
		}

		@Test
		void failTheStageByAnError() {
			AssertionError error = new AssertionError();
			PerEventConsumerStage<String> failing = (event, from) -> {
				take(event);
				throw error;
			};
			start(failing, options());
			slow.add("a");
			p.send("a");
			assertThat(HandlerTimeoutTests.this.stage.status().exit()).isEqualTo(ExitReason.failure(error));
		}

		@Test
		void areNotFailedBehindWhatTheyHaveReported() {
			StageContext[] context = new StageContext[1];
			PerEventConsumerStage<String> reporting = new PerEventConsumerStage<>() {

				@Override
				public void onStart(StageContext started) {
					context[0] = started;
				}

				@Override
				public void handleEvent(String event, Subscription from) {
					context[0].handled(from, List.of(event));
					take(event);
				}

			};
			start(reporting, options());
			slow.add("a");
			p.send("a", "b");
			assertThat(failures).isEmpty();
			assertThat(HandlerTimeoutTests.this.stage.status().in()).isEqualTo(2);
		}

	}

	@Nested
	class OfLists {

		@Test
		void failTheWholeList() {
			ConsumerStage<String> consumer = (events, from) -> {
				take(String.join(" ", events));
				noticeInterrupt();
			};
			start(consumer, options());
			slow.add("a b");
			p.send("a", "b");
			p.send("c");
			dialogue.runTimer();
			assertThat(calls).containsExactly("a b", "c", "a b");
			assertThat(stage.status().counts()).isEqualTo(new EventCounts(3, 0, 0, 0, 0, 2));
		}

		@Test
		void failItToIfItReturnsAllTheSame() {
			ConsumerStage<String> ignoring = (events, from) -> take(String.join(" ", events));
			start(ignoring, options());
			slow.add("a b");
			p.send("a", "b");
			assertThat(stage.status().in()).isZero();
			dialogue.runTimer();
			assertThat(calls).containsExactly("a b", "a b");
			assertThat(stage.status().in()).isEqualTo(2);
		}

		@Test
		void mayNameWhatWasNotDoneInTime() {
			ConsumerStage<String> naming = (events, from) -> {
				take(String.join(" ", events));
				if (Thread.interrupted()) {
					throw BatchFailure.of("b", new InterruptedException()).othersAccepted();
				}
			};
			start(naming, options());
			slow.add("a b");
			p.send("a", "b");
			assertThat(stage.status().in()).isOne();
			dialogue.runTimer();
			assertThat(calls).containsExactly("a b", "b");
		}

	}

	@Nested
	class InFlightEvents {

		private final List<CompletableFuture<String>> begun = new ArrayList<>();

		private void startAsync() {
			AsyncConsumerStage<String> consumer = (event, from) -> {
				take(event);
				CompletableFuture<String> future = new CompletableFuture<>();
				this.begun.add(future);
				return future;
			};
			start(consumer, options().withInFlight(InFlight.of(2)));
		}

		@Test
		void failWhenTheirTimeIsOver() {
			startAsync();
			p.send("a", "b");
			dialogue.runTimer();
			assertThat(failures).singleElement().isInstanceOf(TimeoutException.class);
			assertThat(this.begun.get(0)).isCancelled();
			this.begun.get(1).complete("b");
			dialogue.runTimer();
			assertThat(calls).containsExactly("a", "b", "a");
			this.begun.get(2).complete("a");
			assertThat(stage.status().counts()).isEqualTo(new EventCounts(2, 0, 0, 0, 0, 1));
			assertThat(dialogue.timers()).isZero();
		}

		@Test
		void areNotFinishedByWhatComesLater() {
			CompletableFuture<String> stubborn = new CompletableFuture<>() {

				@Override
				public boolean cancel(boolean mayInterruptIfRunning) {
					return false;
				}

			};
			AsyncConsumerStage<String> consumer = (event, from) -> stubborn;
			start(consumer, options());
			p.send("a");
			dialogue.runTimer();
			stubborn.complete("a");
			assertThat(stage.status().in()).isZero();
			assertThat(stage.status().counts().late()).isOne();
			assertThat(stage.status().held()).isOne();
		}

		@Test
		void leaveNoTimerBehindIfTheyAreInTime() {
			startAsync();
			p.send("a", "b");
			this.begun.get(0).complete("a");
			this.begun.get(1).completeExceptionally(new IllegalStateException());
			assertThat(failures).singleElement().isInstanceOf(IllegalStateException.class);
			assertThat(dialogue.timers()).as("that of the retry").isOne();
		}

		@Test
		void failIfTheirBeginTakesTooLong() {
			startAsync();
			slow.add("a");
			p.send("a");
			assertThat(failures).singleElement().isInstanceOf(TimeoutException.class);
			assertThat(this.begun.get(0)).isCancelled();
		}

	}

	@Test
	void leaveTheInterruptOfWhoLentTheThread() {
		PerEventConsumerStage<String> consumer = (event, from) -> take(event);
		start(consumer, options());
		Thread.currentThread().interrupt();
		this.slow.add("a");
		this.p.send("a");
		assertThat(this.failures).hasSize(1);
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void leaveNoInterruptToOthersOnTheThreadWhenTheStageIsToStop() {
		PerEventConsumerStage<String> consumer = (event, from) -> {
			take(event);
			this.stage.stop(ExitReason.SHUTDOWN);
		};
		start(consumer, options());
		this.slow.add("a");
		this.p.send("a");
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

}
