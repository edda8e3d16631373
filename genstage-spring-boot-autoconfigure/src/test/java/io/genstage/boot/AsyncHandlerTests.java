package io.genstage.boot;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

import io.genstage.ConsumerStage;
import io.genstage.Subscription;
import io.genstage.annotation.Batch;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.pipeline.PipelineState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Methods that return before they have done their work.
 */
class AsyncHandlerTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner()
		.withUserConfiguration(Numbers.class)
		.withPropertyValues("spring.aop.proxy-target-class=true");

	@ParameterizedTest
	@ValueSource(classes = { OnMethod.class, OnClass.class, OnSuperclass.class, OnInterface.class, Composed.class,
			ReturningFuture.class, ReturningEvent.class, OnCoreStage.class, OnConsumerBean.class, OnKey.class })
	void areRefusedIfNobodyLearnsWhenItIsDone(Class<?> bean) {
		this.contextRunner.withBean("keeper", bean)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(StageWiringException.class)
				.hasMessageContaining("is @Async, so nobody knows when its work is done: let it return a "
						+ "CompletableFuture, or remove @Async, as stages have threads of their own"));
	}

	@Test
	void areWaitedForByTheirFuture() {
		this.contextRunner.withBean(ReturningCompletableFuture.class).run((context) -> {
			TestContexts.awaitState(context, PipelineState.COMPLETED);
			assertThat(TestContexts.sink(context).events()).containsExactly(1, 2, 3);
		});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync(proxyTargetClass = true)
	static class Numbers {

		@Bean
		@Producer
		List<Integer> numbers() {
			return List.of(1, 2, 3);
		}

	}

	static class OnMethod {

		@Async
		@Consumer(subscribeTo = "numbers")
		void keep(Integer number) {
		}

	}

	@Async
	static class OnClass {

		@Consumer(subscribeTo = "numbers")
		void keep(Integer number) {
		}

	}

	static class OnSuperclass extends OnClass {

	}

	@Async
	interface Keeping {

		void keep(Integer number);

	}

	static class OnInterface implements Keeping {

		@Override
		@Consumer(subscribeTo = "numbers")
		public void keep(Integer number) {
		}

	}

	@Async("applicationTaskExecutor")
	@Retention(RetentionPolicy.RUNTIME)
	@interface InTheBackground {

	}

	static class Composed {

		@InTheBackground
		@Consumer(subscribeTo = "numbers")
		void keep(Integer number) {
		}

	}

	static class ReturningFuture {

		@Async
		@ProducerConsumer(subscribeTo = "numbers")
		Future<Integer> twice(Integer number) {
			return CompletableFuture.completedFuture(2 * number);
		}

	}

	static class ReturningEvent {

		@Async
		@ProducerConsumer(subscribeTo = "numbers")
		Integer twice(Integer number) {
			return 2 * number;
		}

	}

	@Async
	@Consumer(subscribeTo = "numbers")
	static class OnCoreStage implements ConsumerStage<Integer> {

		@Override
		public void handleEvents(List<Integer> numbers, Subscription from) {
		}

	}

	@Consumer(subscribeTo = "numbers")
	static class OnConsumerBean implements java.util.function.Consumer<Integer> {

		@Async
		@Override
		public void accept(Integer number) {
		}

	}

	static class OnKey {

		@Consumer(subscribeTo = "numbers", batch = @Batch(by = "parity"))
		void keep(List<Integer> numbers) {
		}

		@Async
		Object parity(Integer number) {
			return number % 2;
		}

	}

	static class ReturningCompletableFuture {

		private final Sink sink;

		ReturningCompletableFuture(Sink sink) {
			this.sink = sink;
		}

		@Async
		@Consumer(subscribeTo = "numbers")
		CompletableFuture<Void> keep(Integer number) {
			this.sink.add(number);
			return CompletableFuture.completedFuture(null);
		}

	}

}
