package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.delivery.Acknowledgement;
import io.genstage.delivery.Acknowledger;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.Settlement;
import io.genstage.delivery.SourceHint;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.Retries;
import io.genstage.intake.InFlight;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Stages that settle their events themselves.
 */
class AcknowledgingStageTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe c = this.dialogue.probe("c");

	private final MemoryDeadLetterStore letters = new MemoryDeadLetterStore();

	private final FailurePolicy policy = FailurePolicy.defaults()
		.withRetries(Retries.fixed(1, Duration.ofSeconds(1)))
		.withOutage(new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(1)));

	/** What the source of deliveries hears. */
	private final List<String> settled = new ArrayList<>();

	private final Acknowledger<String> acknowledger = (group, accepted, failed) -> {
		accepted.forEach((settlement) -> this.settled.add("accepted " + settlement.event()));
		failed.forEach((settlement) -> this.settled.add("failed " + settlement.event() + hint(settlement)));
	};

	/** The acknowledgements of all attempts, in their order. */
	private final List<Acknowledgement> begun = new ArrayList<>();

	private final List<Object> lost = new ArrayList<>();

	private @Nullable StageRef producer;

	private StageRef stage;

	private static String hint(Settlement settlement) {
		return (settlement.hint() != null) ? ", " + settlement.hint().action() : "";
	}

	private StageRef source() {
		StageRef started = this.dialogue.start("source", new ManualSource());
		this.producer = started;
		return started;
	}

	private void emitPlain(Object... events) {
		Objects.requireNonNull(this.producer).tell(List.of(events));
	}

	private void emit(Object... events) {
		Objects.requireNonNull(this.producer)
			.tell(Stream.of(events).map((event) -> Delivery.of(event, this.acknowledger, "g")).toList());
	}

	private void start(Stage stage, StageOptions options) {
		this.dialogue.listen(new StageListener() {

			@Override
			public void onDiscard(StageRef stage, Discard discard) {
				AcknowledgingStageTests.this.lost.addAll(discard.events());
			}

		});
		StageRef source = source();
		this.stage = this.dialogue.start("s", stage, options);
		Dialogue.subscribe(this.stage, source, 10, 5);
		this.dialogue.skip();
	}

	private StageOptions inFlight(FailurePolicy policy, int limit) {
		return StageOptions.defaults().withFailure(policy).withInFlight(InFlight.of(limit));
	}

	private EventCounts counts() {
		return this.stage.status().counts();
	}

	@Nested
	class Consumers {

		/** What a call returns. */
		private CompletionStage<?> work = CompletableFuture.completedStage(null);

		private void start(StageOptions options) {
			AcknowledgingConsumerStage<Object> consumer = (event, acknowledgement, from) -> {
				begun.add(acknowledgement);
				dialogue.journal().note("begin " + event);
				return this.work;
			};
			AcknowledgingStageTests.this.start(consumer, options);
		}

		@Test
		void haveHandledWhatTheyAccept() {
			start(inFlight(policy, 1));
			emit("a", "b");
			assertThat(dialogue.heard()).containsExactly("begin a");
			assertThat(settled).isEmpty();
			assertThat(counts().in()).isZero();
			assertThat(begun.get(0).isSettled()).isFalse();
			assertThat(begun.get(0).accept()).isTrue();
			assertThat(begun.get(0).isSettled()).isTrue();
			assertThat(settled).containsExactly("accepted a");
			assertThat(dialogue.heard()).containsExactly("begin b");
			assertThat(counts().in()).isOne();
			assertThat(stage.status().held()).isOne();
		}

		@Test
		void haveNoMoreUnsettledThanMayBeInFlight() {
			start(inFlight(policy, 2));
			emitPlain("a", "b", "c");
			assertThat(dialogue.heard()).containsExactly("begin a", "begin b");
			begun.get(1).accept();
			// In their order.
			assertThat(counts().in()).isZero();
			begun.get(0).accept();
			assertThat(dialogue.heard()).containsExactly("begin c");
			assertThat(counts().in()).isEqualTo(2);
		}

		@Test
		void mayAskForAnotherAttempt() {
			start(inFlight(policy, 1));
			emit("a");
			assertThat(begun.get(0).attempt()).isOne();
			begun.get(0).retry();
			assertThat(dialogue.heard()).containsExactly("begin a", "scheduled in PT1S");
			dialogue.runTimer();
			assertThat(begun.get(1).attempt()).isEqualTo(2);
			begun.get(1).accept();
			assertThat(settled).containsExactly("accepted a");
			assertThat(counts()).isEqualTo(new EventCounts(1, 0, 0, 0, 0, 1));
		}

		@Test
		void maySayWhenToTryAgain() {
			start(inFlight(policy, 1));
			emit("a");
			begun.get(0).retry(Duration.ofSeconds(30));
			assertThat(dialogue.heard()).containsExactly("begin a", "scheduled in PT30S");
		}

		@Test
		void mayAskForNoMoreAttemptsThanThereAre() {
			start(inFlight(policy, 1));
			emit("a");
			begun.get(0).retry();
			dialogue.runTimer();
			begun.get(1).retry();
			assertThat(settled).containsExactly("failed a");
			assertThat(counts()).isEqualTo(new EventCounts(0, 0, 1, 0, 0, 1));
		}

		@Test
		void makeADeadLetterOfWhatTheyReject() {
			start(inFlight(policy.withDeadLetters(letters), 1));
			emitPlain("a", "b");
			begun.get(0).reject("not payable");
			begun.get(1).reject(new IllegalStateException("broken"));
			assertThat(letters.oldestFirst(DeadLetterFilter.all(), 0, 10)).extracting(DeadLetter::reason)
				.containsExactly("not payable", "rejected");
			assertThat(counts()).isEqualTo(new EventCounts(0, 0, 0, 2, 0, 0));
			assertThat(stage.status().held()).isZero();
		}

		@Test
		void mayTellTheSourceWhatToDo() {
			start(inFlight(policy.withRetries(Retries.NONE), 1));
			emit("a", "b", "c");
			begun.get(0).tellSource(SourceHint.drop());
			begun.get(0).tellSource(SourceHint.requeue());
			begun.get(0).reject("no");
			begun.get(1).tellSource(SourceHint.drop());
			begun.get(1).retry();
			begun.get(2).reject("no");
			assertThat(settled).containsExactly("failed a, REQUEUE", "failed b, DROP", "failed c");
		}

		@Test
		void haveFailedIfTheyThrowBeforeTheySettle() {
			AcknowledgingConsumerStage<Object> consumer = (event, acknowledgement, from) -> {
				begun.add(acknowledgement);
				acknowledgement.tellSource(SourceHint.drop());
				throw new IllegalStateException("no " + event);
			};
			AcknowledgingStageTests.this.start(consumer, inFlight(policy.withRetries(Retries.NONE), 1));
			emit("a");
			assertThat(settled).containsExactly("failed a, DROP");
			assertThat(begun.get(0).accept()).isFalse();
			assertThat(counts()).isEqualTo(new EventCounts(0, 0, 1, 0, 0, 0, 1));
		}

		@Test
		void haveFailedIfTheirWorkDoesBeforeTheySettle() {
			CompletableFuture<Object> failing = new CompletableFuture<>();
			this.work = failing;
			start(inFlight(policy.withDeadLetters(letters).withRetries(Retries.NONE), 1));
			emitPlain("a");
			failing.completeExceptionally(new IllegalStateException("broken"));
			assertThat(letters.oldestFirst(DeadLetterFilter.all(), 0, 10)).extracting(DeadLetter::causeMessage)
				.containsExactly("broken");
			assertThat(begun.get(0).isSettled()).isTrue();
		}

		@Test
		void haveHandledWhatTheyAcceptedBeforeTheyThrow() {
			AcknowledgingConsumerStage<Object> consumer = (event, acknowledgement, from) -> {
				acknowledgement.accept();
				throw new IllegalStateException("no " + event);
			};
			AcknowledgingStageTests.this.start(consumer, StageOptions.defaults());
			emit("a", "b");
			assertThat(settled).containsExactly("accepted a", "accepted b");
			assertThat(counts()).isEqualTo(new EventCounts(2, 0, 0, 0, 0, 0, 2));
			assertThat(log.read()).containsExactly(
					"WARNING stage 's' has failed at an event that it had settled before, which changes nothing",
					"WARNING stage 's' has failed at an event that it had settled before, which changes nothing");
		}

		@Test
		void areOverWithAnEventWhenTheirWorkIs() {
			CompletableFuture<Object> going = new CompletableFuture<>();
			this.work = going;
			start(inFlight(policy, 1));
			emit("a", "b");
			begun.get(0).accept();
			// Its source knows it, but the work goes on.
			assertThat(settled).containsExactly("accepted a");
			assertThat(dialogue.heard()).containsExactly("begin a");
			assertThat(counts().in()).isZero();
			going.complete(null);
			assertThat(dialogue.heard()).containsExactly("begin b");
		}

		@Test
		void settleAnAttemptOnce() {
			start(inFlight(policy, 1));
			emit("a");
			begun.get(0).retry();
			assertThat(begun.get(0).accept()).isFalse();
			assertThat(begun.get(0).reject("no")).isFalse();
			dialogue.runTimer();
			// The attempt before is over.
			assertThat(begun.get(0).accept()).isFalse();
			assertThat(settled).isEmpty();
			begun.get(1).accept();
			assertThat(settled).containsExactly("accepted a");
			assertThat(counts().late()).isEqualTo(3);
		}

		@Test
		void loseWhatTheyHaveNotSettledWhenTheyStop() {
			start(inFlight(policy, 2));
			emit("a", "b", "c");
			stage.stop(ExitReason.SHUTDOWN);
			assertThat(settled).containsExactly("failed a", "failed b", "failed c");
			assertThat(lost).containsExactly("a", "b", "c");
			assertThat(begun.get(0).isSettled()).isTrue();
			assertThat(begun.get(0).accept()).isFalse();
			assertThat(begun.get(1).extend(Duration.ofSeconds(1))).isFalse();
			assertThat(counts()).isEqualTo(new EventCounts(0, 0, 3, 0, 0, 0, 2));
			assertThat(stage.hasWork()).isFalse();
		}

		@Test
		void haveHandledWhatTheyAcceptedBehindOneThatIsOpenWhenTheyStop() {
			start(inFlight(policy, 2));
			emit("a", "b");
			begun.get(1).accept();
			stage.stop(ExitReason.SHUTDOWN);
			assertThat(settled).containsExactly("accepted b", "failed a");
			assertThat(lost).containsExactly("a");
			assertThat(counts()).isEqualTo(new EventCounts(1, 0, 1, 0, 0, 0));
		}

		@Test
		void haveHandledWhatTheyAcceptedBeforeAnError() {
			AcknowledgingConsumerStage<Object> consumer = (event, acknowledgement, from) -> {
				acknowledgement.accept();
				throw new AssertionError();
			};
			AcknowledgingStageTests.this.start(consumer, inFlight(policy, 1));
			emit("a", "b");
			assertThat(settled).containsExactly("accepted a", "failed b");
			assertThat(counts()).isEqualTo(new EventCounts(1, 0, 1, 0, 0, 0));
			assertThat(stage.status().exit()).isNotNull();
		}

		@Test
		void haveFailedIfTheyDontSettleInTime() {
			start(inFlight(policy.withRetries(Retries.NONE).withTimeout(Duration.ofSeconds(10)), 1));
			emit("a");
			dialogue.runTimer();
			assertThat(settled).containsExactly("failed a");
			assertThat(begun.get(0).accept()).isFalse();
			assertThat(counts()).isEqualTo(new EventCounts(0, 0, 1, 0, 0, 0, 1));
		}

		@Test
		void mayAskForMoreTime() {
			start(inFlight(policy.withRetries(Retries.NONE).withTimeout(Duration.ofSeconds(10)), 1));
			emit("a");
			assertThat(begun.get(0).extend(Duration.ofSeconds(60))).isTrue();
			dialogue.runTimer();
			assertThat(settled).isEmpty();
			assertThat(dialogue.heard()).endsWith("scheduled in PT50S");
			dialogue.runTimer();
			assertThat(settled).containsExactly("failed a");
		}

		@Test
		void areNotCalledOverdueWhileTheyHaveAskedForMoreTime() {
			List<Duration> overdue = new ArrayList<>();
			dialogue.listen(new StageListener() {

				@Override
				public void onOverdue(StageRef stage, Overdue what) {
					overdue.add(dialogue.time());
				}

			});
			start(inFlight(policy, 1).withWatch(new Watch(Duration.ofSeconds(4), null)));
			emit("a");
			begun.get(0).extend(Duration.ofSeconds(20));
			while (overdue.isEmpty()) {
				dialogue.runTimer();
			}
			assertThat(overdue.get(0)).isBetween(Duration.ofSeconds(24), Duration.ofSeconds(26));
		}

		@Test
		void mayNameAnyTime() {
			start(inFlight(policy, 1));
			emit("a");
			assertThat(begun.get(0).extend(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
			begun.get(0).retry(Duration.ofSeconds(Long.MAX_VALUE));
			assertThat(stage.status().exit()).isNull();
			assertThat(stage.status().held()).isOne();
		}

		@Test
		void failIfTheyRejectWithoutAPolicy() {
			start(StageOptions.defaults());
			emit("a", "b");
			begun.get(0).reject("not payable");
			assertThat(settled).containsExactlyInAnyOrder("failed a", "failed b");
			assertThat(stage.status().exit())
				.hasToString("failure (io.genstage.failure.EventRejectedException: not payable)");
		}

		@Test
		void mustBeginAnEvent() {
			this.work = null;
			start(inFlight(policy.withRetries(Retries.NONE), 1));
			emit("a");
			assertThat(settled).containsExactly("failed a");
			assertThat(begun.get(0).isSettled()).isTrue();
		}

		@Test
		void takeNoBatches() {
			AcknowledgingConsumerStage<Object> consumer = (event, acknowledgement, from) -> this.work;
			StageOptions options = StageOptions.defaults()
				.withBatching(Batching.byKey(Object::getClass, BatchOptions.defaults()));
			assertThatIllegalArgumentException().isThrownBy(() -> dialogue.start("s", consumer, options))
				.withMessageContaining("can't be given batches");
		}

	}

	@Nested
	class ProducerConsumers {

		private final List<CompletableFuture<List<Object>>> results = new ArrayList<>();

		private void start() {
			AcknowledgingProducerConsumerStage<Object, Object> stage = (event, acknowledgement, from) -> {
				begun.add(acknowledgement);
				this.results.add(new CompletableFuture<>());
				return this.results.get(this.results.size() - 1);
			};
			AcknowledgingStageTests.this.start(stage, inFlight(policy.withRetries(Retries.fixed(3, Duration.ZERO)), 1));
			c.subscribeAndAsk(AcknowledgingStageTests.this.stage, 10);
			dialogue.skip();
		}

		@Test
		void emitWhatTheyHaveMadeOfAnAcceptedEvent() {
			start();
			emit("a");
			this.results.get(0).complete(List.of("a1", "a2"));
			assertThat(dialogue.heard()).isEmpty();
			begun.get(0).accept();
			// Settled already, so that the results are plain events.
			assertThat(dialogue.heard()).containsExactly("c <- events [a1, a2]");
			assertThat(settled).containsExactly("accepted a");
		}

		@Test
		void emitAlsoWhatComesBehindAnEarlyAccept() {
			start();
			emit("a");
			begun.get(0).accept();
			assertThat(settled).containsExactly("accepted a");
			this.results.get(0).complete(List.of("a1"));
			assertThat(dialogue.heard()).containsExactly("c <- events [a1]");
			assertThat(settled).containsExactly("accepted a");
		}

		@Test
		void emitNothingOfAFailureBehindAnEarlyAccept() {
			start();
			emit("a");
			begun.get(0).accept();
			this.results.get(0).completeExceptionally(new IllegalStateException("late"));
			assertThat(dialogue.heard()).isEmpty();
			assertThat(counts()).isEqualTo(new EventCounts(1, 0, 0, 0, 0, 0, 1));
		}

		@Test
		void emitNothingOfAnAttemptThatIsMadeAgain() {
			start();
			emit("a");
			this.results.get(0).complete(List.of("wrong"));
			begun.get(0).retry();
			this.results.get(1).complete(List.of("right"));
			begun.get(1).accept();
			assertThat(dialogue.heard()).contains("c <- events [right]").doesNotContain("c <- events [wrong]");
		}

	}

}
