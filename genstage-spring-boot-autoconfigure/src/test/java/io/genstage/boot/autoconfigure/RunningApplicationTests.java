package io.genstage.boot.autoconfigure;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.genstage.ConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.Sink;
import io.genstage.boot.TestContexts;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.StageDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A whole application with a web server and actuator.
 */
@ExtendWith(OutputCaptureExtension.class)
class RunningApplicationTests {

	private static final String EXPOSED = "--management.endpoints.web.exposure.include=genstage,health";

	private final HttpClient client = HttpClient.newHttpClient();

	@AfterEach
	void leavesNothingRunning() {
		TestContexts.awaitNoThreads();
	}

	@Nested
	class OverHttp {

		@Test
		void showsTheGraphWithoutEvents() throws Exception {
			try (ConfigurableApplicationContext context = run(Letters.class, EXPOSED)) {
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				HttpResponse<String> response = get(port(context), "/actuator/genstage");
				assertThat(response.statusCode()).isEqualTo(200);
				assertThat(response.body()).isEqualTo("{\"pipelines\":[{\"name\":\"letters\",\"state\":\"COMPLETED\","
						+ "\"verdict\":{\"kind\":\"NOT_RUNNING\",\"evidence\":\"it is completed\","
						+ "\"sentence\":\"not running: it is completed\"},"
						+ "\"stages\":[{\"name\":\"letters\",\"kind\":\"producer\",\"state\":\"COMPLETED\",\"pauseWanted\":false,\"in\":0,"
						+ "\"out\":2,\"discarded\":0,\"buffered\":0,\"queued\":0,\"backlog\":0,\"held\":0,\"demand\":0,\"retrying\":0},"
						+ "{\"name\":\"keep\",\"kind\":\"consumer\",\"state\":\"COMPLETED\",\"pauseWanted\":false,\"in\":2,\"out\":0,"
						+ "\"discarded\":0,\"buffered\":0,\"queued\":0,\"backlog\":0,\"held\":0,\"demand\":0,\"retrying\":0}],"
						+ "\"edges\":[{\"producer\":\"letters\",\"consumer\":\"keep\",\"maxDemand\":10,"
						+ "\"minDemand\":5,\"demand\":0,\"sent\":2,\"discarded\":0,\"inFlight\":0}]}]}");
				assertThat(response.body()).doesNotContain("secret");
			}
		}

		@Test
		void showsOneStage() throws Exception {
			try (ConfigurableApplicationContext context = run(Letters.class, EXPOSED)) {
				HttpResponse<String> response = get(port(context), "/actuator/genstage/keep");
				assertThat(response.statusCode()).isEqualTo(200);
				assertThat(response.body()).startsWith("{\"name\":\"keep\",\"kind\":\"consumer\",");
			}
		}

		@Test
		void showsAPauseThatHasNotTakenEffect() throws Exception {
			try (ConfigurableApplicationContext context = run(Letters.class, EXPOSED,
					"--genstage.stages.keep.auto-startup=false")) {
				TestContexts.registry(context).pause("keep").toCompletableFuture().join();
				assertThat(get(port(context), "/actuator/genstage/keep").body())
					.contains("\"state\":\"CREATED\",\"pauseWanted\":true,");
				TestContexts.registry(context).start("keep").toCompletableFuture().join();
				assertThat(get(port(context), "/actuator/genstage/keep").body())
					.contains("\"state\":\"PAUSED\",\"pauseWanted\":true,");
			}
		}

		@Test
		void showsWhereThePropertiesOfAStageAreWritten() throws Exception {
			try (ConfigurableApplicationContext context = run(Letters.class, EXPOSED,
					"--genstage.stages.keep.max-demand=4", "--management.endpoint.genstage.show-values=always")) {
				assertThat(get(port(context), "/actuator/genstage/keep").body())
					.contains("\"properties\":[{\"name\":\"genstage.stages.keep.max-demand\",\"value\":\"4\","
							+ "\"origin\":\"\\\"genstage.stages.keep.max-demand\\\" from property source "
							+ "\\\"commandLineArgs\\\"\"}],\"settings\":[")
					.contains("\"value\":\"4\",\"source\":\"property\",\"said\":\"genstage.stages.keep.max-demand\","
							+ "\"origin\":\"\\\"genstage.stages.keep.max-demand\\\" from property source");
			}
		}

		@ParameterizedTest
		@ValueSource(strings = { "never", "when-authorized" })
		void hidesValuesFromWhoMayNotSeeThem(String showValues) throws Exception {
			try (ConfigurableApplicationContext context = run(Letters.class, EXPOSED,
					"--genstage.stages.keep.max-demand=4",
					"--management.endpoint.genstage.show-values=" + showValues)) {
				assertThat(get(port(context), "/actuator/genstage/keep").body())
					.contains("{\"name\":\"genstage.stages.keep.max-demand\",\"value\":\"******\",");
			}
		}

