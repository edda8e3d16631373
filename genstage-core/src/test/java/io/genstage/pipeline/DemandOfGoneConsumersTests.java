package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.ConsumerStage;
import io.genstage.LogCapture;
import io.genstage.ProducerStage;
import io.genstage.StageOptions;
import io.genstage.SubscribeOptions;
import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.PartitionOptions;
import io.genstage.flow.Flows;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import io.genstage.source.EventQueue;
import io.genstage.source.Sources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * A source emits nothing for a consumer that has gone, however much that had asked for.
 */
class DemandOfGoneConsumersTests extends PipelineFixture {

	private static final SubscribeOptions MUCH = SubscribeOptions.defaults().withMaxDemand(100_000);

	private static final RestartPolicy ONE_SECOND_LATER = RestartPolicy.defaults()
		.withBackOff(Duration.ofSeconds(1), 1, Duration.ofSeconds(1));

	private static final int CAPACITY = 100;

	@RegisterExtension
	private final LogCapture log = new LogCapture();

	private final List<Integer> handled = new ArrayList<>();

	static Stream<Arguments> dispatchers() {
		return Stream
			.of(arguments("demand", Dispatchers.demand()), arguments("broadcast", Dispatchers.broadcast()), arguments(
					"partition",
					Dispatchers.partition(PartitionOptions.<Integer>ofNames(numbersUpTo(4), (number) -> number % 4))));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("dispatchers")
	void boundsAQueueWhileItsConsumerIsAway(String name, DispatcherFactory<?> dispatcher) {
		EventQueue<Integer> queue = new EventQueue<>(CAPACITY);
		Pipeline pipeline = pipeline(
				StageDefinition.of("source", queue).withOptions(StageOptions.defaults().withDispatcher(dispatcher)),
				flaky());
		pipeline.start();
		run();
		int accepted = offer(queue, 30_000);
		assertThat(stage(pipeline, "flaky").state()).isEqualTo(StageState.RESTARTING);
		assertThat(accepted)
			.isEqualTo((int) (numbers(pipeline, "flaky").in() + numbers(pipeline, "flaky").discarded() + CAPACITY));
		assertThat(queue.size()).isEqualTo(CAPACITY);
		this.executor.advance(Duration.ofSeconds(1));
		accepted += offer(queue, 30_000);
		assertThat(numbers(pipeline, "source").discarded()).isZero();
		assertThat(numbers(pipeline, "flaky").in() + numbers(pipeline, "flaky").discarded()).isEqualTo(accepted);
		assertThat(this.handled).doesNotHaveDuplicates().contains(29_999);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("dispatchers")
	void boundsAQueueBehindAConsumerThatHasFailedForGood(String name, DispatcherFactory<?> dispatcher) {
		EventQueue<Integer> queue = new EventQueue<>(CAPACITY);
		Pipeline pipeline = pipeline(
				StageDefinition.of("source", queue).withOptions(StageOptions.defaults().withDispatcher(dispatcher)),
				flaky().withRestarts(RestartPolicy.never()));
		pipeline.start();
		run();
		int accepted = offer(queue, 30_000);
		assertThat(stage(pipeline, "flaky").state()).isEqualTo(StageState.FAILED);
		assertThat(numbers(pipeline, "source").discarded()).isZero();
		assertThat(numbers(pipeline, "source").buffered()).isZero();
		assertThat(numbers(pipeline, "flaky").in() + numbers(pipeline, "flaky").discarded() + queue.size())
			.isEqualTo(accepted);
	}

	@Test
	void boundsAQueueWhileOneOfItsConsumersHoldsTheOthersUp() {
		EventQueue<Integer> queue = new EventQueue<>(CAPACITY);
		Pipeline pipeline = pipeline(
				StageDefinition.of("source", queue)
					.withOptions(StageOptions.defaults().withDispatcher(Dispatchers.broadcast())),
				flaky(), StageDefinition.of("well", (ConsumerStage<Integer>) (events, from) -> {
				}).subscribeTo("source", MUCH));
		pipeline.start();
		run();
		int accepted = offer(queue, 30_000);
		assertThat(accepted).isEqualTo((int) numbers(pipeline, "source").out() + CAPACITY);
		assertThat(numbers(pipeline, "source").buffered()).isZero();
		this.executor.advance(Duration.ofSeconds(1));
		assertThat(numbers(pipeline, "well").in()).isEqualTo(accepted);
		assertThat(numbers(pipeline, "source").discarded()).isZero();
	}

	@Test
	void asksAgainForWhatWasTakenBackOnlyOnce() {
		EventQueue<Integer> queue = new EventQueue<>(CAPACITY);
		Pipeline pipeline = pipeline(StageDefinition.of("source", queue),
				StageDefinition.of("a", collecting(this.handled)).subscribeTo("source", FEW),
				StageDefinition.of("b", collecting(this.handled)).subscribeTo("source", FEW));
		pipeline.start();
		run();
		pipeline.stop("b");
		run();
		assertThat(numbers(pipeline, "source").demand()).isEqualTo(4);
		pipeline.stop("a");
		run();
		offer(queue, 30);
		assertThat(queue.size()).isEqualTo(30);
		pipeline.start("a");
		pipeline.start("b");
		run();
		assertThat(this.handled).containsExactlyInAnyOrderElementsOf(numbersUpTo(30));
	}

	@Test
	void leavesEventsOfASupplyWhereTheyAre() {
		int[] next = { 0 };
		boolean[] pausing = { true };
		assertNothingDiscardedBy(Sources.polling((limit) -> {
			pausing[0] = !pausing[0];
			int end = pausing[0] ? next[0] : Math.min(next[0] + Math.min(limit, 1000), 60_000);
			List<Integer> numbers = IntStream.range(next[0], end).boxed().toList();
			next[0] = end;
			return numbers;
		}, Duration.ofMillis(1), Duration.ofMillis(1)));
	}

	@Test
	void leavesEventsOfAPublisherWhereTheyAre() {
		assertNothingDiscardedBy(Flows.producer(new CountingPublisher(60_000), 500));
	}

	@Test
	void leavesEventsOfALimitedQueueInTheQueue() {
		EventQueue<Integer> queue = new EventQueue<>(60_000);
		numbersUpTo(60_000).forEach(queue::offer);
		assertNothingDiscardedBy(StageDefinition.of("source", queue)
			.withOptions(
					StageOptions.defaults().withRate(new RateAccount(RateLimit.of(40_000, Duration.ofSeconds(1))))));
	}

	private void assertNothingDiscardedBy(ProducerStage<Integer> source) {
		assertNothingDiscardedBy(StageDefinition.of("source", source));
	}

	private void assertNothingDiscardedBy(StageDefinition source) {
		Pipeline pipeline = pipeline(source, flaky());
		pipeline.start();
		this.executor.advance(Duration.ofMillis(900));
		assertThat(stage(pipeline, "flaky").state()).isEqualTo(StageState.RESTARTING);
		assertThat(numbers(pipeline, "source").buffered()).isLessThanOrEqualTo(10_000);
		assertThat(numbers(pipeline, "source").discarded()).isZero();
		this.executor.advance(Duration.ofSeconds(60));
		assertThat(numbers(pipeline, "source").discarded()).isZero();
		assertThat(numbers(pipeline, "flaky").in() + numbers(pipeline, "flaky").discarded())
			.isEqualTo(numbers(pipeline, "source").out());
	}

	/** Offers numbers until the queue refuses for good, and returns how many it took. */
	private int offer(EventQueue<Integer> queue, int numbers) {
		int accepted = 0;
		for (int number = 0; number < numbers; number++) {
			if (queue.offer(this.offered)) {
				accepted++;
				this.offered++;
			}
			if (number % 10 == 0) {
				run();
			}
		}
		run();
		return accepted;
	}

	private int offered;

	/** Fails once, at the fiftieth event or a later one. */
	private StageDefinition flaky() {
		boolean[] failed = { false };
		return StageDefinition.of("flaky", (ConsumerStage<Integer>) (events, from) -> {
			if (!failed[0] && this.handled.size() + events.size() >= 50) {
				failed[0] = true;
				throw new IllegalStateException("broken");
			}
			this.handled.addAll(events);
		}).subscribeTo("source", MUCH).withRestarts(ONE_SECOND_LATER);
	}

	/**
	 * Sends numbers at once when they are requested.
	 */
	private record CountingPublisher(int end) implements Flow.Publisher<Integer> {

		@Override
		public void subscribe(Flow.Subscriber<? super Integer> subscriber) {
			subscriber.onSubscribe(new Flow.Subscription() {

				private int next;

				@Override
				public void request(long demand) {
					for (long i = 0; i < demand && this.next < CountingPublisher.this.end; i++) {
						subscriber.onNext(this.next++);
					}
				}

				@Override
				public void cancel() {
					this.next = CountingPublisher.this.end;
				}

			});
		}

	}

}
