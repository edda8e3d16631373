package io.genstage.boot;

import java.util.List;
import java.util.Map;

import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.PipelineStatus;
import org.awaitility.Awaitility;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.support.SystemEnvironmentPropertySourceEnvironmentPostProcessor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Application contexts with stages, and what tests ask of them.
 */
public final class TestContexts {

	private TestContexts() {
	}

	public static ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(GenStageAutoConfiguration.class, LifecycleAutoConfiguration.class,
					PropertyPlaceholderAutoConfiguration.class, TaskExecutionAutoConfiguration.class))
			.withBean(Sink.class);
	}

	/** Sets variables of the environment, as the operating system does. */
	public static void setVariables(ConfigurableApplicationContext context, Map<String, Object> variables) {
		String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
		context.getEnvironment()
			.getPropertySources()
			.replace(name, new SystemEnvironmentPropertySource(name, variables));
		new SystemEnvironmentPropertySourceEnvironmentPostProcessor().postProcessEnvironment(context.getEnvironment(),
				new SpringApplication());
	}

	public static StageRegistry registry(ApplicationContext context) {
		return context.getBean(StageRegistry.class);
	}

	public static Sink sink(ApplicationContext context) {
		return context.getBean(Sink.class);
	}

	public static void awaitState(ApplicationContext context, PipelineState state) {
		Awaitility.await()
			.untilAsserted(() -> assertThat(registry(context).pipelines()).extracting(PipelineStatus::state)
				.containsOnly(state));
	}

	/** Waits until no thread of any stage system is left in this JVM. */
	public static void awaitNoThreads() {
		Awaitility.await().untilAsserted(() -> assertThat(threads()).isEmpty());
	}

	public static List<String> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith("genstage"))
			.toList();
	}

}
