package io.genstage.source;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.simulation.SeededExecutor;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

@Timeout(60)
class EventQueueTests {

	private final SeededExecutor executor = new SeededExecutor(1);

	private final StageSystem system = StageSystem.builder().executor(this.executor).scheduler(this.executor).build();

	private final EventQueue<String> queue = new EventQueue<>(2);

	private final List<String> received = new ArrayList<>();

	private StageRef start() {
		return this.system.start("queue", this.queue);
	}

	private void subscribe(int maxDemand) {
		StageRef consumer = this.system.start("consumer",
				(ConsumerStage<String>) (events, from) -> this.received.addAll(events));
		consumer.subscribeTo(this.system.find("queue").orElseThrow(),
				SubscribeOptions.defaults().withMaxDemand(maxDemand));
		this.executor.runReady();
	}

	@Nested
	class Bounds {

		@Test
		void refusesWhatItHasNoRoomFor() {
			assertThat(queue().offer("a")).isTrue();
			assertThat(queue().offer("b")).isTrue();
			assertThat(queue().offer("c")).isFalse();
			assertThat(queue().size()).isEqualTo(2);
			assertFailed(queue().send("c"), QueueFullException.class);
		}

		@Test
		void hasRoomAgainWhenAConsumerHasTakenSomething() {
			queue().offer("a");
			queue().offer("b");
			start();
			subscribe(1);
			assertThat(queue().offer("c")).isTrue();
			EventQueueTests.this.executor.runReady();
			assertThat(EventQueueTests.this.received).containsExactly("a", "b", "c");
		}

		@Test
		void needsACapacityAndEvents() {
			assertThatIllegalArgumentException().isThrownBy(() -> new EventQueue<>(0))
				.withMessage("capacity must be >= 1, was 0");
			assertThatNullPointerException().isThrownBy(() -> new EventQueue<>(1).offer(null));
		}

		@Test
		void tellsHowManyWait() {
			queue().offer("a");
			assertThat(start().status().backlog()).isEqualTo(1);
		}

	}

	@Nested
	class HandsOn {

		@Test
		void emitsAtOnceWhatIsOwed() {
			start();
			subscribe(3);
			queue().offer("a");
			queue().offer("b");
			EventQueueTests.this.executor.runReady();
			assertThat(EventQueueTests.this.received).containsExactly("a", "b");
			assertThat(queue().size()).isZero();
		}

		@Test
		void confirmsAnEventWhenItIsTaken() {
			start();
			CompletableFuture<Void> sent = queue().send("a").toCompletableFuture();
			EventQueueTests.this.executor.runReady();
			assertThat(sent).isNotDone();
			subscribe(1);
			assertThat(sent).isCompleted();
		}

		@Test
		void keepsItsEventsOverARestart() {
			queue().offer("a");
			start().stop(ExitReason.SHUTDOWN);
			EventQueueTests.this.executor.runReady();
			start();
			subscribe(1);
			assertThat(EventQueueTests.this.received).containsExactly("a");
		}

	}

	@Nested
	class Closes {

		@Test
		void refusesEventsWhenItIsClosed() {
			queue().close();
			assertThat(queue().offer("a")).isFalse();
			assertFailed(queue().send("a"), QueueClosedException.class);
			assertThatExceptionOfType(QueueClosedException.class).isThrownBy(() -> queue().put("a"));
		}

		@Test
		void handsOnWhatItHoldsAndCompletes() {
			StageRef stage = start();
			queue().offer("a");
			queue().offer("b");
			queue().close();
			EventQueueTests.this.executor.runReady();
			assertThat(stage.status().isRunning()).isTrue();
			subscribe(1);
			assertThat(EventQueueTests.this.received).containsExactly("a", "b");
			assertThat(stage.status().exit()).isEqualTo(ExitReason.NORMAL);
		}

		@Test
		void completesAtOnceWhenItIsEmpty() {
			StageRef stage = start();
			queue().close();
			EventQueueTests.this.executor.runReady();
			assertThat(stage.status().exit()).isEqualTo(ExitReason.NORMAL);
		}

		@Test
		void closesWhenItIsDrained() {
			StageRef stage = start();
			queue().offer("a");
			stage.drain();
			EventQueueTests.this.executor.runReady();
			assertThat(queue().offer("b")).isFalse();
			subscribe(1);
			assertThat(EventQueueTests.this.received).containsExactly("a");
			assertThat(stage.status().exit()).isEqualTo(ExitReason.NORMAL);
		}

	}

	@Nested
	class Senders {

		@Test
		void waitForRoomUntilTheQueueCloses() throws InterruptedException {
			queue().offer("a");
			queue().offer("b");
			CompletableFuture<Throwable> refusal = new CompletableFuture<>();
			Thread sender = new Thread(() -> {
				try {
					queue().put("c");
				}
				catch (Exception ex) {
					refusal.complete(ex);
				}
			});
			sender.start();
			queue().close();
			assertThat(refusal.orTimeout(30, TimeUnit.SECONDS).join()).isInstanceOf(QueueClosedException.class);
			sender.join();
			assertThat(queue().size()).isEqualTo(2);
		}

		@Test
		void putInEverythingBetweenThem() throws InterruptedException {
			int perSender = 20_000;
			EventQueue<Integer> line = new EventQueue<>(16);
			CountDownLatch handled = new CountDownLatch(3 * perSender);
			try (StageSystem threads = StageSystem.create()) {
				StageRef stage = threads.start("line", line);
				threads
					.start("reader",
							(ConsumerStage<Integer>) (events, from) -> events.forEach((event) -> handled.countDown()))
					.subscribeTo(stage, SubscribeOptions.defaults().withMaxDemand(10));
				for (int sender = 0; sender < 3; sender++) {
					new Thread(() -> {
						try {
							for (int event = 0; event < perSender; event++) {
								line.put(event);
							}
						}
						catch (InterruptedException ex) {
							Thread.currentThread().interrupt();
						}
					}).start();
				}
				assertThat(handled.await(50, TimeUnit.SECONDS)).isTrue();
				assertThat(stage.status().out()).isEqualTo(3 * perSender);
			}
		}

	}

	private EventQueue<String> queue() {
		return this.queue;
	}

	private static void assertFailed(CompletionStage<Void> sent, Class<? extends Exception> cause) {
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> sent.toCompletableFuture().join())
			.withCauseInstanceOf(cause);
	}

}
