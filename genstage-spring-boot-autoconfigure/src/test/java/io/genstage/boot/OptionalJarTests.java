package io.genstage.boot;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.pipeline.PipelineState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A whole application, on a class path where jars are absent that it can do without.
 */
@NewerJdkOnly
class OptionalJarTests {

	@ParameterizedTest(name = "without {0}")
	@CsvSource(delimiter = '|',
			textBlock = """
							                                                        | genstageEndpoint genstageDeadLettersEndpoint genstageHealthContributor genstageMetrics
					spring-messaging                                        | genstageEndpoint genstageDeadLettersEndpoint genstageHealthContributor genstageMetrics
					spring-tx                                               | genstageEndpoint genstageDeadLettersEndpoint genstageHealthContributor genstageMetrics
					rxjava                                                  | genstageEndpoint genstageDeadLettersEndpoint genstageHealthContributor genstageMetrics
					reactor-core                                            | genstageEndpoint genstageDeadLettersEndpoint genstageHealthContributor genstageMetrics
					kotlin-stdlib kotlin-reflect kotlinx-coroutines-reactor | genstageEndpoint genstageDeadLettersEndpoint genstageHealthContributor genstageMetrics
					micrometer-tracing                                      | genstageEndpoint genstageDeadLettersEndpoint genstageHealthContributor genstageMetrics
					context-propagation                                     | genstageEndpoint genstageDeadLettersEndpoint genstageHealthContributor genstageMetrics
					reactive-streams                                        | genstageEndpoint genstageDeadLettersEndpoint genstageHealthContributor genstageMetrics
					micrometer-core                                         | genstageEndpoint genstageDeadLettersEndpoint genstageHealthContributor
					spring-boot-micrometer-metrics                          | genstageEndpoint genstageDeadLettersEndpoint genstageHealthContributor
					spring-boot-health                                      | genstageEndpoint genstageDeadLettersEndpoint genstageMetrics
					spring-boot-actuator-autoconfigure                      | genstageHealthContributor genstageMetrics
					spring-boot-actuator spring-boot-actuator-autoconfigure | genstageHealthContributor genstageMetrics
					""")
	void runsItsPipelineAndHasWhatTheOthersAreFor(String absent, String optionalBeans) throws Exception {
		try (OwnClassPath classPath = OwnClassPath.without(words(absent))) {
			assertThat(classPath.call(Shop.class)).containsExactly(words(optionalBeans));
		}
	}

	@Test
	void runsItsPipelineWithoutAnyOfThem() throws Exception {
		try (OwnClassPath classPath = OwnClassPath.without("context-propagation", "micrometer-tracing",
				"spring-messaging", "spring-tx", "reactive-streams", "reactor-core", "rxjava", "kotlin-stdlib",
				"kotlin-reflect", "kotlinx-coroutines-reactor", "micrometer-core", "spring-boot-micrometer-metrics",
				"spring-boot-health", "spring-boot-actuator", "spring-boot-actuator-autoconfigure")) {
			assertThat(classPath.call(Shop.class)).isEmpty();
		}
	}

	private static String[] words(String text) {
		return StringUtils.tokenizeToStringArray(text, " ");
	}

	/**
	 * Runs until its pipeline has completed, and tells which optional beans it has.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	public static class Shop implements Callable<List<String>> {

		@Override
		public List<String> call() {
			try (var context = new SpringApplicationBuilder(Shop.class).web(WebApplicationType.NONE)
				.registerShutdownHook(false)
				.properties("management.endpoints.web.exposure.include=genstage,genstagedeadletters",
						"genstage.observation.enabled=true", "genstage.observation.propagate-context=true",
						"genstage.observation.mdc=true", "spring.main.banner-mode=off")
				.run()) {
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				TestContexts.sink(context).awaitExactly("#0", "#2");
				return Stream
					.of("genstageEndpoint", "genstageDeadLettersEndpoint", "genstageHealthContributor",
							"genstageMetrics")
					.filter(context::containsBean)
					.toList();
			}
		}

		@Bean
		Sink sink() {
			return new Sink();
		}

		@Bean
		Stages stages(Sink sink) {
			return new Stages(sink);
		}

	}

	/**
	 * Three stages whose methods need nothing but the JDK.
	 */
	static class Stages {

		private final Sink sink;

		Stages(Sink sink) {
			this.sink = sink;
		}

		@Producer
		Stream<Integer> numbers() {
			return Stream.of(0, 1, 2);
		}

		@ProducerConsumer(subscribeTo = "numbers")
		Optional<String> even(int number) {
			return (number % 2 == 0) ? Optional.of("#" + number) : Optional.empty();
		}

		@Consumer(subscribeTo = "even")
		void keep(List<String> texts) {
			texts.forEach(this.sink::add);
		}

	}

}
