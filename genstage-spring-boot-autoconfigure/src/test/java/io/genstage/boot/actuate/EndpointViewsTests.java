package io.genstage.boot.actuate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.Sink;
import io.genstage.boot.StageRegistry;
import io.genstage.pipeline.StageState;
import io.genstage.source.EventQueue;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The views of the pipelines, the operations and the page that an application has over
 * HTTP.
 */
@ExtendWith(OutputCaptureExtension.class)
class EndpointViewsTests {

	private static final String EXPOSED = "--management.endpoints.web.exposure.include=genstage,genstageui";

	private static final String UNRESTRICTED = "--management.endpoint.genstage.access=unrestricted";

	private static final String WITH_PAGE = "--management.endpoint.genstageui.access=read-only";

	private final HttpClient client = HttpClient.newHttpClient();

	@Nested
	@TestInstance(TestInstance.Lifecycle.PER_CLASS)
	class Views extends Running {

		@BeforeAll
		void start() {
			run(EXPOSED);
		}

		@AfterAll
		void stop() {
			close();
		}

		@Test
		void ofTheTopologyAreSentOnceUntilTheyChange() throws Exception {
			HttpResponse<String> first = get("/actuator/genstage?view=topology");
			assertThat(first.statusCode()).isEqualTo(200);
			assertThat(first.body()).startsWith("{\"version\":\"")
				.contains("\"name\":\"topology\"")
				.doesNotContain("null");
			String tag = first.headers().firstValue("ETag").orElseThrow();
			HttpResponse<String> second = send(
					request("/actuator/genstage?view=topology", null).header("If-None-Match", tag));
			assertThat(second.statusCode()).isEqualTo(304);
			assertThat(second.body()).isEmpty();
			context().getBean(StageRegistry.class).demand("topology", 8, 2).toCompletableFuture().join();
			HttpResponse<String> third = send(
					request("/actuator/genstage?view=topology", null).header("If-None-Match", tag));
			assertThat(third.statusCode()).isEqualTo(200);
			assertThat(third.body()).contains("\"maxDemand\":8,\"minDemand\":2");
		}

		@Test
		void ofNumbersNameTheVersionOfTheTopology() throws Exception {
			String tag = get("/actuator/genstage?view=topology").headers().firstValue("ETag").orElseThrow();
			HttpResponse<String> numbers = get("/actuator/genstage?view=numbers&limit=1");
			assertThat(numbers.body()).contains("\"next\":\"orders\"");
			assertThat(get("/actuator/genstage?view=numbers").body())
				.contains("\"topology\":\"%s\"".formatted(tag.replaceAll("W/|\"", "")));
		}

