package io.genstage.source;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.genstage.AsyncConsumerStage;
import io.genstage.ExitReason;
import io.genstage.PerEventConsumerStage;
import io.genstage.PerEventProducerConsumerStage;
import io.genstage.Stage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.delivery.Outcome;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.FailurePolicy.Then;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.Retries;
import io.genstage.intake.InFlight;
import io.genstage.simulation.SeededExecutor;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Senders that wait for the end of the pipeline.
 */
@Timeout(60)
class EventQueueDeliveryTests {

	private final SeededExecutor executor = new SeededExecutor(1);

	private final StageSystem system = StageSystem.builder().executor(this.executor).scheduler(this.executor).build();

	private final EventQueue<String> queue = new EventQueue<>(2);

	private final List<String> handled = new ArrayList<>();

	/** The work of the last stage. */
	private final List<CompletableFuture<Void>> open = new ArrayList<>();

	private final StageRef line = this.system.start("queue", this.queue);

	private StageRef consumer(String name, Stage stage, StageRef producer, StageOptions options) {
		StageRef consumer = this.system.start(name, stage, options);
		consumer.subscribeTo(producer, SubscribeOptions.defaults().withMaxDemand(10));
		this.executor.runReady();
		return consumer;
	}

	private AsyncConsumerStage<String> slow() {
		return (event, from) -> {
			this.handled.add(event);
			this.open.add(new CompletableFuture<>());
			return this.open.get(this.open.size() - 1);
		};
	}

	private PerEventConsumerStage<String> failing() {
		return (event, from) -> {
			if (event.startsWith("bad")) {
				throw new IllegalStateException("no " + event);
			}
			this.handled.add(event);
		};
	}

	private static StageOptions inFlight() {
		return StageOptions.defaults().withInFlight(InFlight.of(4));
	}

