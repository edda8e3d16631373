package io.genstage.boot;

import java.util.List;
import java.util.Map;
import java.util.Set;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.pipeline.Pipeline;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link QueueFeeders}.
 */
class QueueFeedersTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner();

	@AfterEach
	void leavesNothingRunning() {
		TestContexts.awaitNoThreads();
	}

	private static Map<String, Set<String>> feeders(AssertableApplicationContext context) {
		StageRegistry registry = TestContexts.registry(context);
		List<Pipeline> pipelines = registry.toDrain();
		return registry.feeders(pipelines);
	}

	@Test
	void areStagesOfBeansThatDependOnTheQueue() {
		this.contextRunner.withUserConfiguration(Queues.class, Direct.class)
			.run((context) -> assertThat(feeders(context)).isEqualTo(Map.of("second", Set.of("enter"))));
	}

	@Test
	void areStagesOfBeansThatDependOnTheQueueThroughOthers() {
		this.contextRunner.withUserConfiguration(Queues.class, Indirect.class)
			.run((context) -> assertThat(feeders(context)).isEqualTo(Map.of("second", Set.of("enter"))));
	}

	@Test
	void areNoStagesThatFeedEachOtherInACircle() {
		this.contextRunner.withUserConfiguration(Queues.class, Around.class)
			.run((context) -> assertThat(feeders(context)).isEmpty());
	}

	@Test
	void areConfigured() {
		this.contextRunner.withUserConfiguration(Queues.class, Unknown.class)
			.withPropertyValues("genstage.lifecycle.fed-by.second=enter")
			.run((context) -> assertThat(feeders(context)).isEqualTo(Map.of("second", Set.of("enter"))));
		this.contextRunner.withUserConfiguration(Queues.class, Unknown.class)
			.run((context) -> assertThat(feeders(context)).isEmpty());
	}

	@Test
	void mustExist() {
		this.contextRunner.withUserConfiguration(Queues.class, Unknown.class)
			.withPropertyValues("genstage.lifecycle.fed-by.second=entre")
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("genstage.lifecycle.fed-by.second")
				.hasMessageContaining("there is no stage 'entre': there are [end, enter, first, second]"));
	}

	@Configuration(proxyBeanMethods = false)
	static class Queues {

		@Bean
		@Producer
		EventQueue<Integer> first() {
			return new EventQueue<>(10);
		}

		@Bean
		@Producer
		EventQueue<Integer> second() {
			return new EventQueue<>(10);
		}

		@Bean
		End end() {
			return new End();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Direct {

		@Bean
		Enter entering(EventQueue<Integer> second) {
			return new Enter(second);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Indirect {

		@Bean
		Sender sender(EventQueue<Integer> second) {
			return new Sender(second);
		}

		@Bean
		Enter entering(Sender sender) {
			return new Enter(sender);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Around {

		@Bean
		Enter entering(EventQueue<Integer> second) {
			return new Enter(second);
		}

		@Bean
		Back back(EventQueue<Integer> first) {
			return new Back(first);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Unknown {

		@Bean
		Enter entering() {
			return new Enter("found somewhere else");
		}

	}

	record Sender(EventQueue<Integer> queue) {
	}

	record Enter(Object next) {

		@Consumer(subscribeTo = "first")
		void enter(int event) {
		}

	}

	record Back(EventQueue<Integer> first) {

		@Consumer(subscribeTo = "second")
		void back(int event) {
		}

	}

	/**
	 * A consumer that feeds nobody.
	 */
	static class End {

		@Consumer(subscribeTo = { "second" })
		void end(int event) {
		}

	}

}
