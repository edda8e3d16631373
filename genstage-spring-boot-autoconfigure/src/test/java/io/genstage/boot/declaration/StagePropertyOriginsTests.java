package io.genstage.boot.declaration;

import java.util.List;
import java.util.Map;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.Sink;
import io.genstage.boot.StageWiringException;
import io.genstage.boot.TestContexts;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatObject;

/**
 * Where a property is written that is wrong.
 */
class StagePropertyOriginsTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner().withUserConfiguration(Stages.class);

	@Test
	void tellTheFileAndLine() {
		this.contextRunner.withInitializer(new ConfigDataApplicationContextInitializer())
			.withPropertyValues("spring.config.location=classpath:/io/genstage/boot/bad.yaml")
			.run((context) -> assertThat(problems(context.getStartupFailure())).satisfiesExactlyInAnyOrder(
					(problem) -> assertThat(problem).startsWith("property 'genstage.defaults.max-demand': ")
						.endsWith(", but is 0 (bad.yaml:4)"),
					(problem) -> assertThat(problem).startsWith("property 'genstage.stages.keep.restart.max-delay': ")
						.endsWith(" (bad.yaml:8)"),
					(problem) -> assertThat(problem)
						.startsWith("property 'genstage.stages.keep.subscriptions.numbers.max-demand': ")
						.endsWith(" (bad.yaml:11)"),
					(problem) -> assertThat(problem)
						.startsWith("property 'genstage.stages.keep.subscriptions.nobody': ")
						.endsWith(" (bad.yaml:13)"),
					(problem) -> assertThat(problem).startsWith("property 'genstage.stages.keep all.concurrency': ")
						.endsWith(" (bad.yaml:15)"),
					(problem) -> assertThat(problem).startsWith("property 'genstage.stages.kepe': ")
						.endsWith(" (bad.yaml:17)"),
					(problem) -> assertThat(problem).startsWith("property 'genstage.lifecycle.drain-timeout': ")
						.endsWith(" (bad.yaml:19)"),
					(problem) -> assertThat(problem).startsWith("@Consumer bean 'all': ")
						.endsWith("which doesn't exist: there are [keep, numbers]")));
	}

	@Test
	void tellTheVariableOfTheEnvironment() {
		this.contextRunner
			.withInitializer(
					(context) -> TestContexts.setVariables(context, Map.of("GENSTAGE_DEFAULTS_MAXDEMAND", "0")))
			.run((context) -> assertThat(problems(context.getStartupFailure()))
				.contains("property 'genstage.defaults.max-demand': must be from 1 to 1000000, but is 0 "
						+ "(System Environment Property \"GENSTAGE_DEFAULTS_MAXDEMAND\")"));
	}

	@Test
	void tellNothingOfOtherSources() {
		this.contextRunner.withPropertyValues("genstage.defaults.max-demand=0")
			.run((context) -> assertThat(problems(context.getStartupFailure()))
				.contains("property 'genstage.defaults.max-demand': must be from 1 to 1000000, but is 0"));
	}

	@Test
	void areKnownToProblemsWithPropertiesOnly() {
		this.contextRunner.withPropertyValues("genstage.defaults.max-demand=0")
			.run((context) -> assertThatObject(context.getStartupFailure()).isInstanceOfSatisfying(
					StageWiringException.class,
					(failure) -> assertThat(failure.problems()).extracting(WiringProblem::property)
						.containsExactly("genstage.defaults.max-demand", null)));
	}

	private static List<String> problems(Throwable failure) {
		assertThat(failure).isInstanceOf(StageWiringException.class);
		return ((StageWiringException) failure).problems().stream().map(WiringProblem::toString).toList();
	}

	@Configuration(proxyBeanMethods = false)
	static class Stages {

		@Bean
		@Producer
		List<Integer> numbers() {
			return List.of(1);
		}

		@Bean
		@Consumer(subscribeTo = "numbers")
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return sink::add;
		}

		@Bean
		@Consumer(name = "keep all", subscribeTo = "letters")
		java.util.function.Consumer<Integer> all(Sink sink) {
			return sink::add;
		}

	}

}
