package io.genstage.boot.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.genstage.ConsumerStage;
import io.genstage.StageContext;
import io.genstage.StageStartException;
import io.genstage.Subscription;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.Sink;
import io.genstage.boot.TestContexts;
import io.genstage.boot.Unrestartable;
import io.genstage.pipeline.PipelineChange;
import io.genstage.pipeline.PipelineState;
import io.genstage.source.EventQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.ExitCodeEvent;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How pipelines begin and end with an application that is run.
 */
@Timeout(60)
class StartAndExitTests {

	private static final String EXIT_ON_COMPLETION = "--genstage.lifecycle.exit-on-completion=";

	private static final List<String> steps = new CopyOnWriteArrayList<>();

	private static final List<Integer> exitCodes = new CopyOnWriteArrayList<>();

	@AfterEach
	void leavesNothingRunning() {
		steps.clear();
		exitCodes.clear();
		TestContexts.awaitNoThreads();
	}

	@Nested
	class Start {

		@Test
		void isBeforeTheRunnersByDefault() {
			try (ConfigurableApplicationContext context = run(Line.class)) {
				assertThat(steps).containsExactly("stage", "runner");
				TestContexts.awaitState(context, PipelineState.RUNNING);
			}
		}

		@Test
		void mayBeWhenTheApplicationIsReady() {
			try (ConfigurableApplicationContext context = run(Line.class, "--genstage.lifecycle.start-on=ready")) {
				assertThat(steps).containsExactly("runner", "stage");
				TestContexts.awaitState(context, PipelineState.RUNNING);
				context.stop();
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				context.start();
				TestContexts.awaitState(context, PipelineState.RUNNING);
			}
		}

		@Test
		void isNotAtAllWithoutAutoStartup() {
			try (ConfigurableApplicationContext context = run(Line.class, "--genstage.lifecycle.start-on=ready",
					"--genstage.lifecycle.auto-startup=false")) {
				assertThat(steps).containsExactly("runner");
				TestContexts.awaitState(context, PipelineState.CREATED);
			}
		}

		@ParameterizedTest
		@ValueSource(strings = { "refresh", "ready" })
		void endsTheApplicationIfItFails(String startOn) {
			assertThatExceptionOfType(StageStartException.class)
				.isThrownBy(() -> unwrapped(() -> run(Unstartable.class, "--genstage.lifecycle.start-on=" + startOn)))
				.withMessage("stage 'unstartable' could not start: java.lang.IllegalStateException: no printer");
		}

		private static void unwrapped(Runnable application) {
			try {
				application.run();
			}
			catch (org.springframework.context.ApplicationContextException ex) {
				throw (RuntimeException) ex.getCause();
			}
		}

	}

	@Nested
	class Exit {

		@ParameterizedTest
		@ValueSource(strings = { "letters", "keep" })
		void isWhenTheNamedPipelineHasCompleted(String name) {
			ConfigurableApplicationContext context = run(Letters.class, EXIT_ON_COMPLETION + name);
			Sink sink = context.getBean(Sink.class);
			Awaitility.await().until(() -> !context.isActive());
			assertThat(sink.events()).containsExactly("a", "b", "c");
			assertThat(exitCodes).isEmpty();
		}

		@Test
		void isWhenAPipelineStartedByAReadyApplicationHasCompleted() {
			ConfigurableApplicationContext context = run(Letters.class, EXIT_ON_COMPLETION + "letters",
					"--genstage.lifecycle.start-on=ready");
			Awaitility.await().until(() -> !context.isActive());
		}

		@Test
		void waitsForTheEndOfTheStart() {
			ConfigurableApplicationContext context = application(Line.class, Completing.class)
				.run(EXIT_ON_COMPLETION + "line");
			Awaitility.await().until(() -> !context.isActive());
			assertThat(steps).contains("still open");
		}

		@Test
		void tellsThatThePipelineHasFailed() {
			ConfigurableApplicationContext context = run(Failing.class, EXIT_ON_COMPLETION + "zeros",
					"--genstage.defaults.failure.enabled=false");
			Awaitility.await().until(() -> !context.isActive());
			assertThat(exitCodes).containsExactly(1);
		}

