package io.genstage.boot;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.pipeline.PipelineState;
import io.genstage.source.EventQueue;
import io.genstage.source.Sources;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stages that are {@code @Bean} methods.
 */
class AnnotatedBeanMethodTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner();

	@Test
	void makeStagesOfTheCoreInterfaces() {
		this.contextRunner.withUserConfiguration(CoreStages.class)
			.run((context) -> TestContexts.sink(context).awaitExactly(10, 20));
	}

	@Test
	void areNamedByTheAnnotationOrElseAsTheBean() {
		this.contextRunner.withUserConfiguration(CoreStages.class).run((context) -> {
			assertThat(TestContexts.registry(context).stage("ones")).isPresent();
			assertThat(TestContexts.registry(context).stage("tens")).isPresent();
			assertThat(TestContexts.registry(context).stage("keeping")).isPresent();
		});
	}

	@Nested
	class OfAProducer {

		private final ApplicationContextRunner contextRunner = AnnotatedBeanMethodTests.this.contextRunner
			.withUserConfiguration(Keeping.class);

		@Test
		void makeAnIterableFinite() {
			this.contextRunner.withUserConfiguration(AnIterable.class).run((context) -> {
				TestContexts.sink(context).awaitExactly(1, 2);
				TestContexts.awaitState(context, PipelineState.COMPLETED);
			});
		}

		@Test
		void makeAStreamFiniteAndCloseIt() {
			this.contextRunner.withUserConfiguration(AStream.class).run((context) -> {
				TestContexts.sink(context).awaitExactly(1, 2);
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				assertThat(context.getBean(AtomicBoolean.class)).isTrue();
			});
		}

		@Test
		void makeAPrimitiveStreamFinite() {
			this.contextRunner.withUserConfiguration(AnIntStream.class)
				.run((context) -> TestContexts.sink(context).awaitExactly(1, 2));
		}

		@Test
		void askASupplierAgainAfterItHadNothing() {
			this.contextRunner.withUserConfiguration(ASupplier.class)
				.run((context) -> TestContexts.sink(context).awaitExactly("a", "b", "c"));
		}

		@Test
		void askASupplierOfStreamsOnce() {
			this.contextRunner.withUserConfiguration(ASupplierOfStreams.class).run((context) -> {
				TestContexts.sink(context).awaitExactly("a", "b");
				TestContexts.awaitState(context, PipelineState.COMPLETED);
			});
		}

		@Test
		void takeTheEventsOfAQueueWheneverTheyCome() {
			this.contextRunner.withUserConfiguration(AQueue.class).run((context) -> {
				EventQueue<?> queue = context.getBean(EventQueue.class);
				assertThat(context.getBean(AQueue.class).events.offer("a")).isTrue();
				TestContexts.sink(context).awaitExactly("a");
				assertThat(context.getBean(AQueue.class).events.offer("b")).isTrue();
				TestContexts.sink(context).awaitExactly("a", "b");
				assertThat(queue.size()).isZero();
			});
		}

	}

	@Nested
	class OfAFunctionOrConsumer {

		@Test
		void handOverOneEventOrAList() {
			AnnotatedBeanMethodTests.this.contextRunner.withUserConfiguration(Functions.class).run((context) -> {
				TestContexts.sink(context).awaitExactly(List.of("2a", "2b"));
				TestContexts.awaitState(context, PipelineState.COMPLETED);
			});
		}

	}

	@Nested
	class WithAnAnnotationOnTheClassToo {

		@Test
		void haveTheLastWord() {
			AnnotatedBeanMethodTests.this.contextRunner.withUserConfiguration(AnnotatedTwice.class).run((context) -> {
				TestContexts.sink(context).awaitExactly(1, 2);
				assertThat(TestContexts.registry(context).definitions()).hasSize(2);
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CoreStages {

		@Bean
		@Producer("ones")
		ProducerStage<Integer> source() {
			return Sources.iterable(List.of(1, 2));
		}

		@Bean
		@ProducerConsumer(name = "tens", subscribeTo = "ones")
		ProducerConsumerStage<Integer, Integer> times() {
			return (events, from) -> events.stream().map((event) -> event * 10).toList();
		}

		@Bean
		@Consumer(subscribeTo = "tens")
		ConsumerStage<Integer> keeping(Sink sink) {
			return (events, from) -> events.forEach(sink::add);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Keeping {

		@Bean
		@Consumer(subscribeTo = "events")
		java.util.function.Consumer<Object> keep(Sink sink) {
			return sink::add;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AnIterable {

		@Bean
		@Producer
		List<Integer> events() {
			return List.of(1, 2);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AStream {

		@Bean
		AtomicBoolean closed() {
			return new AtomicBoolean();
		}

		@Bean
		@Producer
		Stream<Integer> events(AtomicBoolean closed) {
			return Stream.of(1, 2).onClose(() -> closed.set(true));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AnIntStream {

		@Bean
		@Producer
		IntStream events() {
			return IntStream.rangeClosed(1, 2);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ASupplier {

		private final Deque<String> left = new ArrayDeque<>(List.of("", "a", "b", "", "c"));

		@Bean
		@Producer
		Supplier<String> events() {
			return () -> {
				String next = this.left.poll();
				return "".equals(next) ? null : next;
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ASupplierOfStreams {

		@Bean
		@Producer
		Supplier<Stream<String>> events() {
			return () -> Stream.of("a", "b");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AQueue {

		final EventQueue<String> events = new EventQueue<>(10);

		@Bean
		@Producer
		EventQueue<String> events() {
			return this.events;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Functions {

		@Bean
		@Producer
		List<String> letters() {
			return List.of("a", "b");
		}

		@Bean
		@ProducerConsumer(subscribeTo = "letters")
		Function<List<String>, List<String>> counted() {
			return (events) -> events.stream().map((event) -> events.size() + event).toList();
		}

		@Bean
		@ProducerConsumer(subscribeTo = "counted")
		Function<String, String> same() {
			return (event) -> event;
		}

		@Bean
		@Consumer(subscribeTo = "same")
		java.util.function.Consumer<List<String>> keep(Sink sink) {
			return sink::add;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AnnotatedTwice {

		@Bean
		@Producer
		List<Integer> right() {
			return List.of(1, 2);
		}

		@Bean
		@Consumer(subscribeTo = "right")
		AnnotatedKeeper keep(Sink sink) {
			return new AnnotatedKeeper(sink);
		}

	}

	@Consumer(subscribeTo = "wrong")
	static class AnnotatedKeeper implements java.util.function.Consumer<Integer> {

		private final Sink sink;

		AnnotatedKeeper(Sink sink) {
			this.sink = sink;
		}

		@Override
		public void accept(Integer event) {
			this.sink.add(event);
		}

	}

}