	private static StageOptions policy(Then then) {
		return StageOptions.defaults()
			.withFailure(FailurePolicy.defaults()
				.withRetries(Retries.fixed(0, Duration.ofSeconds(1)))
				.withOutage(new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(1)))
				.withThen(then));
	}

	private CompletableFuture<Outcome> deliver(String event) {
		CompletableFuture<Outcome> settled = this.queue.deliver(event).toCompletableFuture();
		this.executor.runReady();
		return settled;
	}

	private void finish(int place) {
		this.open.get(place).complete(null);
		this.executor.runReady();
	}

	private static Throwable failure(CompletableFuture<?> failed) {
		assertThat(failed).isCompletedExceptionally();
		return failed.handle((value, failure) -> failure).join();
	}

	@Nested
	class Hear {

		@Test
		void whenAllThatWasMadeOfTheEventIsSettled() {
			PerEventProducerConsumerStage<String, String> twice = (event, from, results) -> {
				results.accept(event + "1");
				results.accept(event + "2");
			};
			StageRef middle = consumer("twice", twice, line, StageOptions.defaults());
			consumer("slow", slow(), middle, inFlight());
			CompletableFuture<Outcome> settled = deliver("a");
			assertThat(handled).containsExactly("a1", "a2");
			finish(1);
			assertThat(settled).isNotDone();
			finish(0);
			assertThat(settled).isCompletedWithValue(Outcome.ACCEPTED);
		}

		@Test
		void thatAFilteredEventIsAccepted() {
			PerEventProducerConsumerStage<String, String> none = (event, from, results) -> {
			};
			StageRef middle = consumer("none", none, line, StageOptions.defaults());
			consumer("slow", slow(), middle, inFlight());
			assertThat(deliver("a")).isCompletedWithValue(Outcome.ACCEPTED);
		}

		@Test
		void thatAnEventWasSkipped() {
			consumer("failing", failing(), line, policy(Then.SKIP));
			assertThat(deliver("bad")).isCompletedWithValue(Outcome.SKIPPED);
		}

		@Test
		void thatAnEventHasFailedAndWhy() {
			consumer("failing", failing(), line, policy(Then.FAIL));
			CompletableFuture<Outcome> bad = deliver("bad");
			assertThat(failure(bad)).isInstanceOf(DeliveryFailedException.class)
				.hasMessageStartingWith("the event has failed: ")
				.cause()
				.hasMessage("no bad");
			assertThat(deliver("good")).isCompletedWithValue(Outcome.ACCEPTED);
		}

		@Test
		void thatAStageHasLostTheEvent() {
			StageRef consumer = consumer("slow", slow(), line, StageOptions.defaults());
			CompletableFuture<Outcome> inHand = deliver("a");
			CompletableFuture<Outcome> held = deliver("b");
			consumer.stop(ExitReason.SHUTDOWN);
			executor.runReady();
			assertThat(failure(inHand)).isInstanceOf(DeliveryFailedException.class);
			assertThat(failure(held)).isInstanceOf(DeliveryFailedException.class);
		}

		@Test
		void thatTheQueueStopsBeforeItHandsTheEventOn() {
			CompletableFuture<Outcome> waiting = deliver("a");
			queue.offer("b");
			line.stop(ExitReason.SHUTDOWN);
			executor.runReady();
			assertThat(failure(waiting)).isInstanceOf(QueueClosedException.class);
			assertThat(queue.size()).as("what nobody waits for stays").isOne();
		}

		@Test
		void thatTheQueueTakesNoMore() {
			CompletableFuture<Outcome> first = deliver("a");
			deliver("b");
			assertThat(failure(deliver("c"))).isInstanceOf(QueueFullException.class);
			queue.close();
			assertThat(failure(deliver("c"))).isInstanceOf(QueueClosedException.class);
			assertThat(first).isNotDone();
			assertThatNullPointerException().isThrownBy(() -> queue.deliver(null));
		}

		@Test
		void whatHasBecomeOfTheirEventAlsoWhenTheQueueHasCompleted() {
			consumer("slow", slow(), line, StageOptions.defaults());
			CompletableFuture<Outcome> settled = deliver("a");
			queue.close();
			executor.runReady();
			assertThat(system.find("queue")).isEmpty();
			assertThat(settled).isNotDone();
			finish(0);
			assertThat(settled).isCompletedWithValue(Outcome.ACCEPTED);
		}

		@Test
		void nothingWithinAHandlerOrACallOfTheirs() {
			boolean[] inHandler = new boolean[1];
			PerEventConsumerStage<String> stage = (event, from) -> {
				inHandler[0] = true;
				if (event.equals("a")) {
					deliver("within");
				}
				inHandler[0] = false;
			};
			consumer("stage", stage, line, StageOptions.defaults());
			List<Optional<StageRef>> contexts = new ArrayList<>();
			CompletionStage<Outcome> settled = queue.deliver("b");
			settled.thenRun(() -> {
				contexts.add(StageRef.current());
				assertThat(inHandler[0]).isFalse();
			});
			assertThat(contexts).isEmpty();
			executor.runReady();
			assertThat(contexts).containsExactly(Optional.empty());
		}

	}

	@Test
	void aSystemThatClosesLeavesNoSenderWaiting() throws InterruptedException {
		EventQueue<String> orders = new EventQueue<>(10);
		CountDownLatch begun = new CountDownLatch(1);
		List<CompletableFuture<Outcome>> settled = new ArrayList<>();
		try (StageSystem threads = StageSystem.create()) {
			StageRef producer = threads.start("orders", orders);
			AsyncConsumerStage<String> never = (event, from) -> {
				begun.countDown();
				return new CompletableFuture<>();
			};
			threads.start("never", never).subscribeTo(producer, SubscribeOptions.defaults().withMaxDemand(2));
			for (String event : List.of("in hand", "held", "waiting")) {
				settled.add(orders.deliver(event).toCompletableFuture());
			}
			assertThat(begun.await(50, TimeUnit.SECONDS)).isTrue();
		}
		for (CompletableFuture<Outcome> each : settled) {
			assertThatExceptionOfType(CompletionException.class)
				.isThrownBy(() -> each.orTimeout(50, TimeUnit.SECONDS).join())
				.satisfies((failure) -> assertThat(failure.getCause()).isInstanceOfAny(DeliveryFailedException.class,
						QueueClosedException.class));
		}
	}

	@Nested
	class TwoPipelines {

		private final EventQueue<String> second = new EventQueue<>(10);

		private final StageRef secondLine = system.start("second", this.second);

		@Test
		void areOneForASender() {
			AsyncConsumerStage<String> sendOn = (event, from) -> this.second.deliver(event + "!");
			consumer("send on", sendOn, line, inFlight());
			consumer("slow", slow(), this.secondLine, inFlight());
			CompletableFuture<Outcome> settled = deliver("a");
			assertThat(handled).containsExactly("a!");
			assertThat(settled).isNotDone();
			finish(0);
			assertThat(settled).isCompletedWithValue(Outcome.ACCEPTED);
		}

		@Test
		void haveTheWorseOutcomeTogether() {
			AsyncConsumerStage<String> sendOn = (event, from) -> this.second.deliver(event);
			consumer("send on", sendOn, line, policy(Then.FAIL));
			consumer("failing", failing(), this.secondLine, policy(Then.SKIP));
			CompletableFuture<Outcome> bad = deliver("bad");
			CompletableFuture<Outcome> good = deliver("good");
			assertThat(good).isCompletedWithValue(Outcome.ACCEPTED);
			assertThat(bad).isCompletedWithValue(Outcome.SKIPPED);
		}

		@Test
		void failTogetherIfTheOutcomeSaysSo() {
			AsyncConsumerStage<String> failed = (event, from) -> CompletableFuture.completedFuture(Outcome.FAILED);
			consumer("failed", failed, line, policy(Then.FAIL));
			assertThat(failure(deliver("a"))).rootCause().hasMessageContaining("whose outcome is that of this one");
		}

		@Test
		void failTogether() {
			AsyncConsumerStage<String> sendOn = (event, from) -> this.second.deliver(event);
			consumer("send on", sendOn, line, policy(Then.FAIL));
			consumer("failing", failing(), this.secondLine, policy(Then.FAIL));
			CompletableFuture<Outcome> good = deliver("good");
			CompletableFuture<Outcome> bad = deliver("bad");
			assertThat(good).isCompletedWithValue(Outcome.ACCEPTED);
			assertThat(failure(bad)).rootCause().hasMessage("no bad");
		}

	}

	@Nested
	class AStage {

		private final List<Throwable> refusals = new ArrayList<>();

		@Test
		void mustNotWaitForItsOwnPipeline() {
			PerEventConsumerStage<String> waiting = (event, from) -> {
				if (event.equals("b")) {
					return;
				}
				try {
					queue.deliver("b").toCompletableFuture().get(50, TimeUnit.SECONDS);
				}
				catch (IllegalStateException refusal) {
					this.refusals.add(refusal);
				}
			};
			PerEventProducerConsumerStage<String, String> same = (event, from, results) -> results.accept(event);
			StageRef middle = consumer("same", same, line, StageOptions.defaults());
			consumer("waiting", waiting, middle, policy(Then.SKIP));
			queue.offer("a");
			executor.runReady();
			assertThat(this.refusals).first()
				.extracting(Throwable::getMessage)
				.asString()
				.startsWith("stage 'waiting' must not wait for what can't happen before its callback returns");
		}

		@Test
		void mustNotFinishItsEventWithOneOfItsOwnPipeline() {
			AsyncConsumerStage<String> following = (event, from) -> {
				if (event.equals("b")) {
					return CompletableFuture.completedFuture(null);
				}
				return queue.deliver("b").thenApply(Outcome::isDone);
			};
			consumer("following", following, line, policy(Then.FAIL).withInFlight(InFlight.of(1)));
			assertThat(failure(deliver("a"))).cause()
				.hasMessageStartingWith(
						"stage 'following' must not return what can't happen before its event is finished");
		}

	}

}
