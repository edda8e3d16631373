package io.genstage.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.genstage.ConsumerStage;
import io.genstage.PerEventConsumerStage;
import io.genstage.StageOptions;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.Retries;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.StageDefinition;
import io.genstage.source.EventQueue;
import io.genstage.source.Sources;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Systems without a clock.
 */
class TestSystemTests {

	private final EventQueue<String> letters = new EventQueue<>(1000);

	private final List<String> read = new ArrayList<>();

	@Test
	void runsStagesWhenItIsToldTo() {
		try (TestSystem system = new TestSystem()) {
			start(system,
					StageDefinition.of("reader", (ConsumerStage<String>) (events, from) -> this.read.addAll(events)));
			this.letters.offer("a");
			assertThat(this.read).isEmpty();
			system.run();
			assertThat(this.read).containsExactly("a");
		}
	}

	private Pipeline start(TestSystem system, StageDefinition reader) {
		Pipeline pipeline = new Pipeline(
				PipelineGraph.of(List.of(StageDefinition.of("letters", this.letters), reader.subscribeTo("letters"))),
				system.stages());
		pipeline.start();
		return pipeline;
	}

	@Nested
	class AnImmediateOne {

		private final TestSystem system = TestSystem.immediate();

		@Test
		void hasDoneAllThatItCouldWhenACallReturns() {
			start(this.system,
					StageDefinition.of("reader", (ConsumerStage<String>) (events, from) -> read.addAll(events)));
			letters.offer("a");
			assertThat(read).containsExactly("a");
		}

		@Test
		void hasReadAFiniteSourceWhenItHasStarted() {
			Pipeline pipeline = new Pipeline(
					PipelineGraph.of(List.of(StageDefinition.of("letters", Sources.iterable(List.of("a", "b"))),
							StageDefinition.of("reader", (ConsumerStage<String>) (events, from) -> read.addAll(events))
								.subscribeTo("letters"))),
					this.system.stages());
			pipeline.start();
			assertThat(read).containsExactly("a", "b");
			assertThat(pipeline.status().state()).isEqualTo(PipelineState.COMPLETED);
		}

		@Test
		void letsTimePassWhenItIsToldTo() {
			List<String> tried = new ArrayList<>();
			PerEventConsumerStage<String> third = (letter, from) -> {
				tried.add(letter);
				if (tried.size() < 3) {
					throw new IllegalStateException("not yet");
				}
				read.add(letter);
			};
			FailurePolicy hourly = FailurePolicy.defaults().withRetries(Retries.fixed(5, Duration.ofHours(1)));
			start(this.system,
					StageDefinition.of("reader", third).withOptions(StageOptions.defaults().withFailure(hourly)));
			letters.offer("a");
			this.system.advance(Duration.ofMinutes(119));
			assertThat(tried).hasSize(2);
			this.system.advance(Duration.ofMinutes(1));
			assertThat(read).containsExactly("a");
		}

		@Test
		void drainsAtOnce() {
			Pipeline pipeline = start(this.system,
					StageDefinition.of("reader", (ConsumerStage<String>) (events, from) -> read.addAll(events)));
			letters.offer("a");
			assertThat(pipeline.drain(Duration.ofDays(1))).isCompleted();
			assertThat(pipeline.status().state()).isEqualTo(PipelineState.COMPLETED);
		}

		@Test
		void runsOneStageAtATime() {
			AtomicInteger inHand = new AtomicInteger();
			AtomicInteger most = new AtomicInteger();
			AtomicInteger handled = new AtomicInteger();
			PerEventConsumerStage<Integer> counting = (number, from) -> {
				most.accumulateAndGet(inHand.incrementAndGet(), Math::max);
				Thread.yield();
				inHand.decrementAndGet();
				handled.incrementAndGet();
			};
			List<EventQueue<Integer>> queues = IntStream.range(0, 4)
				.mapToObj((number) -> startCounting(number, counting))
				.toList();
			CountDownLatch together = new CountDownLatch(queues.size());
			CompletableFuture.allOf(queues.stream().map((queue) -> CompletableFuture.runAsync(() -> {
				together.countDown();
				awaitUnchecked(together);
				IntStream.range(0, 200).forEach(queue::offer);
			}, (task) -> new Thread(task).start())).toArray(CompletableFuture[]::new)).join();
			assertThat(handled).hasValue(800);
			assertThat(most).hasValue(1);
		}

		private EventQueue<Integer> startCounting(int number, PerEventConsumerStage<Integer> counting) {
			EventQueue<Integer> queue = new EventQueue<>(1000);
			new Pipeline(
					PipelineGraph.of(List.of(StageDefinition.of("queue-" + number, queue),
							StageDefinition.of("counter-" + number, counting).subscribeTo("queue-" + number))),
					this.system.stages())
				.start();
			return queue;
		}

		private static void awaitUnchecked(CountDownLatch latch) {
			try {
				latch.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
