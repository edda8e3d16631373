package io.genstage.boot;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.ExitReason;
import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.Rate;
import io.genstage.pipeline.InstanceStatus;
import io.genstage.pipeline.PipelineState;
import io.genstage.source.Sources;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContextException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Producers that read a sequence, each run and each instance from its beginning.
 */
class SequenceBeanTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner().withUserConfiguration(Keeping.class);

	@ParameterizedTest
	@ValueSource(classes = { OfList.class, OfIterable.class, OfStream.class, OfSupplier.class, OfMethod.class,
			OfSequence.class, OfLimited.class })
	void haveOneInstanceOnly(Class<?> configuration) {
		this.contextRunner.withUserConfiguration(configuration)
			.withPropertyValues("genstage.stages.events.concurrency=3")
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("there can't be 3 instances, since each of them would read all elements: "
						+ "set the concurrency to 1, or give the bean the scope prototype, "
						+ "or let a method take the StageContext and look which instance it reads for"));
	}

	@ParameterizedTest
	@ValueSource(classes = { OfIterable.class, OfMethod.class })
	void getNoFurtherInstanceWhileTheyRun(Class<?> configuration) {
		this.contextRunner.withUserConfiguration(configuration).run((context) -> {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> TestContexts.registry(context).concurrency("events", 2))
				.withMessageStartingWith("stage 'events': there can't be 2 instances");
			TestContexts.awaitState(context, PipelineState.COMPLETED);
			assertThat(TestContexts.sink(context).events()).containsExactly(1, 2);
		});
	}

	@Test
	void haveSeveralInstancesOfBeansOfTheirOwn() {
		this.contextRunner.withUserConfiguration(OfPrototype.class)
			.withPropertyValues("genstage.stages.events.concurrency=2")
			.run((context) -> {
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				assertThat(TestContexts.sink(context).events()).containsExactlyInAnyOrder(1, 2, 1, 2);
			});
	}

	@Test
	void haveSeveralInstancesThatLookWhichTheyAre() {
		this.contextRunner.withUserConfiguration(OfShares.class)
			.withPropertyValues("genstage.stages.events.concurrency=2")
			.run((context) -> {
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				assertThat(TestContexts.sink(context).events()).containsExactlyInAnyOrder(0, 1, 2, 3);
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { OfEndlessStream.class, OfSameStream.class })
	void cannotRunAgainOnAStreamThatWasRead(Class<?> configuration) {
		this.contextRunner.withUserConfiguration(configuration).run((context) -> {
			Awaitility.await().untilAsserted(() -> assertThat(TestContexts.sink(context).events()).isNotEmpty());
			CompletionStage<Void> unused = TestContexts.registry(context).restart("events");
			TestContexts.awaitState(context, PipelineState.FAILED);
			assertThat(TestContexts.registry(context).stage("events").orElseThrow().instances())
				.extracting(InstanceStatus::cause)
				.satisfiesExactly((cause) -> assertThat(((ExitReason.Failure) cause).cause())
					.hasMessageContaining("a stream can be read only once"));
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { OfEndlessStream.class, OfSameStream.class })
	void cannotRunAnewWithTheContextOnAStreamThatWasRead(Class<?> configuration) {
		this.contextRunner.withUserConfiguration(configuration).run((context) -> {
			Awaitility.await().untilAsserted(() -> assertThat(TestContexts.sink(context).events()).isNotEmpty());
			context.getSourceApplicationContext().stop();
			assertThatExceptionOfType(ApplicationContextException.class)
				.isThrownBy(context.getSourceApplicationContext()::start)
				.havingRootCause()
				.withMessageContaining("stream has already been operated upon or closed");
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class Keeping {

		@Bean
		@Consumer(subscribeTo = "events", maxDemand = 10)
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return (event) -> {
				if (event < 100) {
					sink.add(event);
				}
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfList {

		@Bean
		@Producer
		List<Integer> events() {
			return List.of(1, 2);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfIterable {

		@Bean
		@Producer
		Iterable<Integer> events() {
			return () -> List.of(1, 2).iterator();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfStream {

		@Bean
		@Producer
		Stream<Integer> events() {
			return Stream.of(1, 2);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfSupplier {

		@Bean
		@Producer
		Supplier<Stream<Integer>> events() {
			return () -> Stream.of(1, 2);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfMethod {

		@Producer
		IntStream events() {
			return IntStream.of(1, 2);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfSequence {

		@Bean
		@Producer
		ProducerStage<Integer> events() {
			return Sources.iterable(List.of(1, 2));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfLimited {

		@Bean
		@Producer(rate = @Rate(events = 10))
		List<Integer> events() {
			return List.of(1, 2);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfPrototype {

		@Bean
		@Producer
		@Scope(BeanDefinition.SCOPE_PROTOTYPE)
		List<Integer> events() {
			return List.of(1, 2);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfShares {

		@Producer
		Stream<Integer> events(StageContext context) {
			return context.self().name().endsWith("#0") ? Stream.of(0, 2) : Stream.of(1, 3);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfEndlessStream {

		@Bean
		@Producer
		Stream<Integer> events() {
			return Stream.iterate(1, (number) -> number + 1);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfSameStream {

		private final Stream<Integer> numbers = Stream.iterate(1, (number) -> number + 1);

		@Producer
		Stream<Integer> events() {
			return this.numbers;
		}

	}

}
