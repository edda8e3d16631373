package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.genstage.batch.Batch;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.delivery.BatchFailure;
import io.genstage.failure.Decision;
import io.genstage.failure.EventRejectedException;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.FailuresDecider;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.Retries;
import io.genstage.failure.RetryAfterException;
import io.genstage.failure.RetryOrder;
import io.genstage.intake.InFlight;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Stages with a policy for events that they fail to handle.
 */
class FailurePolicyTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final Probe c = this.dialogue.probe("c");

	private final MemoryDeadLetterStore letters = new MemoryDeadLetterStore();

	private final FailurePolicy policy = FailurePolicy.defaults()
		.withRetries(Retries.fixed(1, Duration.ofSeconds(1)))
		.withDeadLetters(this.letters);

	/** What fails once more each time it is handled. */
	private final List<String> failing = new ArrayList<>();

	private StageRef stage;

	private StageOptions options(FailurePolicy policy) {
		return StageOptions.defaults().withFailure(policy);
	}

	private void start(Stage stage, StageOptions options, int maxDemand, int minDemand) {
		this.stage = this.dialogue.start("s", stage, options);
		Dialogue.subscribe(this.stage, this.p.ref(), maxDemand, minDemand);
		this.dialogue.skip();
	}

	private void handle(String event) {
		this.dialogue.journal().note("handle " + event);
		if (this.failing.remove(event)) {
			throw new IllegalStateException("no " + event);
		}
	}

	/** Lets the time pass after which the stage tries again. */
	private void retry() {
		this.dialogue.runTimer();
	}

	/** Returns what was heard, but for timers. */
	private List<String> heard() {
		return this.dialogue.heard().stream().filter((line) -> !line.startsWith("scheduled")).toList();
	}

	private List<DeadLetter> stored() {
		return this.letters.oldestFirst(DeadLetterFilter.all(), 0, 100);
	}

	@Nested
	class HandlersOfOneEvent {

		private void start(FailurePolicy policy, int maxDemand, int minDemand) {
			PerEventConsumerStage<String> consumer = (event, from) -> handle(event);
			FailurePolicyTests.this.start(consumer, options(policy), maxDemand, minDemand);
		}

		@Test
		void loseNothingByTheFailureOfAnother() {
			start(policy, 4, 0);
			failing.add("b");
			p.send("a", "b", "c", "d");
			assertThat(heard()).containsExactly("handle a", "handle b", "handle c", "handle d", "p <- ask 3");
			assertThat(stage.status().in()).isEqualTo(3);
			assertThat(stage.status().held()).isOne();
			retry();
			assertThat(heard()).containsExactly("handle b");
			assertThat(stage.status().in()).isEqualTo(4);
			assertThat(stage.status().held()).isZero();
			assertThat(stage.status().counts().retried()).isOne();
		}

		@Test
		void askForLessWhileEventsAreUnfinished() {
			start(policy, 4, 2);
			failing.addAll(List.of("a", "b", "a", "b"));
			p.send("a", "b");
			assertThat(heard()).containsExactly("handle a", "handle b");
			p.send("c", "d");
			// Outstanding are none, unfinished two.
			assertThat(heard()).containsExactly("handle c", "handle d", "p <- ask 2");
			retry();
			assertThat(heard()).containsExactly("handle a", "p <- ask 1", "handle b");
		}

		@Test
		void makeADeadLetterWhenAllAttemptsAreUsedUp() {
			start(policy, 4, 0);
			failing.addAll(List.of("a", "a"));
			p.send("a", "b");
			retry();
			assertThat(stored()).singleElement().satisfies((letter) -> {
				assertThat(letter.stage()).isEqualTo("s");
				assertThat(letter.source()).isEqualTo("p");
				assertThat(letter.attempts()).isEqualTo(2);
				assertThat(letter.causeType()).isEqualTo(IllegalStateException.class.getName());
				assertThat(letters.event(letter.id())).contains("a");
			});
			assertThat(stage.status().counts()).isEqualTo(new EventCounts(1, 0, 0, 1, 0, 1));
			assertThat(stage.status().held()).isZero();
		}

		@Test
		void keepWhatTheirDeciderPutsInThePlaceOfTheEvent() {
			start(policy.withOrder(RetryOrder.byKey((event) -> event))
				.withDecider((event, failure, attempt) -> (attempt == 1)
						? Decision.byPolicy().withLetter("first " + event) : Decision.byPolicy()),
					4, 0);
			failing.addAll(List.of("a", "a"));
			p.send("a", "b");
			retry();
			assertThat(stored()).singleElement().satisfies((letter) -> {
				assertThat(letters.event(letter.id())).contains("first a");
				assertThat(letter.key()).isEqualTo("a");
			});
		}

		@Test
		void letThePolicyDecideIfTheirDeciderDoesNot() {
			FailuresDecider silent = (failed) -> List.of();
			start(policy.withRetries(Retries.NONE)
				.withOutage(new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(1)))
				.withDecider(silent), 4, 0);
			failing.add("a");
			p.send("a", "b");
			assertThat(stored()).hasSize(1);
			assertThat(log.read())
				.containsExactly("SEVERE stage 's': the failure decider has failed, and the policy decides instead");
		}

		@Test
		void discardWhatHasFailedWithoutAPlaceForIt() {
			start(FailurePolicy.defaults().withRetries(Retries.NONE), 4, 0);
			failing.addAll(List.of("a", "a"));
			p.send("a", "b");
			assertThat(stage.status().counts()).isEqualTo(new EventCounts(1, 0, 1));
		}

		@Test
		void failWithAnError() {
			PerEventConsumerStage<String> consumer = (event, from) -> {
				throw new AssertionError();
			};
			FailurePolicyTests.this.start(consumer, options(policy), 4, 0);
			p.send("a", "b");
			assertThat(stage.status().exit()).isNotNull();
			assertThat(stage.status().discarded()).isEqualTo(2);
		}

		@Test
		void nameWhatWaitsWhenTheyStop() {
			List<Object> lost = new ArrayList<>();
			dialogue.listen(new StageListener() {

				@Override
				public void onDiscard(StageRef stage, Discard discard) {
					lost.addAll(discard.events());
				}

			});
			start(policy.withOrder(RetryOrder.STRICT), 4, 0);
			failing.add("b");
			p.send("a", "b", "c");
			stage.stop(ExitReason.failure(new IllegalStateException()));
			assertThat(lost).containsExactly("b", "c");
		}

		@Test
		void stopWhenTheirRetriesAreOver() {
			start(policy, 4, 0);
			failing.add("a");
			p.send("a");
			p.cancel(ExitReason.NORMAL);
			assertThat(stage.status().exit()).isNull();
			retry();
			assertThat(stage.status().exit()).isNotNull();
			assertThat(stage.status().in()).isOne();
		}

		@Test
		void hurryWhenTheirPipelineDrains() {
			start(policy, 4, 0);
			failing.add("a");
			p.send("a");
			stage.beginDrain();
			assertThat(heard()).contains("handle a", "handle a");
			assertThat(stage.status().in()).isOne();
		}

		@Test
		void pauseWhileEverythingFails() {
			List<String> outages = new ArrayList<>();
			dialogue.listen(new StageListener() {

				@Override
				public void onOutage(StageRef stage, Throwable failure) {
					outages.add((failure != null) ? "begins" : "ends");
				}

			});
			start(policy.withOutage(new OutageGuard(2, Duration.ofSeconds(30))), 4, 0);
			failing.addAll(List.of("a", "b", "a"));
			p.send("a", "b", "c", "d");
			assertThat(heard()).containsExactly("handle a", "handle b");
			assertThat(stage.status().held()).isEqualTo(4);
			assertThat(stage.status().retrying()).isEqualTo(4);
			assertThat(stage.status().outage().cause()).isInstanceOf(IllegalStateException.class);
			retry();
			assertThat(heard()).containsExactly("handle a");
			retry();
			assertThat(outages).containsExactly("begins", "ends");
			assertThat(stage.status().outage()).isNull();
			assertThat(stage.status().retrying()).isZero();
			assertThat(stage.status().in()).isEqualTo(4);
			assertThat(stored()).isEmpty();
		}

	}

	@Nested
	class ProducerConsumersOfOneEvent {

		@Test
		void emitWhatTheyHaveMadeOfTheOthers() {
			PerEventProducerConsumerStage<String, String> stage = (event, from, results) -> {
				results.accept(event + "1");
				handle(event);
				results.accept(event + "2");
			};
			start(stage, options(policy), 4, 0);
			c.subscribeAndAsk(FailurePolicyTests.this.stage, 10);
			dialogue.skip();
			failing.add("b");
			p.send("a", "b", "c");
			assertThat(heard()).containsSubsequence("c <- events [a1, a2]", "c <- events [c1, c2]")
				.noneMatch((line) -> line.contains("b1"));
			retry();
			assertThat(heard()).contains("c <- events [b1, b2]");
		}

	}

	@Nested
	class HandlersOfLists {

		private final List<List<String>> calls = new ArrayList<>();

		private final Set<String> poison = new HashSet<>();

		private void start(FailurePolicy policy, int maxDemand) {
			ConsumerStage<String> consumer = (events, from) -> {
				this.calls.add(events);
				for (String event : events) {
					if (this.poison.contains(event)) {
						throw new IllegalStateException("no " + event);
					}
				}
			};
			FailurePolicyTests.this.start(consumer, options(policy), maxDemand, 0);
		}

		@Test
		void areGivenTheWholeListAgain() {
			start(policy, 4);
			this.poison.add("b");
			p.send("a", "b");
			this.poison.clear();
			retry();
			assertThat(this.calls).containsExactly(List.of("a", "b"), List.of("a", "b"));
			assertThat(stage.status().in()).isEqualTo(2);
		}

		@Test
		void makeSingleLettersOfTheWholeList() {
			start(policy, 3);
			this.poison.add("b");
			p.send("a", "b", "c");
			dialogue.skip();
			p.send("d");
			retry();
			assertThat(stored()).hasSize(3)
				.extracting(DeadLetter::batch)
				.doesNotContainNull()
				.containsOnly(stored().get(0).batch());
			assertThat(stage.status().counts().deadLettered()).isEqualTo(3);
		}

		@Test
		void areHalvedUntilTheCulpritIsKnown() {
			start(policy.withIsolate(true).withOutage(new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(1))), 8);
			this.poison.add("f");
			p.send("a", "b", "c", "d", "e", "f", "g", "h");
			retry();
			assertThat(stored()).singleElement()
				.satisfies((letter) -> assertThat(letters.event(letter.id())).contains("f"));
			assertThat(stage.status().counts()).isEqualTo(new EventCounts(7, 0, 0, 1, 0, 8));
		}

		@Test
		void mayNameWhoIsAtFault() {
			ConsumerStage<String> consumer = (events, from) -> {
				this.calls.add(events);
				if (events.contains("b")) {
					throw BatchFailure.of("b", new IllegalStateException()).othersAccepted();
				}
			};
			FailurePolicyTests.this.start(consumer, options(policy), 3, 0);
			p.send("a", "b", "c");
			assertThat(stage.status().in()).isEqualTo(2);
			retry();
			p.send("d");
			assertThat(this.calls).startsWith(List.of("a", "b", "c"), List.of("b"), List.of("d"));
			assertThat(stored()).hasSize(1);
			assertThat(stage.status().held()).isZero();
		}

		@Test
		void areCalledAgainWithWhatTheyHaveNotNamed() {
			ConsumerStage<String> consumer = (events, from) -> {
				this.calls.add(events);
				if (events.contains("b") && events.size() > 1) {
					throw BatchFailure.of("b", new IllegalStateException());
				}
			};
			FailurePolicyTests.this.start(consumer, options(policy), 3, 0);
			p.send("a", "b", "c");
			retry();
			assertThat(this.calls).containsExactly(List.of("a", "b", "c"), List.of("a", "c"), List.of("b"));
			assertThat(stage.status().in()).isEqualTo(3);
		}

		@Test
		void areGivenABatchAsABatch() {
			ConsumerStage<String> consumer = (events, from) -> {
				assertThat(Batch.<Object, String>of(events).key()).isEqualTo('a');
				this.calls.add(events);
				if (this.calls.size() == 1) {
					throw new IllegalStateException();
				}
			};
			FailurePolicyTests.this.start(consumer,
					options(policy).withBatching(
							Batching.<String>byKey((event) -> event.charAt(0), BatchOptions.defaults().withSize(2))),
					4, 0);
			p.send("a1", "a2");
			retry();
			assertThat(this.calls).containsExactly(List.of("a1", "a2"), List.of("a1", "a2"));
			assertThat(stage.status().in()).isEqualTo(2);
			assertThat(stage.status().held()).isZero();
		}

		private void startOrdered(Map<String, Exception> failures) {
			ConsumerStage<String> consumer = (events, from) -> {
				this.calls.add(events);
				Exception failure = failures.remove(String.join(" ", events));
				if (failure != null) {
					throw failure;
				}
			};
			FailurePolicyTests.this.start(consumer,
					options(policy.withOrder(RetryOrder.byKey((event) -> ((String) event).charAt(0)))
						.withRetries(Retries.fixed(5, Duration.ofSeconds(1)))),
					10, 0);
		}

		@Test
		void keepTheOrderOfAKeyWhileAWholeListWaits() {
			Exception later = new RetryAfterException(Duration.ofSeconds(10));
			startOrdered(new HashMap<>(Map.of("a1", later, "b1 c1", new IllegalStateException())));
			p.send("a1");
			p.send("b1", "c1");
			p.send("a2");
			retry();
			assertThat(this.calls).containsExactly(List.of("a1"), List.of("b1", "c1"), List.of("a1"),
					List.of("b1", "c1"), List.of("a2"));
		}

		@Test
		void keepTheOrderOfAKeyIfTheyNameALaterOne() {
			startOrdered(new HashMap<>(Map.of("a1 a2 b1", BatchFailure.of("a2", new IllegalStateException()))));
			p.send("a1", "a2", "b1");
			retry();
			assertThat(this.calls).containsExactly(List.of("a1", "a2", "b1"), List.of("b1"), List.of("a1"),
					List.of("a2"));
		}

		@Test
		void keepTheOrderOfAKeyIfTheyNameOneAtTheSecondAttempt() {
			Exception one = new IllegalStateException();
			List<Exception> failures = new ArrayList<>(List.of(one, BatchFailure.of("a1", one)));
			ConsumerStage<String> consumer = (events, from) -> {
				this.calls.add(events);
				if (!failures.isEmpty()) {
					throw failures.remove(0);
				}
			};
			FailurePolicyTests.this.start(consumer,
					options(policy.withOrder(RetryOrder.byKey((event) -> ((String) event).charAt(0)))
						.withRetries(Retries.fixed(5, Duration.ofSeconds(1)))),
					10, 0);
			p.send("a1", "b1");
			p.send("a2");
			retry();
			retry();
			assertThat(this.calls).containsExactly(List.of("a1", "b1"), List.of("a1", "b1"), List.of("b1"),
					List.of("a1"), List.of("a2"));
		}

		@Test
		void areHalvedBeforeALaterOneIsHandled() {
			ConsumerStage<String> consumer = (events, from) -> {
				this.calls.add(events);
				if (events.contains("bad")) {
					throw new IllegalStateException();
				}
			};
			FailurePolicyTests.this.start(consumer,
					options(policy.withOrder(RetryOrder.STRICT).withRetries(Retries.NONE).withIsolate(true)), 10, 0);
			p.send("a", "bad");
			p.send("b");
			assertThat(this.calls).containsSubsequence(List.of("a"), List.of("b"));
			assertThat(stored()).hasSize(1);
		}

		@Test
		void waitForAnEarlierOneThatItsDeciderRetriesAfterAll() {
			List<Decision> decisions = new ArrayList<>(
					List.of(Decision.byPolicy(), Decision.retry(Duration.ofSeconds(1))));
			List<Exception> failures = new ArrayList<>(
					List.of(new IllegalStateException(), new IllegalStateException()));
			ConsumerStage<String> consumer = (events, from) -> {
				this.calls.add(events);
				if (!failures.isEmpty()) {
					throw failures.remove(0);
				}
			};
			FailurePolicyTests.this.start(consumer,
					options(policy.withOrder(RetryOrder.STRICT)
						.withRetries(Retries.NONE)
						.withDecider((event, cause, attempts) -> decisions.remove(0))),
					10, 0);
			p.send("a");
			p.send("b");
			assertThat(this.calls).containsExactly(List.of("a"), List.of("a"));
		}

		@Test
		void dontProbeForNothing() {
			List<Exception> failures = new ArrayList<>(
					List.of(new IllegalStateException(), new EventRejectedException("no")));
			ConsumerStage<String> consumer = (events, from) -> {
				if (!failures.isEmpty()) {
					throw failures.remove(0);
				}
			};
			FailurePolicyTests.this.start(consumer,
					options(policy.withOutage(new OutageGuard(1, Duration.ofSeconds(30)))), 10, 0);
			p.send("a");
			dialogue.skip();
			retry();
			assertThat(stored()).hasSize(1);
			assertThat(dialogue.heard()).noneMatch((line) -> line.startsWith("scheduled"));
		}

		@Test
		void cantReportThemselves() {
			ConsumerStage<String> consumer = new ConsumerStage<>() {

				@Override
				public boolean reportsHandled() {
					return true;
				}

				@Override
				public void handleEvents(List<String> events, Subscription from) {
				}

			};
			assertThatIllegalArgumentException().isThrownBy(() -> dialogue.start("t", consumer, options(policy)))
				.withMessageContaining("reports itself what it has handled");
		}

	}

	@Nested
	class EventsInFlight {

		private final List<CompletableFuture<List<String>>> begun = new ArrayList<>();

		private CompletionStage<List<String>> begin(String event) {
			dialogue.journal().note("begin " + event);
			CompletableFuture<List<String>> future = new CompletableFuture<>();
			this.begun.add(future);
			return future;
		}

		@Test
		void areBegunAgainAndKeepTheirOrder() {
			AsyncProducerConsumerStage<String, String> async = (event, from) -> begin(event);
			start(async, options(policy).withInFlight(InFlight.of(2)), 4, 0);
			c.subscribeAndAsk(stage, 10);
			dialogue.skip();
			p.send("a", "b");
			this.begun.get(0).completeExceptionally(new IllegalStateException());
			this.begun.get(1).complete(List.of("b1"));
			assertThat(heard()).containsExactly("begin a", "begin b");
			assertThat(stage.status().held()).as("one to be begun again, one behind it").isEqualTo(2);
			retry();
			this.begun.get(2).complete(List.of("a1"));
			assertThat(heard()).containsSubsequence("begin a", "c <- events [a1]", "c <- events [b1]");
			assertThat(stage.status().in()).isEqualTo(2);
			assertThat(stage.status().held()).isZero();
		}

		@Test
		void areNamedOnceIfTheStageStopsAfterTheirEnd() {
			List<Object> lost = new ArrayList<>();
			dialogue.listen(new StageListener() {

				@Override
				public void onDiscard(StageRef stage, Discard discard) {
					lost.addAll(discard.events());
				}

			});
			AsyncConsumerStage<String> async = (event, from) -> begin(event);
			start(async,
					options(FailurePolicy.defaults()
						.withRetries(Retries.NONE)
						.withOutage(new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(1))))
						.withInFlight(InFlight.of(2)),
					4, 0);
			p.send("a", "b");
			this.begun.get(1).completeExceptionally(new IllegalStateException());
			stage.stop(ExitReason.failure(new IllegalStateException()));
			assertThat(lost).containsExactly("b", "a");
		}

		@Test
		void makeRoomForOneThatDecidesAboutThem() {
			AsyncConsumerStage<String> async = (event, from) -> begin(event);
			start(async, options(policy.withRetries(Retries.NONE)).withInFlight(InFlight.of(1)), 1, 0);
			p.send("a");
			this.begun.get(0).completeExceptionally(new IllegalStateException());
			assertThat(heard()).containsExactly("begin a", "p <- ask 1");
			p.send("b");
			this.begun.get(1).complete(null);
			assertThat(heard()).containsSubsequence("begin b", "begin a");
			this.begun.get(2).completeExceptionally(new IllegalStateException());
			assertThat(stored()).hasSize(1);
			assertThat(stage.status().counts()).isEqualTo(new EventCounts(1, 0, 0, 1, 0, 0));
			assertThat(stage.status().held()).isZero();
		}

		@Test
		void areDecidedWhenNoOtherIsToCome() {
			AsyncConsumerStage<String> async = (event, from) -> begin(event);
			start(async, options(policy.withRetries(Retries.NONE)).withInFlight(InFlight.of(2)), 4, 0);
			p.send("a");
			this.begun.get(0).completeExceptionally(new IllegalStateException());
			p.cancel(ExitReason.NORMAL);
			this.begun.get(1).completeExceptionally(new IllegalStateException());
			assertThat(stored()).hasSize(1);
			assertThat(stage.status().exit()).isEqualTo(ExitReason.NORMAL);
		}

		@Test
		void becomeDeadLettersWhileOthersGoOn() {
			AsyncConsumerStage<String> async = (event, from) -> begin(event);
			start(async,
					options(policy.withRetries(Retries.NONE)
						.withOutage(new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(1))))
						.withInFlight(InFlight.of(2)),
					4, 3);
			p.send("a", "b", "c");
			this.begun.get(0).completeExceptionally(new IllegalStateException());
			this.begun.get(1).complete(List.of());
			assertThat(stored()).hasSize(1);
			assertThat(heard()).contains("begin c");
			this.begun.get(2).complete(List.of());
			assertThat(stage.status().counts()).isEqualTo(new EventCounts(2, 0, 0, 1, 0, 0));
			assertThat(stage.status().held()).isZero();
		}

	}

}
