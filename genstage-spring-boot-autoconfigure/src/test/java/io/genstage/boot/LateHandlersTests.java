package io.genstage.boot;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.genstage.Watch;
import io.genstage.annotation.Batch;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Failure;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.boot.actuate.GenStageHealthIndicator;
import io.genstage.pipeline.PipelineState;
import io.genstage.source.EventQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Handlers that take too long are interrupted, or only reported, as settings say.
 */
class LateHandlersTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner()
		.withPropertyValues("genstage.defaults.failure.retry.delay=1ms");

	private final ApplicationContextRunner unstarted = TestContexts.runner()
		.withPropertyValues("genstage.lifecycle.auto-startup=false")
		.withBean(Watched.class);

	@ParameterizedTest
	@ValueSource(classes = { OfOne.class, OfLists.class, OfBatches.class, OfFutures.class, OfReactiveTypes.class,
			InFlight.class })
	void areInterruptedAndTheirEventsHandledAgain(Class<?> handler) {
		this.contextRunner.withBean(Numbers.class)
			.withBean(handler)
			.withPropertyValues("genstage.stages.keep.failure.timeout=50ms",
					"genstage.stages.keep.failure.retry.max-retries=1000")
			.run((context) -> {
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				assertThat(TestContexts.sink(context).events()).containsOnly(0, 1, 2);
				assertThat(TestContexts.registry(context).counts("keep").orElseThrow().retried()).isPositive();
			});
	}

	@Test
	void areShownByHealthAsLongAsTheyGoOn() {
		this.contextRunner.withBean(Numbers.class)
			.withBean(Blocked.class)
			.withPropertyValues("genstage.stages.keep.handle-within=8ms")
			.run((context) -> {
				GenStageHealthIndicator health = new GenStageHealthIndicator(TestContexts.registry(context));
				Awaitility.await().untilAsserted(() -> assertThat(overdue(health)).containsOnlyKeys("keep"));
				assertThat(overdue(health).get("keep")).singleElement().satisfies((one) -> {
					assertThat(one.get("what")).asString().startsWith("a call of its handler has not returned for PT");
					assertThat(one.get("stack")).asString().contains("LateHandlersTests$Blocked.keep");
				});
				assertThat(health.health().getStatus()).isEqualTo(Status.UP);
				context.getBean(Blocked.class).end.countDown();
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				assertThat(health.health().getDetails()).doesNotContainKey("overdue");
			});
	}

	@Test
	void areShownByHealthIfEventsAreNotSettled() {
		this.contextRunner.withUserConfiguration(Settling.class)
			.withPropertyValues("genstage.stages.orders.settle-within=8ms")
			.run((context) -> {
				@SuppressWarnings("unchecked")
				EventQueue<Integer> orders = context.getBean(EventQueue.class);
				CompletionStage<?> settled = orders.deliver(1);
				GenStageHealthIndicator health = new GenStageHealthIndicator(TestContexts.registry(context));
				Awaitility.await().untilAsserted(() -> assertThat(overdue(health)).containsOnlyKeys("orders"));
				assertThat(overdue(health).get("orders")).singleElement()
					.satisfies((one) -> assertThat(one.get("what")).asString()
						.startsWith("1 of its events have not been settled for PT")
						.endsWith("; events are held by keep"));
				context.getBean(Settling.class).future.complete(null);
				settled.toCompletableFuture().join();
				Awaitility.await()
					.untilAsserted(() -> assertThat(health.health().getDetails()).doesNotContainKey("overdue"));
			});
	}

	@SuppressWarnings("unchecked")
	private static Map<String, List<Map<String, Object>>> overdue(GenStageHealthIndicator health) {
		return (Map<String, List<Map<String, Object>>>) health.health().getDetails().getOrDefault("overdue", Map.of());
	}

	@Test
	void areReportedAfterAMinuteAndUnsettledEventsAfterFive() {
		this.unstarted.run((context) -> {
			assertThat(watch(context, "plain")).isEqualTo(new Watch(null, Duration.ofMinutes(5)));
			assertThat(watch(context, "through")).isEqualTo(Watch.defaults());
			assertThat(watch(context, "keep")).isEqualTo(new Watch(Duration.ofMinutes(1), null));
		});
	}

	@Test
	void areReportedWhenTheNearestPlaceSays() {
		this.unstarted
			.withPropertyValues("genstage.defaults.handle-within=2m", "genstage.defaults.settle-within=3m",
					"genstage.stages.through.settle-within=4m", "genstage.stages.keep.handle-within=0s")
			.run((context) -> {
				assertThat(watch(context, "plain")).isEqualTo(new Watch(null, Duration.ofMinutes(3)));
				assertThat(watch(context, "through"))
					.isEqualTo(new Watch(Duration.ofMinutes(2), Duration.ofMinutes(4)));
				assertThat(watch(context, "keep")).isEqualTo(Watch.NONE);
				assertThat(watch(context, "marked")).isEqualTo(new Watch(Duration.ofSeconds(7), null));
				assertThat(watch(context, "source")).isEqualTo(new Watch(null, Duration.ofSeconds(8)));
			});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			keep.handle-within=-1s  | handle-within': must be from 0s to 365d, but is -1s
			keep.settle-within=1m   | settle-within': has no effect on a consumer: remove it
			plain.handle-within=1m  | handle-within': has no effect on a producer: remove it
			plain.settle-within=now | settle-within': must be a time such as 500ms or 2s, from 0s to 365d, but is 'now'
			""")
	void mustHaveASoundLimit(String property, String problem) {
		this.unstarted.withPropertyValues("genstage.stages." + property)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(StageWiringException.class)
				.hasMessageContaining(problem));
	}

	private static Watch watch(ApplicationContext context, String stage) {
		return TestContexts.registry(context).definition(stage).orElseThrow().options().watch();
	}

	static class Watched {

		@Producer
		List<Integer> plain() {
			return List.of();
		}

		@Producer(settleWithin = "8s")
		List<Integer> source() {
			return List.of();
		}

		@ProducerConsumer(subscribeTo = { "plain", "source" })
		Integer through(Integer number) {
			return number;
		}

		@Consumer(subscribeTo = "through")
		void keep(Integer number) {
		}

		@Consumer(subscribeTo = "through", handleWithin = "7s", failure = @Failure(timeout = "9s"))
		void marked(Integer number) {
		}

	}

	static class Numbers {

		@Producer
		Stream<Integer> numbers() {
			return Stream.of(0, 1, 2);
		}

	}

	/** Never returns from its first call, unless it is interrupted. */
	abstract static class Late {

		private final Sink sink;

		private final AtomicInteger calls = new AtomicInteger();

		Late(Sink sink) {
			this.sink = sink;
		}

		final boolean isLate() {
			return this.calls.getAndIncrement() == 0;
		}

		final void store(Object number) {
			this.sink.add(number);
		}

		final void await() throws InterruptedException {
			new CountDownLatch(1).await();
		}

	}

	static class OfOne extends Late {

		OfOne(Sink sink) {
			super(sink);
		}

		@Consumer(subscribeTo = "numbers")
		void keep(Integer number) throws InterruptedException {
			if (isLate()) {
				await();
			}
			store(number);
		}

	}

	static class OfLists extends Late {

		OfLists(Sink sink) {
			super(sink);
		}

		@Consumer(subscribeTo = "numbers")
		void keep(List<Integer> numbers) throws InterruptedException {
			if (isLate()) {
				await();
			}
			numbers.forEach(this::store);
		}

	}

	static class OfBatches extends Late {

		OfBatches(Sink sink) {
			super(sink);
		}

		@Consumer(subscribeTo = "numbers", batch = @Batch(size = 3))
		void keep(List<Integer> numbers) throws InterruptedException {
			if (isLate()) {
				await();
			}
			numbers.forEach(this::store);
		}

	}

	static class OfFutures extends Late {

		OfFutures(Sink sink) {
			super(sink);
		}

		@Consumer(subscribeTo = "numbers")
		CompletionStage<?> keep(Integer number) {
			if (isLate()) {
				return new CompletableFuture<>();
			}
			store(number);
			return CompletableFuture.completedStage(null);
		}

	}

	static class OfReactiveTypes extends Late {

		OfReactiveTypes(Sink sink) {
			super(sink);
		}

		@Consumer(subscribeTo = "numbers")
		Mono<Void> keep(Integer number) {
			return isLate() ? Mono.never() : Mono.fromRunnable(() -> store(number));
		}

	}

	static class InFlight extends Late {

		InFlight(Sink sink) {
			super(sink);
		}

		@Consumer(subscribeTo = "numbers", inFlight = 2)
		CompletionStage<?> keep(Integer number) {
			if (isLate()) {
				return new CompletableFuture<>();
			}
			store(number);
			return CompletableFuture.completedStage(null);
		}

	}

	static class Blocked {

		final CountDownLatch end = new CountDownLatch(1);

		@Consumer(subscribeTo = "numbers")
		void keep(Integer number) throws InterruptedException {
			this.end.await();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Settling {

		final CompletableFuture<Void> future = new CompletableFuture<>();

		@Bean
		@Producer("orders")
		EventQueue<Integer> orders() {
			return new EventQueue<>(10);
		}

		@Consumer(subscribeTo = "orders", inFlight = 2)
		CompletionStage<?> keep(Integer number) {
			return this.future;
		}

	}

}
