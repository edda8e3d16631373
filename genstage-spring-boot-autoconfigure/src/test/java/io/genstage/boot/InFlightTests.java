package io.genstage.boot;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.AsyncConsumerStage;
import io.genstage.ConsumerStage;
import io.genstage.annotation.Batch;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.annotation.TaskPerEvent;
import io.genstage.pipeline.PipelineState;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stages whose handlers return what is not complete yet.
 */
class InFlightTests {

	private static final int NUMBERS = 6;

	private final ApplicationContextRunner runner = TestContexts.runner().withUserConfiguration(Numbers.class);

	@ParameterizedTest
	@ValueSource(classes = { Futures.class, Monos.class, Fluxes.class })
	void severalEventsAreInFlightAndKeepTheirOrder(Class<?> handler) {
		this.runner.withUserConfiguration(handler, Keeper.class)
			.withPropertyValues("genstage.stages.ask.in-flight=4")
			.run((context) -> {
				Service service = context.getBean(Service.class);
				service.awaitAsked(1, 2, 3, 4);
				service.answer(4);
				service.answer(2);
				service.answer(1);
				service.awaitAsked(1, 2, 3, 4, 5, 6);
				TestContexts.sink(context).awaitExactly("1", "2");
				IntStream.of(6, 5, 3).forEach(service::answer);
				TestContexts.sink(context).awaitExactly("1", "2", "3", "4", "5", "6");
				TestContexts.awaitState(context, PipelineState.COMPLETED);
			});
	}

	@Test
	void theOrderMayBeThatOfTheirAnswers() {
		this.runner.withUserConfiguration(Futures.class, Keeper.class)
			.withPropertyValues("genstage.stages.ask.in-flight=6", "genstage.stages.ask.in-flight-order=none")
			.run((context) -> {
				Service service = context.getBean(Service.class);
				service.awaitAsked(1, 2, 3, 4, 5, 6);
				IntStream.of(6, 5, 4, 3, 2, 1).forEach(service::answer);
				TestContexts.sink(context).awaitExactly("6", "5", "4", "3", "2", "1");
			});
	}

	@Test
	void oneIsInFlightByDefault() {
		this.runner.withUserConfiguration(Futures.class, Keeper.class).run((context) -> {
			Service service = context.getBean(Service.class);
			service.awaitAsked(1);
			service.answer(1);
			service.awaitAsked(1, 2);
			IntStream.rangeClosed(2, NUMBERS).forEach(service::answer);
			TestContexts.awaitState(context, PipelineState.COMPLETED);
		});
	}

	@Test
	void aFutureThatFailsFailsTheStageAndCancelsTheOthers() {
		this.runner.withUserConfiguration(Futures.class, Keeper.class)
			.withPropertyValues("genstage.defaults.failure.enabled=false", "genstage.stages.ask.in-flight=3",
					"genstage.stages.ask.restart.max-restarts=0")
			.run((context) -> {
				Service service = context.getBean(Service.class);
				service.awaitAsked(1, 2, 3);
				service.answers.get(1).completeExceptionally(new IllegalStateException("planted"));
				TestContexts.awaitState(context, PipelineState.FAILED);
				assertThat(service.answers.get(2)).isCancelled();
				assertThat(service.answers.get(3)).isCancelled();
			});
	}

	@Test
	void aStreamThatIsNotWaitedForIsCancelled() {
		this.runner.withUserConfiguration(Monos.class, Keeper.class)
			.withPropertyValues("genstage.stages.ask.in-flight=3", "genstage.lifecycle.drain-timeout=0s")
			.run((context) -> {
				Service service = context.getBean(Service.class);
				service.awaitAsked(1, 2, 3);
				context.close();
				assertThat(service.answers.get(1)).isCancelled();
			});
	}

	@Test
	void aBeanMayBeAnAsynchronousStage() {
		this.runner.withUserConfiguration(AsyncBean.class)
			.withPropertyValues("genstage.stages.ask.in-flight=2")
			.run((context) -> {
				Service service = context.getBean(Service.class);
				service.awaitAsked(1, 2);
				IntStream.rangeClosed(1, NUMBERS).forEach(service::answer);
				TestContexts.awaitState(context, PipelineState.COMPLETED);
			});
	}

