package io.genstage.boot;

import java.util.List;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is said at startup of stages whose dead letters settle nothing.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnkeptLettersTests {

	private static final String SAID = "keep dead letters in memory only: an event whose source waits for its settlement "
			+ "(EventQueue.deliver, Delivery) doesn't become one, but fails for its source. "
			+ "A durable DeadLetterStore bean changes that";

	private final ApplicationContextRunner contextRunner = TestContexts.runner().withUserConfiguration(Shop.class);

	@Test
	void nameTheStagesBehindASourceThatMayWait(CapturedOutput output) {
		this.contextRunner.run((context) -> assertThat(output).containsOnlyOnce("Stages [check, book] " + SAID));
	}

	@Test
	void nameNoStageThatMakesNoDeadLetters(CapturedOutput output) {
		this.contextRunner
			.withPropertyValues("genstage.stages.check.failure.then=fail", "genstage.stages.book.failure.enabled=false")
			.run((context) -> assertThat(output).doesNotContain("dead letters in memory"));
	}

	@Test
	void areNoneWithADurableStore(CapturedOutput output) {
		this.contextRunner.withBean(DeadLetterStore.class, ElsewhereStore::new)
			.run((context) -> assertThat(output).doesNotContain("dead letters in memory"));
	}

	@Configuration(proxyBeanMethods = false)
	static class Shop {

		@Bean
		@Producer
		EventQueue<String> orders() {
			return new EventQueue<>(10);
		}

		@Bean
		@Producer
		List<String> plain() {
			return List.of("a");
		}

		@Bean
		@ProducerConsumer(subscribeTo = "orders")
		java.util.function.Function<String, String> check() {
			return (order) -> order;
		}

		@Bean
		@Consumer(subscribeTo = "check")
		java.util.function.Consumer<String> book(Sink sink) {
			return sink::add;
		}

		@Bean
		@Consumer(subscribeTo = "plain")
		java.util.function.Consumer<String> read(Sink sink) {
			return sink::add;
		}

	}

}