		@Test
		void isNotForAnotherPipeline() {
			try (ConfigurableApplicationContext context = application(Letters.class, Line.class)
				.run(EXIT_ON_COMPLETION + "line")) {
				TestContexts.sink(context).awaitExactly("a", "b", "c");
				assertThat(TestContexts.threads()).doesNotContain("genstage-exit");
				assertThat(context.isActive()).isTrue();
			}
		}

		@Test
		void isNotForAPipelineThatIsDrained() {
			try (ConfigurableApplicationContext context = run(Line.class, EXIT_ON_COMPLETION + "line")) {
				context.stop();
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				assertThat(TestContexts.threads()).doesNotContain("genstage-exit");
				assertThat(context.isActive()).isTrue();
			}
		}

		@Test
		void needsAPipelineThatExists() {
			assertThatExceptionOfType(Exception.class)
				.isThrownBy(() -> run(Letters.class, EXIT_ON_COMPLETION + "leters"))
				.withMessageContaining("property 'genstage.lifecycle.exit-on-completion': "
						+ "there is no pipeline or stage 'leters': did you mean 'letters'? (there are [keep, letters])");
		}

		@Test
		void isSwitchedOffByAnEmptyName() {
			try (ConfigurableApplicationContext context = run(Letters.class, EXIT_ON_COMPLETION)) {
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				assertThat(context.isActive()).isTrue();
			}
		}

	}

	private static ConfigurableApplicationContext run(Class<?> configuration, String... arguments) {
		return application(configuration).run(arguments);
	}

	private static SpringApplicationBuilder application(Class<?>... configurations) {
		return new SpringApplicationBuilder(Common.class).sources(configurations)
			.web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off");
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(GenStageAutoConfiguration.class)
	static class Common {

		@Bean
		Sink sink() {
			return new Sink();
		}

		@Bean
		ApplicationRunner runner() {
			return (arguments) -> steps.add("runner");
		}

		@EventListener
		void onExit(ExitCodeEvent event) {
			exitCodes.add(event.getExitCode());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Line {

		@Bean
		@Producer
		EventQueue<Integer> line() {
			return new EventQueue<>(10);
		}

		@Bean
		@Consumer(subscribeTo = "line")
		ConsumerStage<Integer> desk() {
			return new Starting(() -> steps.add("stage"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Letters {

		@Bean
		@Producer
		List<String> letters() {
			return List.of("a", "b", "c");
		}

		@Bean
		@Consumer(subscribeTo = "letters")
		java.util.function.Consumer<String> keep(Sink sink) {
			return sink::add;
		}

	}

	/**
	 * Tells while the application starts that its pipeline has completed.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Completing {

		@Bean
		ApplicationRunner completing(ExitOnCompletion exit, ConfigurableApplicationContext context) {
			return (arguments) -> {
				exit.onPipelineChange(new PipelineChange("line", PipelineState.RUNNING, PipelineState.COMPLETED));
				boolean exits = TestContexts.threads().contains("genstage-exit");
				steps.add((exits || !context.isActive()) ? "exits" : "still open");
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Failing {

		@Bean
		@Producer
		List<Integer> zeros() {
			return List.of(0);
		}

		@Bean
		@Consumer(subscribeTo = "zeros")
		ConsumerStage<Integer> broken() {
			return new Unrestartable();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Unstartable {

		@Bean
		@Producer
		List<Integer> zeros() {
			return List.of(0);
		}

		@Bean
		@Consumer(subscribeTo = "zeros")
		ConsumerStage<Integer> unstartable() {
			return new Starting(() -> {
				throw new IllegalStateException("no printer");
			});
		}

	}

	/**
	 * A consumer of which only the start matters.
	 */
	private record Starting(Runnable start) implements ConsumerStage<Integer> {

		@Override
		public void onStart(StageContext context) {
			this.start.run();
		}

		@Override
		public void handleEvents(List<Integer> events, Subscription from) {
		}

	}

}
