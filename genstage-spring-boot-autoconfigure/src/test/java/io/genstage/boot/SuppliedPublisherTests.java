package io.genstage.boot;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.genstage.ExitReason;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.pipeline.InstanceStatus;
import io.genstage.pipeline.PipelineState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Suppliers, which are asked again and again, of what has a life of its own.
 */
class SuppliedPublisherTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner().withUserConfiguration(Keeping.class);

	@ParameterizedTest
	@ValueSource(classes = { OfFlux.class, OfPublisher.class, OfFlowPublisher.class, OfFutureFlux.class })
	void areRefused(Class<?> configuration) {
		this.contextRunner.withUserConfiguration(configuration)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("@Producer bean 'events': it is a Supplier of ")
				.hasMessageContaining("which is asked again and again without knowing "
						+ "how much is wanted: let a @Producer method that takes the demand as a long return it, "
						+ "or let it be a Stream"));
	}

	@ParameterizedTest
	@ValueSource(classes = { OfSomething.class, MethodOfSomething.class })
	void failIfTheirTypeHidesThem(Class<?> configuration) {
		this.contextRunner.withUserConfiguration(configuration)
			.withPropertyValues("genstage.defaults.restart.max-restarts=0")
			.run((context) -> {
				TestContexts.awaitState(context, PipelineState.FAILED);
				assertThat(TestContexts.registry(context).stage("events").orElseThrow().instances())
					.extracting(InstanceStatus::cause)
					.satisfiesExactly((cause) -> assertThat(((ExitReason.Failure) cause).cause())
						.hasMessageContaining("it is asked again and again, but answers with reactor."));
				assertThat(TestContexts.sink(context).events()).isEmpty();
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { OfMono.class, OfFuture.class })
	void areAskedForOneValueAfterTheOther(Class<?> configuration) {
		this.contextRunner.withUserConfiguration(configuration)
			.run((context) -> TestContexts.sink(context).awaitExactly("a", "b"));
	}

	@ParameterizedTest
	@ValueSource(classes = { OfFutureStream.class, OfMonoStream.class })
	void areAskedOnceForAStreamThatIsWaitedFor(Class<?> configuration) {
		this.contextRunner.withUserConfiguration(configuration).run((context) -> {
			TestContexts.awaitState(context, PipelineState.COMPLETED);
			assertThat(TestContexts.sink(context).events()).containsExactly("a", "b");
		});
	}

	@Test
	void tellWhatIsNoStream() {
		this.contextRunner.withUserConfiguration(OfNoStream.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessage("expected a stream, but got null"));
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
	static class OfFlux {

		@Bean
		@Producer
		Supplier<Flux<String>> events() {
			return () -> Flux.just("a", "b");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfPublisher {

		@Bean
		@Producer
		Supplier<Publisher<String>> events() {
			return () -> Flux.just("a", "b");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfFlowPublisher {

		@Bean
		@Producer
		Supplier<Flow.Publisher<String>> events() {
			return SubmissionPublisher::new;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfFutureFlux {

		@Bean
		@Producer
		Supplier<CompletableFuture<Flux<String>>> events() {
			return () -> CompletableFuture.completedFuture(Flux.just("a", "b"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfSomething {

		@Bean
		@Producer
		Supplier<Object> events() {
			return () -> Flux.just("a", "b");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MethodOfSomething {

		@Producer
		Object events() {
			return Flux.just("a", "b");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfMono {

		private final Queue<String> left = new ArrayDeque<>(List.of("a", "b"));

		@Bean
		@Producer
		Supplier<Mono<String>> events() {
			return () -> Mono.justOrEmpty(this.left.poll());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfFuture {

		private final Queue<String> left = new ArrayDeque<>(List.of("a", "b"));

		@Bean
		@Producer
		Supplier<CompletionStage<@Nullable String>> events() {
			return () -> CompletableFuture.completedStage(this.left.poll());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfFutureStream {

		@Bean
		@Producer
		Supplier<CompletionStage<Stream<String>>> events() {
			return () -> CompletableFuture.completedStage(Stream.of("a", "b"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfMonoStream {

		@Producer
		Mono<Stream<String>> events() {
			return Mono.fromSupplier(() -> Stream.of("a", "b"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfNoStream {

		@Bean
		@Producer
		Supplier<Mono<Stream<String>>> events() {
			return Mono::empty;
		}

	}

}
