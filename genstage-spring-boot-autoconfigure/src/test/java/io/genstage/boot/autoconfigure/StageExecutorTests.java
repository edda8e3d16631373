package io.genstage.boot.autoconfigure;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.TestContexts;
import io.genstage.pipeline.PipelineState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskDecorator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What runs the stages of an application.
 */
class StageExecutorTests {

	private static final ThreadLocal<String> CONTEXT = new ThreadLocal<>();

	private final ApplicationContextRunner contextRunner = TestContexts.runner()
		.withUserConfiguration(NamedExecutors.class);

	@Test
	void isNamedByAnAnnotation() {
		this.contextRunner.withBean(Named.class)
			.run((context) -> assertThat(handlingThread(context)).isEqualTo("slow"));
	}

	@Test
	void isNamedByAPropertyBeforeTheAnnotation() {
		this.contextRunner.withBean(Named.class)
			.withPropertyValues("genstage.stages.keep.executor=fast")
			.run((context) -> assertThat(handlingThread(context)).isEqualTo("fast"));
	}

	@Test
	void hasToExist() {
		this.contextRunner.withBean(Named.class)
			.withPropertyValues("genstage.stages.keep.executor=sloww")
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("property 'genstage.stages.keep.executor'")
				.hasMessageContaining("names 'sloww', which is no executor: did you mean 'slow'?"));
	}

	@Test
	void isThatOfTheDefaultsForStagesThatNameNone() {
		this.contextRunner.withBean(Named.class)
			.withPropertyValues("genstage.defaults.executor=fast")
			.run((context) -> {
				assertThat(handlingThread(context)).isEqualTo("slow");
				assertThat(context.getBean(Named.class).producingThread).isEqualTo("fast");
			});
	}

	@Test
	void ofTheDefaultsMayBeLeftByAStage() {
		this.contextRunner.withBean(Named.class)
			.withPropertyValues("genstage.defaults.executor=fast",
					"genstage.stages.letters.executor=genstageTaskExecutor")
			.run((context) -> {
				assertThat(handlingThread(context)).isEqualTo("slow");
				assertThat(context.getBean(Named.class).producingThread).isEqualTo("genstage-letters");
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { Named.class, Object.class })
	void ofTheDefaultsHasToExist(Class<?> bean) {
		this.contextRunner.withBean(bean)
			.withPropertyValues("genstage.defaults.executor=fasst")
			.run((context) -> assertThat(context).getFailure()
				.hasMessage("property 'genstage.defaults.executor': names 'fasst', which is no executor: "
						+ "did you mean 'fast'? (there are [applicationTaskExecutor, fast, genstageTaskExecutor, slow])"));
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void decoratesItsTasksAsTheApplicationWants(boolean virtualThreads) {
		TaskDecorator decorator = (task) -> () -> {
			CONTEXT.set("decorated");
			task.run();
			CONTEXT.remove();
		};
		TestContexts.runner()
			.withUserConfiguration(NamedExecutors.class)
			.withBean(Named.class)
			.withBean(TaskDecorator.class, () -> decorator)
			.withPropertyValues("spring.threads.virtual.enabled=" + virtualThreads,
					"genstage.stages.keep.executor=genstageTaskExecutor")
			.run((context) -> {
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				assertThat(context.getBean(Named.class).handlingContext).isEqualTo("decorated");
			});
	}

	private static String handlingThread(ApplicationContext context) {
		TestContexts.awaitState(context, PipelineState.COMPLETED);
		return context.getBean(Named.class).handlingThread;
	}

	static class Named {

		volatile String producingThread = "";

		volatile String handlingThread = "";

		volatile String handlingContext = "";

		@Producer
		Stream<String> letters() {
			return Stream.of("a").peek((letter) -> this.producingThread = Thread.currentThread().getName());
		}

		@Consumer(subscribeTo = "letters", executor = "slow")
		void keep(String letter) {
			this.handlingContext = CONTEXT.get();
			this.handlingThread = Thread.currentThread().getName();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NamedExecutors {

		@Bean(defaultCandidate = false)
		ExecutorService slow() {
			return Executors.newCachedThreadPool((task) -> new Thread(task, "slow"));
		}

		@Bean(defaultCandidate = false)
		ExecutorService fast() {
			return Executors.newCachedThreadPool((task) -> new Thread(task, "fast"));
		}

	}

}