		@ParameterizedTest
		@ValueSource(
				strings = { "stage=letters", "stage=letters&stage=letters", "stage=", "STAGE=letters", "name=letters" })
		void showsTheStageOfThePathOrNone(String query) throws Exception {
			try (ConfigurableApplicationContext context = run(Letters.class, EXPOSED)) {
				HttpResponse<String> response = get(port(context), "/actuator/genstage/keep?" + query);
				assertThat(response.statusCode()).isEqualTo(query.startsWith("stage=") ? 400 : 200);
				assertThat(response.body()).doesNotContain("\"name\":\"letters\"");
			}
		}

		@Test
		void showsAStageOfAnyNameThatIsPermitted() throws Exception {
			String[] names = { "a b", "a;b=c", "a%b", "a%2Fb", "a?b#c", "a+b", "a&b", "größe", "階段", "...", "a.json",
					"*", "{stage}", "[a]", "\"a\"", "a:b@c" };
			try (ConfigurableApplicationContext context = run(Letters.class, EXPOSED)) {
				for (String name : names) {
					TestContexts.registry(context)
						.register(StageDefinition.of(name, (ConsumerStage<Object>) (events, from) -> {
						}).subscribeTo("letters"));
					String path = "/actuator/genstage/"
							+ URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
					HttpResponse<String> response = get(port(context), path);
					assertThat(response.statusCode()).as(name).isEqualTo(200);
					assertThat(response.body()).startsWith("{\"name\":\"%s\",".formatted(name.replace("\"", "\\\"")));
				}
			}
		}

		@Test
		void answersNotFoundForAnUnknownStage() throws Exception {
			try (ConfigurableApplicationContext context = run(Letters.class, EXPOSED)) {
				assertThat(get(port(context), "/actuator/genstage/nobody").statusCode()).isEqualTo(404);
			}
		}

		@Test
		void isNotExposedByDefault() throws Exception {
			try (ConfigurableApplicationContext context = run(Letters.class)) {
				assertThat(get(port(context), "/actuator/genstage").statusCode()).isEqualTo(404);
			}
		}

		@Test
		void isNotThereWithoutAccess() throws Exception {
			try (ConfigurableApplicationContext context = run(Letters.class, EXPOSED,
					"--management.endpoint.genstage.access=none")) {
				assertThat(get(port(context), "/actuator/genstage").statusCode()).isEqualTo(404);
			}
		}

		@Test
		void isThereIfOnlyReadingIsPermitted() throws Exception {
			try (ConfigurableApplicationContext context = run(Letters.class, EXPOSED,
					"--management.endpoints.access.max-permitted=read-only")) {
				assertThat(get(port(context), "/actuator/genstage").statusCode()).isEqualTo(200);
			}
		}

		@Test
		void tellsHealthButNotLiveness() throws Exception {
			try (ConfigurableApplicationContext context = run(Letters.class, EXPOSED,
					"--management.endpoint.health.show-components=always")) {
				assertThat(get(port(context), "/actuator/health").body()).contains("\"genstage\":{\"status\":\"UP\"}");
				assertThat(get(port(context), "/actuator/health/liveness").body()).doesNotContain("genstage");
				assertThat(get(port(context), "/actuator/health/readiness").body()).doesNotContain("genstage");
			}
		}

		@Test
		void startsTheStagesOnceWithAManagementPort() throws Exception {
			try (ConfigurableApplicationContext context = run(Letters.class, EXPOSED, "--management.server.port=0")) {
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				List<Integer> ports = context.getBean(Order.class).ports;
				assertThat(ports).hasSize(2);
				assertThat(get(ports.get(1), "/actuator/genstage/keep").body()).contains("\"in\":2");
				assertThat(context.getBean(Order.class).steps).containsOnlyOnce("stage");
				TestContexts.sink(context).awaitExactly("secret", "secret");
			}
		}

	}

	@Nested
	class AtTheStart {

		@Test
		void startsTheStagesBeforeTheWebServer() {
			try (ConfigurableApplicationContext context = run(Letters.class)) {
				assertThat(context.getBean(Order.class).steps).containsExactly("stage", "server");
			}
		}

		@ParameterizedTest
		@ValueSource(strings = { "true", "false" })
		void startsTheStagesHoweverLazy(String lazy) {
			try (ConfigurableApplicationContext context = run(Letters.class,
					"--spring.main.lazy-initialization=" + lazy)) {
				TestContexts.sink(context).awaitExactly("secret", "secret");
			}
		}