	@Test
	void aHandlerThatHasNothingInFlightIsRefused() {
		assertRefused(Blocking.class,
				"what it returns is complete at once, so nothing would be in flight: let it return a CompletionStage");
		assertRefused(Several.class, "it takes several events at once, but has 'in-flight': let it take one event");
		assertRefused(WithTasks.class, "has no effect on tasks for each event");
		assertRefused(WithBatch.class, "but has 'in-flight'");
		assertRefused(Plain.class, "it handles its events itself, so they can't be in flight one by one");
	}

	private void assertRefused(Class<?> handler, String message) {
		this.runner.withUserConfiguration(handler)
			.withPropertyValues("genstage.stages.ask.in-flight=3")
			.run((context) -> assertThat(context.getStartupFailure()).hasStackTraceContaining(message));
	}

	@Test
	void anOrderAloneAndImpossibleNumbersAreRefused() {
		this.runner.withUserConfiguration(Futures.class, Keeper.class)
			.withPropertyValues("genstage.stages.ask.in-flight-order=none")
			.run((context) -> assertThat(context.getStartupFailure())
				.hasStackTraceContaining("has no effect without 'in-flight'"));
		this.runner.withUserConfiguration(Futures.class, Keeper.class)
			.withPropertyValues("genstage.stages.ask.in-flight=10001")
			.run((context) -> assertThat(context.getStartupFailure())
				.hasStackTraceContaining("must be from 1 to 10000, but is 10001"));
	}

	/**
	 * Answers each number when the test wants so.
	 */
	static class Service {

		private final Map<Integer, CompletableFuture<String>> answers = new ConcurrentHashMap<>();

		CompletionStage<String> ask(int number) {
			return this.answers.computeIfAbsent(number, (asked) -> new CompletableFuture<>());
		}

		void answer(int number) {
			Awaitility.await().until(() -> this.answers.containsKey(number));
			this.answers.get(number).complete(String.valueOf(number));
		}

		void awaitAsked(Integer... numbers) {
			Awaitility.await()
				.untilAsserted(() -> assertThat(this.answers.keySet()).containsExactlyInAnyOrder(numbers));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Numbers {

		@Bean
		Service service() {
			return new Service();
		}

		@Producer
		Stream<Integer> numbers() {
			return IntStream.rangeClosed(1, NUMBERS).boxed();
		}

	}

	record Keeper(Sink sink) {

		@Consumer(subscribeTo = "ask")
		void keep(String answer) {
			this.sink.add(answer);
		}

	}

	record Futures(Service service) {

		@ProducerConsumer(subscribeTo = "numbers")
		CompletionStage<String> ask(Integer number) {
			return this.service.ask(number);
		}

	}

	record Monos(Service service) {

		@ProducerConsumer(subscribeTo = "numbers")
		Mono<String> ask(Integer number) {
			return Mono.fromCompletionStage(() -> this.service.ask(number));
		}

	}

	record Fluxes(Service service) {

		@ProducerConsumer(subscribeTo = "numbers")
		Flux<String> ask(Integer number) {
			return Mono.fromCompletionStage(() -> this.service.ask(number)).flux();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AsyncBean {

		@Bean
		@Consumer(subscribeTo = "numbers")
		AsyncConsumerStage<Integer> ask(Service service) {
			return (number, from) -> service.ask(number);
		}

	}

	static class Blocking {

		@Consumer(subscribeTo = "numbers")
		void ask(Integer number) {
		}

	}

	static class Several {

		@Consumer(subscribeTo = "numbers")
		CompletionStage<Void> ask(List<Integer> numbers) {
			return CompletableFuture.completedStage(null);
		}

	}

	static class WithTasks {

		@Consumer(subscribeTo = "numbers", taskPerEvent = @TaskPerEvent)
		CompletionStage<Void> ask(Integer number) {
			return CompletableFuture.completedStage(null);
		}

	}

	static class WithBatch {

		@Consumer(subscribeTo = "numbers", batch = @Batch(size = 3))
		CompletionStage<Void> ask(List<Integer> numbers) {
			return CompletableFuture.completedStage(null);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Plain {

		@Bean
		@Consumer(subscribeTo = "numbers")
		ConsumerStage<Integer> ask() {
			return (numbers, from) -> {
			};
		}

	}

}
