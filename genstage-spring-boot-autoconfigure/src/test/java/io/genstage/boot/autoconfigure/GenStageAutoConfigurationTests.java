package io.genstage.boot.autoconfigure;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.boot.StageRegistry;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.PipelineStatus;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link GenStageAutoConfiguration}.
 */
class GenStageAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(GenStageAutoConfiguration.class, TaskExecutionAutoConfiguration.class));

	@Test
	void runsAnnotatedMethodsAsOnePipeline() {
		this.contextRunner.withUserConfiguration(Numbers.class).run((context) -> {
			Numbers numbers = context.getBean(Numbers.class);
			Awaitility.await().until(() -> numbers.stored.size() == 50);
			assertThat(numbers.stored).containsExactlyElementsOf(
					IntStream.range(0, 100).filter((n) -> n % 2 == 0).mapToObj((n) -> "#" + n).toList());
			StageRegistry registry = context.getBean(StageRegistry.class);
			Awaitility.await()
				.untilAsserted(() -> assertThat(registry.pipelines()).extracting(PipelineStatus::state)
					.containsExactly(PipelineState.COMPLETED));
		});
	}

	@Test
	void leavesTheTaskExecutorOfTheApplicationInPlace() {
		this.contextRunner.run((context) -> assertThat(context).hasBean("applicationTaskExecutor"));
	}

	@Nested
	class TheExecutor {

		@Test
		void isAPoolOfPlatformThreadsNamedByTheirStage() {
			GenStageAutoConfigurationTests.this.contextRunner.withUserConfiguration(Threads.class).run((context) -> {
				Threads.Handled handled = context.getBean(Threads.class).awaitHandled();
				assertThat(handled.threadName()).isEqualTo("genstage-keep");
				assertThat(handled.virtual()).isFalse();
			});
		}

		@Test
		@EnabledForJreRange(min = JRE.JAVA_21)
		void isOfVirtualThreadsIfTheyAreEnabled() {
			GenStageAutoConfigurationTests.this.contextRunner.withUserConfiguration(Threads.class)
				.withPropertyValues("spring.threads.virtual.enabled=true")
				.run((context) -> {
					Threads.Handled handled = context.getBean(Threads.class).awaitHandled();
					assertThat(handled.threadName()).isEqualTo("genstage-keep");
					assertThat(handled.virtual()).isTrue();
				});
		}

		@Test
		@EnabledForJreRange(max = JRE.JAVA_20)
		void isAPoolWhereThereAreNoVirtualThreads() {
			GenStageAutoConfigurationTests.this.contextRunner.withUserConfiguration(Threads.class)
				.withPropertyValues("spring.threads.virtual.enabled=true")
				.run((context) -> assertThat(context.getBean(Threads.class).awaitHandled().threadName())
					.isEqualTo("genstage-keep"));
		}

		@Test
		void mayBeTheUsersOwnOfAnyKind() {
			GenStageAutoConfigurationTests.this.contextRunner.withUserConfiguration(Threads.class, OwnExecutor.class)
				.run((context) -> assertThat(context.getBean(Threads.class).awaitHandled().threadName())
					.isEqualTo("mine"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnExecutor {

		@Bean(defaultCandidate = false)
		ExecutorService genstageTaskExecutor() {
			return Executors.newCachedThreadPool((task) -> new Thread(task, "mine"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Threads {

		private final AtomicReference<Handled> handled = new AtomicReference<>();

		@Producer
		Stream<Integer> one() {
			return Stream.of(1);
		}

		@Consumer(subscribeTo = "one")
		void keep(int event) {
			Thread thread = Thread.currentThread();
			this.handled.set(new Handled(thread.getName(), isVirtual(thread)));
		}

		Handled awaitHandled() {
			return Awaitility.await().untilAtomic(this.handled, org.hamcrest.Matchers.notNullValue());
		}

		private static boolean isVirtual(Thread thread) {
			return thread.getClass().getSimpleName().equals("VirtualThread");
		}

		/**
		 * On what it was handled: the thread of a pool has another name for the next
		 * stage.
		 */
		record Handled(String threadName, boolean virtual) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Numbers {

		final List<String> stored = new CopyOnWriteArrayList<>();

		@Bean
		@Producer
		Stream<Integer> numbers() {
			return IntStream.range(0, 100).boxed();
		}

		@ProducerConsumer(subscribeTo = "numbers", maxDemand = 10)
		Optional<String> even(int number) {
			return (number % 2 == 0) ? Optional.of("#" + number) : Optional.empty();
		}

		@Consumer(subscribeTo = "even")
		void store(List<String> texts) {
			this.stored.addAll(texts);
		}

	}

}
