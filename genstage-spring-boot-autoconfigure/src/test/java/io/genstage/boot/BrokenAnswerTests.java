package io.genstage.boot;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.genstage.ExitReason;
import io.genstage.StageStatus;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.pipeline.InstanceStatus;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.StageState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Answers of user code that break behind the letters a and b: these are handed on, then
 * the stage fails.
 */
class BrokenAnswerTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner()
		.withUserConfiguration(Keeping.class)
		.withPropertyValues("genstage.defaults.failure.enabled=false", "genstage.defaults.restart.max-restarts=0");

	@ParameterizedTest
	@ValueSource(classes = { FailingFlux.class, FailingFlowPublisher.class, FailingFuture.class, FailingStream.class,
			FailingStreamOnDemand.class, FailingIterable.class, SuppliedIterable.class, SuppliedStream.class,
			FailingBean.class })
	void areHandedOnUpToTheFailure(Class<?> producer) {
		this.contextRunner.withUserConfiguration(producer).run((context) -> {
			TestContexts.awaitState(context, PipelineState.FAILED);
			TestContexts.sink(context).awaitExactly("a", "b");
			assertThat(failureOf("letters", context)).hasMessage("broken");
		});
	}

	@ParameterizedTest
	@ValueSource(
			classes = { ListWithNull.class, ArrayWithNull.class, FutureListWithNull.class, SuppliedListWithNull.class,
					StreamWithNull.class, StreamWithNullOnDemand.class, IteratorWithNull.class, BeanWithNull.class })
	void areHandedOnUpToANullWhosePositionIsNamed(Class<?> producer) {
		this.contextRunner.withUserConfiguration(producer).run((context) -> {
			TestContexts.awaitState(context, PipelineState.FAILED);
			TestContexts.sink(context).awaitExactly("a", "b");
			assertThat(failureOf("letters", context)).hasMessageStartingWith("element 3 ")
				.hasMessageContaining("is null: leave it out for no event");
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { ListToStream.class, ListToFlux.class, ListToListWithNull.class, EventToStream.class,
			EventToFlux.class, EventToListWithNull.class })
	void ofProducerConsumersAreHandedOnToo(Class<?> producerConsumer) {
		this.contextRunner.withUserConfiguration(Numbers.class, producerConsumer).run((context) -> {
			TestContexts.awaitState(context, PipelineState.FAILED);
			assertThat(TestContexts.registry(context).stage("letters").orElseThrow().state())
				.isEqualTo(StageState.FAILED);
			TestContexts.sink(context).awaitExactly("a", "b");
			StageStatus letters = TestContexts.registry(context).stage("letters").orElseThrow().started().orElseThrow();
			assertThat(letters.in()).isZero();
			assertThat(letters.discarded()).isEqualTo(1);
		});
	}

	private static Throwable failureOf(String stage, ApplicationContext context) {
		List<@Nullable ExitReason> causes = TestContexts.registry(context)
			.stage(stage)
			.orElseThrow()
			.instances()
			.stream()
			.map(InstanceStatus::cause)
			.toList();
		assertThat(causes).hasOnlyElementsOfType(ExitReason.Failure.class).hasSize(1);
		return ((ExitReason.Failure) causes.get(0)).cause();
	}

	private static Stream<String> failing() {
		return Stream.of("a", "b", "c").map((letter) -> {
			if (letter.equals("c")) {
				throw new IllegalStateException("broken");
			}
			return letter;
		});
	}

	private static Flux<String> failingLater() {
		return Flux.just("a", "b").concatWith(Flux.error(new IllegalStateException("broken")));
	}

	private static Stream<String> streamWithNull() {
		return Stream.of("a", "b", "c").map((letter) -> letter.equals("c") ? null : letter);
	}

	@Configuration(proxyBeanMethods = false)
	static class Keeping {

		@Bean
		@Consumer(subscribeTo = "letters")
		java.util.function.Consumer<Object> keep(Sink sink) {
			return sink::add;
		}

	}

	static class FailingFlux {

		@Producer
		Flux<String> letters(long demand) {
			return failingLater();
		}

	}

	static class FailingFlowPublisher {

		@Producer
		Flow.Publisher<String> letters(long demand) {
			return JdkFlowAdapter.publisherToFlowPublisher(failingLater());
		}

	}

	static class FailingFuture {

		@Producer
		CompletionStage<Flux<String>> letters(long demand) {
			return CompletableFuture.completedFuture(failingLater());
		}

	}

	static class FailingStream {

		@Producer
		Stream<String> letters() {
			return failing();
		}

	}

	static class FailingStreamOnDemand {

		@Producer
		Stream<String> letters(int demand) {
			return failing();
		}

	}

	static class FailingIterable {

		@Producer
		Iterable<String> letters(int demand) {
			return () -> failing().iterator();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SuppliedIterable {

		@Bean
		@Producer
		Supplier<Iterable<String>> letters() {
			return () -> () -> failing().iterator();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SuppliedStream {

		@Bean
		@Producer
		Supplier<Stream<String>> letters() {
			return BrokenAnswerTests::failing;
		}

	}

	@Producer("letters")
	static class FailingBean implements Iterable<String> {

		@Override
		public Iterator<String> iterator() {
			return failing().iterator();
		}

	}

	static class ListWithNull {

		@Producer
		List<@Nullable String> letters() {
			return Arrays.asList("a", "b", null, "d");
		}

	}

	static class ArrayWithNull {

		@Producer
		@Nullable String[] letters() {
			return new @Nullable String[] { "a", "b", null };
		}

	}

	static class FutureListWithNull {

		@Producer
		CompletionStage<List<@Nullable String>> letters() {
			return CompletableFuture.completedStage(Arrays.asList("a", "b", null));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SuppliedListWithNull {

		@Bean
		@Producer
		Supplier<List<@Nullable String>> letters() {
			return () -> Arrays.asList("a", "b", null);
		}

	}

	static class StreamWithNull {

		@Producer
		Stream<String> letters() {
			return streamWithNull();
		}

	}

	static class StreamWithNullOnDemand {

		@Producer
		Stream<String> letters(long demand) {
			return streamWithNull();
		}

	}

	@Producer("letters")
	static class IteratorWithNull implements Iterable<String> {

		@Override
		public Iterator<String> iterator() {
			return streamWithNull().iterator();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class BeanWithNull {

		@Bean
		@Producer
		List<@Nullable String> letters() {
			return Arrays.asList("a", "b", null);
		}

	}

	static class Numbers {

		@Producer
		Stream<Integer> numbers() {
			return Stream.of(1);
		}

	}

	static class ListToStream {

		@ProducerConsumer(subscribeTo = "numbers")
		Stream<String> letters(List<Integer> numbers) {
			return failing();
		}

	}

	static class ListToFlux {

		@ProducerConsumer(subscribeTo = "numbers")
		Flux<String> letters(List<Integer> numbers) {
			return failingLater();
		}

	}

	static class ListToListWithNull {

		@ProducerConsumer(subscribeTo = "numbers")
		List<@Nullable String> letters(List<Integer> numbers) {
			return Arrays.asList("a", "b", null);
		}

	}

	static class EventToStream {

		@ProducerConsumer(subscribeTo = "numbers")
		Stream<String> letters(int number) {
			return failing();
		}

	}

	static class EventToFlux {

		@ProducerConsumer(subscribeTo = "numbers")
		Flux<String> letters(int number) {
			return failingLater();
		}

	}

	static class EventToListWithNull {

		@ProducerConsumer(subscribeTo = "numbers")
		List<@Nullable String> letters(int number) {
			return Arrays.asList("a", "b", null);
		}

	}

}
