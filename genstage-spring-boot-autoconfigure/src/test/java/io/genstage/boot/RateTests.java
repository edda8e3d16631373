package io.genstage.boot;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.ConsumerStage;
import io.genstage.Peer;
import io.genstage.Subscription;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.annotation.Rate;
import io.genstage.pipeline.PipelineState;
import io.genstage.rate.RateLimit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Stages with a limit to their rate. The limits are so low that what they let through at
 * once is all that comes, and so high that nobody has to wait.
 */
class RateTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner().withUserConfiguration(Stages.class);

	@ParameterizedTest
	@ValueSource(strings = { "numbers", "double", "keep" })
	void holdsBackWhatIsMoreThanABurst(String stage) {
		this.contextRunner
			.withPropertyValues("genstage.stages." + stage + ".rate.events=1",
					"genstage.stages." + stage + ".rate.period=100d", "genstage.stages." + stage + ".rate.burst=3")
			.run((context) -> {
				TestContexts.sink(context).awaitExactly(2, 4, 6);
				TestContexts.registry(context).rate(stage, RateLimit.of(1_000_000, Duration.ofSeconds(1)));
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				TestContexts.sink(context).awaitExactly(2, 4, 6, 8, 10, 12, 14, 16, 18, 20);
			});
	}

	@Test
	void isResetToWhatWasConfigured() {
		// What it may not handle yet would be waited for.
		this.contextRunner.withUserConfiguration(Limited.class)
			.withPropertyValues("genstage.lifecycle.drain-timeout=0s")
			.run((context) -> {
				Awaitility.await().untilAsserted(() -> assertThat(sink(context.getBean(Limited.class))).hasSize(2));
				StageRegistry registry = TestContexts.registry(context);
				registry.rate("limited", RateLimit.of(1, Duration.ofDays(200)));
				assertThat(registry.rate("limited")).contains(RateLimit.of(1, Duration.ofDays(200)));
				registry.reset("limited").toCompletableFuture().join();
				assertThat(registry.rate("limited")).contains(RateLimit.of(2, Duration.ofDays(100)));
			});
	}

	@Test
	void isSharedByTheInstancesOfAStage() {
		this.contextRunner.withUserConfiguration(Limited.class)
			.withPropertyValues("genstage.stages.limited.concurrency=3", "genstage.lifecycle.drain-timeout=0s")
			.run((context) -> {
				Limited limited = context.getBean(Limited.class);
				Awaitility.await().untilAsserted(() -> assertThat(sink(limited)).hasSize(2));
				TestContexts.registry(context).rate("limited", RateLimit.of(1_000_000, Duration.ofSeconds(1)));
				Awaitility.await().untilAsserted(() -> assertThat(sink(limited)).hasSize(30));
			});
	}

	private static List<Object> sink(Limited limited) {
		return limited.sink.events();
	}

	@Test
	void canOnlyBeChangedWhereThereIsOne() {
		this.contextRunner.run((context) -> {
			StageRegistry registry = TestContexts.registry(context);
			RateLimit limit = RateLimit.of(1, Duration.ofSeconds(1));
			assertThatIllegalArgumentException().isThrownBy(() -> registry.rate("keep", limit))
				.withMessage("stage 'keep' has no rate to change: configure one, however high");
			assertThatIllegalArgumentException().isThrownBy(() -> registry.rate("kep", limit))
				.withMessageContaining("did you mean 'keep'?");
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					genstage.stages.limited.rate.events=0      | property 'genstage.stages.limited.rate.events': must be from 1 to 2147483647, but is 0
					genstage.stages.limited.rate.burst=-1      | property 'genstage.stages.limited.rate.burst': must be from 1 to 2147483647, but is -1
					genstage.stages.limited.rate.period=0s     | property 'genstage.stages.limited.rate.period': must be from 1ms to 365d, but is 0s
					genstage.stages.keep.rate.burst=5          | property 'genstage.stages.keep.rate.burst': has no effect without 'rate.events': say how many events may pass, or remove it
					the.period=soon                            | @Consumer method 'Limited.limited' of bean 'rateTests.Limited': attribute 'rate.period' must be a time such as 500ms or 2s, but is 'soon'
					""")
	void hasLimits(String property, String message) {
		this.contextRunner.withUserConfiguration(Limited.class)
			.withPropertyValues(property)
			.run((context) -> assertThat(context).getFailure().hasMessage(message));
	}

	@Test
	void isForThoseThatAskThemselvesToo() {
		this.contextRunner.withUserConfiguration(Asking.class)
			.withPropertyValues("genstage.stages.asking.rate.events=5", "genstage.stages.asking.rate.period=100d")
			.run((context) -> {
				Asking asking = context.getBean(Asking.class);
				Awaitility.await().untilAsserted(() -> assertThat(asking.sink.events()).hasSize(5));
				TestContexts.registry(context).rate("asking", RateLimit.of(1_000_000, Duration.ofSeconds(1)));
				Awaitility.await().untilAsserted(() -> assertThat(asking.sink.events()).hasSize(10));
			});
	}

	@Configuration(proxyBeanMethods = false)
	static class Stages {

		@Producer(dispatcher = "broadcast")
		Stream<Integer> numbers() {
			return IntStream.rangeClosed(1, 10).boxed();
		}

		@ProducerConsumer(name = "double", subscribeTo = "numbers")
		int twice(int number) {
			return 2 * number;
		}

		@Bean
		@Consumer(subscribeTo = "double")
		ConsumerStage<Integer> keep(Sink sink) {
			return (events, from) -> events.forEach(sink::add);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Limited {

		final Sink sink = new Sink();

		@Consumer(subscribeTo = "numbers", rate = @Rate(events = 2, period = "${the.period:100d}"))
		void limited(int number) {
			this.sink.add(number);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Asking {

		final Sink sink = new Sink();

		@Bean
		@Consumer(subscribeTo = "numbers")
		ConsumerStage<Integer> asking() {
			return new ConsumerStage<>() {

				@Override
				public boolean asksItself() {
					return true;
				}

				@Override
				public void onSubscribe(Peer peer, Subscription subscription) {
					subscription.ask(10);
				}

				@Override
				public void handleEvents(List<Integer> numbers, Subscription from) {
					numbers.forEach(Asking.this.sink::add);
				}

			};
		}

	}

}