		@Test
		void reportsAllThatIsWrongAtOnce(CapturedOutput output) {
			assertThatExceptionOfType(Exception.class).isThrownBy(
					() -> run(Wrong.class, "--genstage.stages.kep.max-demand=5", "--genstage.defaults.max-demand=0"));
			assertThat(output.toString().replace("\r\n", "\n"))
				.contains(
						"""
								***************************
								APPLICATION FAILED TO START
								***************************

								Description:

								The stages can't be wired, for 4 reasons:

								  - property 'genstage.stages.kep': there is no stage 'kep': did you mean 'keep'? (there are [keep, letters]); if it is there in some profile only, add it to genstage.optional-stages
								  - property 'genstage.defaults.max-demand': must be from 1 to 1000000, but is 0
								"""
							.stripTrailing())
				.contains("  - @Consumer bean 'keep': stage 'keep' subscribes to 'leters', which doesn't exist: "
						+ "did you mean 'letters'? (there are [letters])\n")
				.contains("""
						Action:

						Correct what is named in each line: the annotation, the method or the property.
						""");
		}

		@ParameterizedTest
		@CsvSource(delimiter = '|',
				textBlock = """
						genstage.stages.keep.max-demand=abc                  | must be a whole number from 1 to 1000000, but is 'abc'
						genstage.stages.keep.max-demand=${nobody.knows}      | must be a whole number from 1 to 1000000, but is '${nobody.knows}'
						genstage.stages.keep.max-demand=99999999999          | must be a whole number from 1 to 1000000, but is '99999999999'
						genstage.stages.keep.subscriptions.letters.min-demand=-99999999999 | must be a whole number from 0 to one less than the maximum demand, but is '-99999999999'
						genstage.stages.keep.concurrency=1e9                 | must be a whole number from 1 to 1000, but is '1e9'
						genstage.stages.keep.rate.events=99999999999         | must be a whole number from 1 to 2147483647, but is '99999999999'
						genstage.stages.keep.restart.multiplier=two          | must be a number from 1 to 1000, but is 'two'
						genstage.stages.keep.restart.period=soon             | must be a time such as 500ms or 2s, from 1ms to 365d, but is 'soon'
						genstage.lifecycle.drain-timeout=99999999999999999d  | must be a time such as 500ms or 2s, from 0s to 365d, but is '99999999999999999d'
						genstage.stages.keep.auto-startup=maybe              | must be true or false, but is 'maybe'
						genstage.defaults.buffer-keep=middle                 | must be one of [first, last], but is 'middle'
						genstage.lifecycle.start-on=later                    | must be one of [refresh, ready], but is 'later'
						genstage.stages.keep.subscriptions=x                 | must have its values in properties below it, but is 'x'
						""")
		void reportsAPropertyThatCanNotBeBound(String property, String problem, CapturedOutput output) {
			assertThatExceptionOfType(Exception.class).isThrownBy(() -> run(Letters.class, "--" + property));
			String name = property.substring(0, property.indexOf('='));
			assertThat(output).contains("APPLICATION FAILED TO START")
				.contains("  - property '%s': %s".formatted(name, problem));
		}

		@Test
		void reportsAValueWhereThereIsNone(CapturedOutput output) {
			assertThatExceptionOfType(Exception.class).isThrownBy(() -> run(Letters.class, "--genstage.stages.keep=5"));
			assertThat(output)
				.contains("  - property 'genstage.stages.keep': must have its values in properties below it");
		}

	}

	private static ConfigurableApplicationContext run(Class<?> configuration, String... arguments) {
		return new SpringApplicationBuilder(configuration, Common.class)
			.properties("server.port=0", "spring.jmx.enabled=false", "spring.main.banner-mode=off")
			.run(arguments);
	}

	private static int port(ConfigurableApplicationContext context) {
		return Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
	}

	private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build();
		return this.client.send(request, HttpResponse.BodyHandlers.ofString());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Common {

		@Bean
		Sink sink() {
			return new Sink();
		}

		@Bean
		Order order() {
			return new Order();
		}

	}

	static class Order {

		final List<String> steps = new CopyOnWriteArrayList<>();

		final List<Integer> ports = new CopyOnWriteArrayList<>();

		@EventListener
		void onServer(WebServerInitializedEvent event) {
			this.steps.add("server");
			this.ports.add(event.getWebServer().getPort());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Letters {

		@Bean
		@Producer
		ProducerStage<String> letters(Order order) {
			return new ProducerStage<>() {

				private StageContext context;

				@Override
				public void onStart(StageContext context) {
					order.steps.add("stage");
					this.context = context;
				}

				@Override
				public List<String> handleDemand(long demand) {
					this.context.complete();
					return List.of("secret", "secret");
				}

			};
		}

		@Bean
		@Consumer(subscribeTo = "letters", maxDemand = 10)
		java.util.function.Consumer<String> keep(Sink sink) {
			return sink::add;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Wrong {

		@Bean
		@Producer
		List<String> letters() {
			return List.of("a");
		}

		@Bean
		@Consumer(subscribeTo = "leters")
		java.util.function.Consumer<String> keep(Sink sink) {
			return sink::add;
		}

	}

}
