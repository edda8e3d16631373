package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.intake.InFlight;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Stages that begin events and have futures say when they are handled.
 */
class AsyncStageTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final Probe c = this.dialogue.probe("c");

	/** The futures of the events that were begun, in their order. */
	private final List<CompletableFuture<List<String>>> begun = new ArrayList<>();

	private StageRef stage;

	private CompletionStage<List<String>> begin(String event) {
		this.dialogue.journal().note("begin " + event);
		CompletableFuture<List<String>> future = new CompletableFuture<>();
		this.begun.add(future);
		return future;
	}

	private void complete(int index, String... results) {
		this.begun.get(index).complete(List.of(results));
	}

	private List<String> heard() {
		return this.dialogue.heard();
	}

	private static StageOptions inFlight(int limit) {
		return StageOptions.defaults().withInFlight(InFlight.of(limit));
	}

	@Nested
	class Consumers {

		private void start(StageOptions options, int maxDemand, int minDemand) {
			AsyncConsumerStage<String> consumer = (event, from) -> begin(event);
			stage = dialogue.start("s", consumer, options);
			Dialogue.subscribe(stage, p.ref(), maxDemand, minDemand);
			dialogue.skip();
		}

		@Test
		void beginOneEventAtATimeByDefault() {
			start(StageOptions.defaults(), 4, 3);
			p.send("a", "b");
			assertThat(heard()).containsExactly("begin a");
			complete(0);
			assertThat(heard()).containsExactly("p <- ask 1", "begin b");
			complete(1);
			assertThat(heard()).containsExactly("p <- ask 1");
		}

		@Test
		void haveAsManyEventsInFlightAsTheyMay() {
			start(inFlight(2), 4, 0);
			p.send("a", "b", "c");
			assertThat(heard()).containsExactly("begin a", "begin b");
			assertThat(stage.status().in()).isZero();
			assertThat(stage.status().backlog()).isEqualTo(3);
			assertThat(stage.status().held()).isEqualTo(3);
			assertThat(stage.hasWork()).isTrue();
			complete(0);
			assertThat(heard()).containsExactly("begin c");
			complete(1);
			complete(2);
			assertThat(stage.status().in()).isEqualTo(3);
			assertThat(stage.status().held()).isZero();
			assertThat(stage.hasWork()).isFalse();
		}

		@Test
		void finishEventsInTheirOrder() {
			start(inFlight(3), 4, 3);
			p.send("a", "b", "c");
			complete(2);
			complete(1);
			assertThat(stage.status().in()).isZero();
			complete(0);
			assertThat(stage.status().in()).isEqualTo(3);
		}

		@Test
		void finishEventsAsTheyCompleteIfTheyMay() {
			start(StageOptions.defaults().withInFlight(InFlight.of(2).unordered()), 4, 3);
			p.send("a", "b", "c");
			complete(1);
			assertThat(stage.status().in()).isEqualTo(1);
			assertThat(heard()).containsExactly("begin a", "begin b", "p <- ask 1", "begin c");
		}

		@Test
		void goOnWithFuturesThatAreCompleteAtOnce() {
			AsyncConsumerStage<String> consumer = (event, from) -> CompletableFuture.completedStage(event);
			stage = dialogue.start("s", consumer, inFlight(3));
			Dialogue.subscribe(stage, p.ref(), 20_000, 0);
			p.send(Collections.nCopies(20_000, "a").toArray(String[]::new));
			assertThat(stage.status().in()).isEqualTo(20_000);
		}

		@Test
		void failWithTheFirstFutureThatFails() {
			start(inFlight(3), 4, 0);
			p.send("a", "b", "c");
			begun.get(1).completeExceptionally(new IllegalArgumentException("bad event"));
			assertThat(stage.status().isRunning()).as("waits for its turn").isTrue();
			complete(0);
			assertThat(stage.status().exit()).hasToString("failure (java.lang.IllegalArgumentException: bad event)");
			assertThat(stage.status().in()).isEqualTo(1);
			assertThat(stage.status().discarded()).isEqualTo(2);
			assertThat(begun.get(2)).isCancelled();
			assertThat(stage.hasWork()).isFalse();
		}

		@Test
		void failIfTheyThrowOrReturnNoFuture() {
			AsyncConsumerStage<String> throwing = (event, from) -> {
				throw new IllegalArgumentException("bad event");
			};
			stage = dialogue.start("s", throwing, inFlight(3));
			Dialogue.subscribe(stage, p.ref(), 4, 0);
			p.send("a", "b");
			assertThat(stage.status().exit()).isInstanceOf(ExitReason.Failure.class);
			assertThat(stage.status().discarded()).isEqualTo(2);
			AsyncConsumerStage<String> returningNull = (event, from) -> null;
			StageRef other = dialogue.start("t", returningNull);
			Dialogue.subscribe(other, p.ref(), 4, 0);
			p.send("a");
			assertThat(other.status().exit().toString()).contains("stage 't' returned null for an event");
		}

		@Test
		void cancelWhatIsInFlightWhenTheyAreStopped() {
			start(inFlight(3), 4, 0);
			p.send("a", "b");
			complete(1);
			stage.stop(ExitReason.SHUTDOWN);
			assertThat(begun.get(0)).isCancelled();
			assertThat(stage.status().discarded()).isEqualTo(2);
			assertThat(stage.status().held()).isZero();
		}

		@Test
		void areDrainedBehindWhatIsInFlight() {
			start(inFlight(2), 4, 0);
			p.send("a", "b", "c");
			stage.drain();
			complete(0);
			complete(1);
			assertThat(stage.status().isRunning()).isTrue();
			complete(2);
			assertThat(stage.status().exit()).isEqualTo(ExitReason.NORMAL);
			assertThat(stage.status().discarded()).isZero();
		}

		@Test
		void stopForAProducerBehindItsEvents() {
			start(inFlight(1), 4, 0);
			p.send("a", "b");
			p.stop(ExitReason.NORMAL);
			complete(0);
			assertThat(stage.status().isRunning()).isTrue();
			complete(1);
			assertThat(stage.status().exit()).isEqualTo(ExitReason.NORMAL);
			assertThat(stage.status().in()).isEqualTo(2);
		}

		@Test
		void keepToARate() {
			start(inFlight(5).withRate(new RateAccount(RateLimit.of(1, Duration.ofSeconds(1)).withBurst(2))), 4, 0);
			p.send("a", "b");
			complete(0);
			complete(1);
			dialogue.skip();
			assertThat(stage.status().in()).isEqualTo(2);
		}

	}

	@Nested
	class ProducerConsumers {

		private OpenSubscription link;

		private void start(StageOptions options, long demand) {
			AsyncProducerConsumerStage<String, String> both = (event, from) -> begin(event);
			stage = dialogue.start("s", both, options);
			Dialogue.subscribe(stage, p.ref(), 4, 3);
			this.link = c.subscribeAndAsk(stage, demand);
			dialogue.skip();
		}

		@Test
		void emitResultsInTheOrderOfTheirEvents() {
			start(inFlight(3), 10);
			p.send("a", "b", "c");
			dialogue.skip();
			complete(1, "b1", "b2");
			complete(2, "c1");
			assertThat(heard()).isEmpty();
			complete(0);
			assertThat(heard()).containsExactly("p <- ask 1", "c <- events [b1, b2]", "p <- ask 1", "c <- events [c1]",
					"p <- ask 1");
		}

		@Test
		void emitResultsAsTheyCompleteIfTheyMay() {
			start(StageOptions.defaults().withInFlight(InFlight.of(3).unordered()), 10);
			p.send("a", "b");
			dialogue.skip();
			complete(1, "b1");
			assertThat(heard()).containsExactly("c <- events [b1]", "p <- ask 1");
		}

		@Test
		void beginNothingWhileNobodyAsks() {
			start(inFlight(3), 0);
			p.send("a", "b");
			assertThat(heard()).isEmpty();
			Probe.ask(this.link, 1);
			assertThat(heard()).containsExactly("begin a", "begin b");
		}

		@Test
		void emitAllBeforeTheyStopForAProducer() {
			start(inFlight(3), 10);
			p.send("a");
			p.stop(ExitReason.NORMAL);
			dialogue.skip();
			complete(0, "a1");
			assertThat(heard()).containsExactly("c <- events [a1]", "c <- cancelled (down, normal)");
			assertThat(stage.status().exit()).isEqualTo(ExitReason.NORMAL);
		}

		@Test
		void refuseANullAmongResults() {
			start(inFlight(3), 10);
			p.send("a");
			begun.get(0).complete(null);
			assertThat(stage.status().exit().toString()).contains("returned null");
			assertThat(stage.status().discarded()).isEqualTo(1);
		}

	}

	@Test
	void inFlightIsForAsynchronousStagesWithoutBatches() {
		ConsumerStage<String> plain = (events, from) -> {
		};
		assertThatIllegalArgumentException().isThrownBy(() -> this.dialogue.start("s", plain, inFlight(2)))
			.withMessage("stage 's' can't have events in flight, since it is no asynchronous stage: "
					+ "let it be an AsyncConsumerStage or an AsyncProducerConsumerStage");
		AsyncConsumerStage<String> async = (event, from) -> begin(event);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.dialogue.start("s", async,
					StageOptions.defaults().withBatching(Batching.of(BatchOptions.defaults()))))
			.withMessage("stage 's' can't be given batches, since it begins one event after the other");
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> async.handleEvents(List.of(), null));
	}

}