		@Test
		void ofNumbersAreWrittenOnceForAllWhoAskWithinASecond() throws Exception {
			HttpResponse<String> first = get("/actuator/genstage?view=numbers&limit=2");
			String tag = first.headers().firstValue("ETag").orElseThrow();
			assertThat(first.headers().firstValue("Content-Type"))
				.contains("application/vnd.spring-boot.actuator.v3+json");
			Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
				HttpResponse<String> one = get("/actuator/genstage?view=numbers&limit=2");
				String known = one.headers().firstValue("ETag").orElseThrow();
				HttpResponse<String> another = get("/actuator/genstage?view=numbers&limit=2");
				assertThat(another.headers().firstValue("ETag")).contains(known);
				assertThat(another.body()).isEqualTo(one.body());
				HttpResponse<String> again = send(
						request("/actuator/genstage?view=numbers&limit=2", null).header("If-None-Match", known));
				assertThat(again.statusCode()).isEqualTo(304);
				assertThat(again.body()).isEmpty();
			});
			Awaitility.await()
				.atMost(Duration.ofMinutes(1))
				.untilAsserted(() -> assertThat(
						send(request("/actuator/genstage?view=numbers&limit=2", null).header("If-None-Match", tag))
							.statusCode())
					.isEqualTo(200));
		}

		@Test
		void haveTheTypeThatIsWanted() throws Exception {
			for (String view : List.of("topology", "numbers")) {
				HttpResponse<String> json = send(
						request("/actuator/genstage?view=" + view, null).header("Accept", "application/json"));
				assertThat(json.headers().firstValue("Content-Type")).contains("application/json");
				assertThat(json.body()).contains("\"pipelines\":[{\"name\":\"orders\"").doesNotContain("null");
				assertThat(send(request("/actuator/genstage?view=" + view, null).header("Accept", "text/html"))
					.statusCode()).isEqualTo(406);
			}
		}

		@ParameterizedTest
		@CsvSource(delimiter = '|', textBlock = """
				mermaid | text/plain;charset=UTF-8    | flowchart LR
				dot     | text/plain;charset=UTF-8    | digraph pipeline {
				text    | text/plain;charset=UTF-8    | ┌────────┐   ┌──────────┐
				svg     | image/svg+xml;charset=UTF-8 | <svg xmlns=
				""")
		void ofGraphsHaveTheirTypes(String view, String type, String beginning) throws Exception {
			HttpResponse<String> drawn = get("/actuator/genstage?view=%s&pipeline=orders".formatted(view));
			assertThat(drawn.statusCode()).isEqualTo(200);
			assertThat(drawn.headers().firstValue("Content-Type")).contains(type);
			assertThat(drawn.body()).startsWith(beginning);
		}

		@Test
		void areNoNamesBelowTheEndpoint() throws Exception {
			assertThat(get("/actuator/genstage/topology").body())
				.startsWith("{\"name\":\"topology\",\"kind\":\"consumer\"");
			assertThat(get("/actuator/genstage/numbers").statusCode()).isEqualTo(404);
			assertThat(get("/actuator/genstage").body()).startsWith("{\"pipelines\":[{\"name\":\"orders\"");
		}

		@ParameterizedTest
		@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
				view=pdf                      | 400 | 'view' must be topology, numbers, mermaid, dot, svg or text
				view=numbers&limit=0          | 400 | 'limit' must be a whole number from 1 to 1000
				view=topology&limit=all       | 400 | 'limit' must be a whole number from 1 to 1000
				view=topology&after=nobody    | 400 | 'after' must be the 'next' of the page before
				view=text&pipeline=nobody     | 404 | there is nothing of that name
				view=svg&pipeline=nobody      | 404 | there is nothing of that name
				""")
		void sayWhatWasExpected(String query, int status, String message) throws Exception {
			HttpResponse<String> refused = get("/actuator/genstage?" + query);
			assertThat(refused.statusCode()).isEqualTo(status);
			assertThat(refused.body()).isEqualTo("{\"message\":\"%s\"}".formatted(message));
		}

	}

	/** What those answer who have settings of their own. */
	@Nested
	class Others extends Running {

		@AfterEach
		void stop() {
			close();
		}

		@Test
		void compressWhatHasATag() throws Exception {
			run(EXPOSED, "--server.compression.enabled=true", "--server.compression.min-response-size=1B");
			for (String view : List.of("topology", "numbers")) {
				HttpResponse<String> packed = send(
						request("/actuator/genstage?view=" + view, null).header("Accept", "application/json")
							.header("Accept-Encoding", "gzip"));
				assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
				assertThat(packed.headers().firstValue("ETag")).isPresent();
			}
		}

		@Test
		void writeJsonWithTheMapperOfTheApplication() throws Exception {
			run(EXPOSED, "--management.endpoints.jackson.isolated-json-mapper=false",
					"--spring.jackson.property-naming-strategy=UPPER_CAMEL_CASE");
			assertThat(get("/actuator/genstage?view=numbers").body()).contains("\"Pipelines\":[{\"Name\":\"orders\"");
		}

	}

	@Nested
	class Operations extends Running {

		@AfterEach
		void stop() {
			close();
		}

		@Test
		void areAbsentByDefault() throws Exception {
			run(EXPOSED);
			assertThat(operate("topology", "{\"operation\":\"pause\"}").statusCode()).isIn(404, 405);
			assertThat(get("/actuator/genstage?view=topology").body()).doesNotContain("\"operations\"");
			assertThat(state()).isEqualTo(StageState.RUNNING);
		}

		@Test
		void areAbsentIfOnlyReadingIsPermitted() throws Exception {
			run(EXPOSED, UNRESTRICTED, "--management.endpoints.access.max-permitted=read-only");
			assertThat(operate("topology", "{\"operation\":\"pause\"}").statusCode()).isIn(404, 405);
			assertThat(get("/actuator/genstage?view=topology").body()).doesNotContain("\"operations\"");
		}

		@Test
		void pauseAndResumeAndSayInTheLogWhoAsked(CapturedOutput output) throws Exception {
			run(EXPOSED, UNRESTRICTED);
			assertThat(get("/actuator/genstage?view=topology").body()).contains("\"operations\":true");
			HttpResponse<String> paused = operate("topology", "{\"operation\":\"pause\"}");
			assertThat(paused.statusCode()).isEqualTo(202);
			assertThat(paused.body()).isEqualTo("{\"stage\":\"topology\",\"operation\":\"pause\"}");
			Awaitility.await().until(() -> state() == StageState.PAUSED);
			Awaitility.await()
				.atMost(Duration.ofMinutes(1))
				.untilAsserted(() -> assertThat(get("/actuator/genstage?view=numbers").body())
					.contains("\"state\":\"PAUSED\",\"pauseWanted\":true"));
			assertThat(output).contains("'ann' changes stage 'topology': pause");
			operate("topology", "{\"operation\":\"resume\"}");
			Awaitility.await().until(() -> state() == StageState.RUNNING);
		}

		@Test
		void changeDemandAndResetIt() throws Exception {
			run(EXPOSED, UNRESTRICTED);
			assertThat(operate("topology", "{\"operation\":\"demand\",\"maxDemand\":8,\"minDemand\":0}").statusCode())
				.isEqualTo(202);
			assertThat(get("/actuator/genstage?view=topology").body()).contains("\"maxDemand\":8,\"minDemand\":0");
			assertThat(operate("topology", "{\"operation\":\"reset\"}").statusCode()).isEqualTo(202);
			Awaitility.await()
				.untilAsserted(() -> assertThat(get("/actuator/genstage?view=topology").body())
					.contains("\"maxDemand\":1000"));
		}

		@ParameterizedTest
		@CsvSource(delimiter = '|', quoteCharacter = '`',
				textBlock = """
						topology | {}                                        | 400 | 'operation' must be one of start
						topology | {"operation":"explode"}                   | 400 | 'operation' must be one of start
						topology | {"operation":"demand"}                    | 400 | 'maxDemand' must be a whole number from 1
						topology | {"operation":"demand","maxDemand":"-1"}   | 400 | 'maxDemand' must be a whole number from 1
						topology | {"operation":"concurrency","concurrency":1001} | 400 | 'concurrency' must be a whole number from 1 to 1000
						topology | {"operation":"rate","rate":10}            | 400 | stage 'topology' has no rate to change
						topology | {"operation":"start"}                     | 409 | stage 'topology' can't be started
						nobody   | {"operation":"pause"}                     | 404 | there is nothing of that name
						""")
		void sayWhatWasExpected(String stage, String body, int status, String message) throws Exception {
			run(EXPOSED, UNRESTRICTED);
			HttpResponse<String> refused = operate(stage, body);
			assertThat(refused.statusCode()).isEqualTo(status);
			assertThat(refused.body()).startsWith("{\"message\":\"" + message);
		}

	}

	@Nested
	class Page extends Running {

		@AfterEach
		void stop() {
			close();
		}

		@Test
		void isNotThereUnlessItIsOpened() throws Exception {
			run(EXPOSED);
			assertThat(get("/actuator/genstageui").statusCode()).isEqualTo(404);
		}

		@Test
		void isNotThereUnlessItIsExposed() throws Exception {
			run("--management.endpoints.web.exposure.include=genstage", WITH_PAGE);
			assertThat(get("/actuator/genstageui").statusCode()).isEqualTo(404);
		}

		@Test
		void hasAStrictPolicyAndThreeFiles() throws Exception {
			run(EXPOSED, WITH_PAGE);
			HttpResponse<String> page = get("/actuator/genstageui");
			assertThat(page.headers().firstValue("Content-Type")).contains("text/html;charset=UTF-8");
			assertThat(page.headers().firstValue("Content-Security-Policy"))
				.contains("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
						+ "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'");
			assertThat(page.body()).contains("href=\"genstageui/page.css\"", "src=\"genstageui/page.js\"",
					"data-genstage=\"genstage\"");
			assertThat(page.body()).doesNotContain("<style", "style=", "onclick", "{");
			assertThat(get("/actuator/genstageui/page.css").headers().firstValue("Content-Type"))
				.contains("text/css;charset=UTF-8");
			assertThat(get("/actuator/genstageui/page.js").headers().firstValue("Content-Type"))
				.contains("text/javascript;charset=UTF-8");
			assertThat(get("/actuator/genstageui/page.html").statusCode()).isEqualTo(404);
			assertThat(get("/actuator/genstageui/..%2fpage.css").statusCode()).isIn(400, 404);
		}

		@Test
		void isWhereTheApplicationHasPutIt() throws Exception {
			run(EXPOSED, WITH_PAGE, "--management.server.port=0", "--management.endpoints.web.base-path=/manage",
					"--management.endpoints.web.path-mapping.genstageui=ops/pipelines",
					"--management.endpoints.web.path-mapping.genstage=stages");
			this.port = "local.management.port";
			HttpResponse<String> page = get("/manage/ops/pipelines");
			assertThat(page.statusCode()).isEqualTo(200);
			assertThat(page.body()).contains("src=\"pipelines/page.js\"", "data-genstage=\"../stages\"",
					"data-deadletters=\"../genstagedeadletters\"");
			assertThat(page.headers().firstValue("Content-Security-Policy")).isPresent();
			assertThat(get("/manage/ops/pipelines/page.js").statusCode()).isEqualTo(200);
			assertThat(get("/manage/stages?view=topology").headers().firstValue("ETag")).isPresent();
		}

	}

	/**
	 * An application that runs, and who asks it.
	 */
	abstract class Running {

		String port = "local.server.port";

		private @Nullable ConfigurableApplicationContext context;

		final void run(String... arguments) {
			this.context = new SpringApplicationBuilder(Shop.class)
				.properties("server.port=0", "spring.jmx.enabled=false", "spring.main.banner-mode=off")
				.run(arguments);
		}

		final void close() {
			if (this.context != null) {
				this.context.close();
			}
		}

		final ConfigurableApplicationContext context() {
			assertThat(this.context).isNotNull();
			return this.context;
		}

		final StageState state() {
			return context().getBean(StageRegistry.class).state("topology").orElseThrow();
		}

		final HttpRequest.Builder request(String path, @Nullable String user) {
			String port = context().getEnvironment().getRequiredProperty(this.port);
			HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
			return (user != null) ? request.header("user", user) : request;
		}

		final HttpResponse<String> get(String path) throws IOException, InterruptedException {
			return send(request(path, null));
		}

		final HttpResponse<String> operate(String stage, String body) throws IOException, InterruptedException {
			return send(request("/actuator/genstage/" + stage, "ann").header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString(body)));
		}

		final HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
			return EndpointViewsTests.this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Shop {

		@Bean
		Sink sink() {
			return new Sink();
		}

		@Bean
		@Producer
		EventQueue<String> orders() {
			return new EventQueue<>(10);
		}

		/** Has the name of a view. */
		@Bean
		@Consumer(subscribeTo = "orders")
		java.util.function.Consumer<String> topology(Sink sink) {
			return sink::add;
		}

		@Bean
		NamedUserFilter user() {
			return new NamedUserFilter();
		}

	}

}
