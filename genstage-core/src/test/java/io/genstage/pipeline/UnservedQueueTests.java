package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.StageContext;
import io.genstage.StageOptions;
import io.genstage.StageSystem;
import io.genstage.Subscription;
import io.genstage.dispatch.Dispatchers;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import io.genstage.source.EventQueue;
import io.genstage.source.QueueClosedException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What an {@link EventQueue} answers when events would be in vain.
 */
@Timeout(60)
class UnservedQueueTests extends PipelineFixture {

	private static final RestartPolicy NEVER = RestartPolicy.never();

	private final EventQueue<Integer> queue = new EventQueue<>(100);

	private final List<Integer> received = new ArrayList<>();

	private boolean broken = true;

	private StageDefinition failing(String name, String producer) {
		return StageDefinition.of(name, (ConsumerStage<Integer>) (events, from) -> {
			if (this.broken) {
				throw new IllegalStateException("broken");
			}
			this.received.addAll(events);
		}).subscribeTo(producer, FEW).withRestarts(NEVER);
	}

	private static StageDefinition passing(String name, String producer) {
		return StageDefinition.of(name, (ProducerConsumerStage<Integer, Integer>) (events, from) -> events)
			.subscribeTo(producer, FEW);
	}

	private Pipeline started(StageDefinition... stages) {
		Pipeline pipeline = pipeline(stages);
		pipeline.start();
		run();
		return pipeline;
	}

	/** Offers what makes stages fail. */
	private void fail() {
		assertThat(this.queue.offer(0)).isTrue();
		run();
	}

	@Nested
	class Refuses {

		@Test
		void whenItsConsumerHasFailedForGood() {
			started(StageDefinition.of("queue", queue()), failing("failing", "queue"));
			fail();
			assertThat(queue().offer(1)).isFalse();
			assertThat(queue().size()).isZero();
		}

		@Test
		void withWhatMadeTheStageFailAsTheCause() {
			started(StageDefinition.of("queue", queue()), failing("failing", "queue"));
			fail();
			assertThatExceptionOfType(QueueClosedException.class).isThrownBy(() -> queue().put(1))
				.withMessage("the queue takes no events: no stage can take them from it any more")
				.withStackTraceContaining("IllegalStateException: broken");
			assertThat(queue().send(1).toCompletableFuture()).failsWithin(Duration.ZERO)
				.withThrowableOfType(ExecutionException.class)
				.havingCause()
				.isInstanceOf(QueueClosedException.class)
				.withCauseInstanceOf(IllegalStateException.class);
		}

		@Test
		void whenAllThatIsBehindItsConsumersHasFailed() {
			started(StageDefinition.of("queue", queue()), passing("left", "queue"), passing("right", "queue"),
					failing("failing", "left").subscribeTo("right", FEW));
			fail();
			assertThat(queue().offer(1)).isFalse();
		}

		@Test
		void whenItsConsumerHasCompleted() {
			started(StageDefinition.of("queue", queue()),
					StageDefinition.of("satisfied", new Satisfied()).subscribeTo("queue", FEW));
			fail();
			assertThat(queue().offer(1)).isFalse();
		}

		@Test
		void whenItIsLimited() {
			started(StageDefinition.of("queue", queue())
				.withOptions(
						StageOptions.defaults().withRate(new RateAccount(RateLimit.of(100, Duration.ofSeconds(1))))),
					failing("failing", "queue"));
			fail();
			assertThat(queue().offer(1)).isFalse();
		}

		@Test
		void whatWasSentAndNotTaken() {
			Pipeline pipeline = started(StageDefinition.of("queue", queue()), failing("failing", "queue"));
			pipeline.pause("queue");
			run();
			pipeline.pause("failing");
			run();
			queue().offer(0);
			CompletionStage<Void> sent = queue().send(1);
			queue().offer(2);
			pipeline.resume("failing");
			pipeline.resume("queue");
			run();
			assertThat(sent.toCompletableFuture().isDone()).isTrue();
			CompletableFuture<Void> late = queue().send(3).toCompletableFuture();
			assertThat(late).isCompletedExceptionally();
		}

		@Test
		void whoWaitsForRoom() throws Exception {
			try (StageSystem threads = StageSystem.create()) {
				EventQueue<Integer> small = new EventQueue<>(1);
				Pipeline pipeline = new Pipeline(PipelineGraph.of(List.of(StageDefinition.of("small", small),
						failing("failing", "small").withAutoStartup(false))), threads);
				pipeline.start();
				small.put(1);
				CompletableFuture<Throwable> refused = new CompletableFuture<>();
				Thread waiting = new Thread(() -> {
					try {
						small.put(2);
						small.put(3);
						small.put(4);
						small.put(5);
						small.put(6);
						small.put(7);
					}
					catch (Throwable ex) {
						refused.complete(ex);
					}
				});
				waiting.start();
				Awaitility.await().until(() -> waiting.getState() == Thread.State.WAITING);
				pipeline.start("failing");
				assertThat(join(refused)).isInstanceOf(QueueClosedException.class)
					.hasCauseInstanceOf(IllegalStateException.class);
			}
		}

	}

	@Nested
	class GoesOnTaking {

		@Test
		void whenSomeOtherStageHasFailed() {
			started(StageDefinition.of("queue", queue())
				.withOptions(StageOptions.defaults().withDispatcher(Dispatchers.broadcast())),
					failing("failing", "queue"), passing("passing", "queue"),
					StageDefinition.of("well", collecting(received())).subscribeTo("passing", FEW));
			fail();
			assertThat(queue().offer(1)).isTrue();
			run();
			assertThat(received()).containsExactly(0, 1);
		}

		@Test
		void whileAConsumerIsBeingRestarted() {
			started(StageDefinition.of("queue", queue()),
					failing("failing", "queue").withRestarts(RestartPolicy.defaults()));
			fail();
			assertThat(queue().offer(1)).isTrue();
		}

		@Test
		void whileItsConsumerIsOnlyStopped() {
			Pipeline pipeline = started(StageDefinition.of("queue", queue()), failing("failing", "queue"));
			pipeline.stop("failing");
			run();
			assertThat(queue().offer(1)).isTrue();
		}

		@Test
		void whenAStageIsStartedAgain() {
			Pipeline pipeline = started(StageDefinition.of("queue", queue()), passing("passing", "queue"),
					failing("failing", "passing"));
			fail();
			assertThat(queue().offer(1)).isFalse();
			UnservedQueueTests.this.broken = false;
			pipeline.restart("failing");
			run();
			assertThat(queue().offer(2)).isTrue();
			run();
			assertThat(received()).containsExactly(2);
		}

		@Test
		void inAnotherPipelineAfterwards() {
			Pipeline pipeline = started(StageDefinition.of("queue", queue()), failing("failing", "queue"));
			fail();
			pipeline.drain(Duration.ofSeconds(1));
			run();
			assertThat(queue().offer(1)).isFalse();
			started(StageDefinition.of("queue", queue()),
					StageDefinition.of("well", collecting(received())).subscribeTo("queue", FEW));
			assertThat(queue().offer(2)).isTrue();
			run();
			assertThat(received()).containsExactly(2);
		}

	}

	private EventQueue<Integer> queue() {
		return this.queue;
	}

	private List<Integer> received() {
		return this.received;
	}

	/**
	 * Wants one event.
	 */
	private static final class Satisfied implements ConsumerStage<Integer> {

		private StageContext context;

		@Override
		public void onStart(StageContext context) {
			this.context = context;
		}

		@Override
		public void handleEvents(List<Integer> events, Subscription from) {
			this.context.complete();
		}

	}

}
