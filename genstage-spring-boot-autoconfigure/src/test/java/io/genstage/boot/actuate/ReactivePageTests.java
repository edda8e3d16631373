package io.genstage.boot.actuate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.source.EventQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page of an application that has WebFlux.
 */
class ReactivePageTests {

	private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
			+ "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

	private final HttpClient client = HttpClient.newHttpClient();

	@ParameterizedTest
	@ValueSource(strings = { "/actuator/genstageui", "/actuator/genstageui/page.css", "/actuator/genstageui/page.js" })
	void hasAStrictPolicy(String path) throws Exception {
		try (ConfigurableApplicationContext context = run()) {
			HttpResponse<String> answer = get(context, "local.server.port", path);
			assertThat(answer.statusCode()).isEqualTo(200);
			assertThatAllHeadersAreOf(answer);
		}
	}

	@Test
	void aloneHasThePolicy() throws Exception {
		try (ConfigurableApplicationContext context = run()) {
			HttpResponse<String> answer = get(context, "local.server.port", "/actuator/genstage?view=topology");
			assertThat(answer.statusCode()).isEqualTo(200);
			assertThat(answer.headers().firstValue("Content-Security-Policy")).isEmpty();
		}
	}

	@Test
	void hasAStrictPolicyWhereTheApplicationHasPutIt() throws Exception {
		try (ConfigurableApplicationContext context = run("--management.server.port=0",
				"--management.server.base-path=/inside", "--management.endpoints.web.base-path=/manage",
				"--management.endpoints.web.path-mapping.genstageui=ops/pipelines")) {
			HttpResponse<String> answer = get(context, "local.management.port", "/inside/manage/ops/pipelines");
			assertThat(answer.statusCode()).isEqualTo(200);
			assertThat(answer.body()).contains("src=\"pipelines/page.js\"");
			assertThatAllHeadersAreOf(answer);
		}
	}

	@Test
	void isAnsweredOnceUntilTheTopologyChanges() throws Exception {
		try (ConfigurableApplicationContext context = run("--management.endpoint.genstage.access=unrestricted")) {
			String path = "/actuator/genstage?view=topology";
			HttpResponse<String> first = get(context, "local.server.port", path);
			assertThat(first.body()).startsWith("{\"version\":\"").contains("\"name\":\"shipped\"");
			String tag = first.headers().firstValue("ETag").orElseThrow();
			assertThat(first.body()).contains("\"version\":\"%s\"".formatted(tag.replaceAll("W/|\"", "")));
			HttpResponse<String> second = get(context, "local.server.port", path, "If-None-Match", tag);
			assertThat(second.statusCode()).isEqualTo(304);
			assertThat(second.body()).isEmpty();
			assertThat(second.headers().firstValue("ETag")).contains(tag);
			HttpResponse<String> operated = send(request(context, "local.server.port", "/actuator/genstage/shipped")
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers
					.ofString("{\"operation\":\"demand\",\"maxDemand\":8,\"minDemand\":2}")));
			assertThat(operated.statusCode()).isEqualTo(202);
			Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
				HttpResponse<String> third = get(context, "local.server.port", path, "If-None-Match", tag);
				assertThat(third.statusCode()).isEqualTo(200);
				assertThat(third.body()).contains("\"maxDemand\":8,\"minDemand\":2");
			});
		}
	}

	@Test
	void getsAllElseThatTheEndpointHas() throws Exception {
		try (ConfigurableApplicationContext context = run()) {
			HttpResponse<String> numbers = get(context, "local.server.port", "/actuator/genstage?view=numbers");
			assertThat(numbers.body()).startsWith("{\"time\":\"").doesNotContain("null");
			assertThat(numbers.headers().firstValue("ETag")).isPresent();
			assertThat(get(context, "local.server.port", "/actuator/genstage").body())
				.startsWith("{\"pipelines\":[{\"name\":\"orders\"");
			assertThat(get(context, "local.server.port", "/actuator/genstage/shipped").body())
				.startsWith("{\"name\":\"shipped\",\"kind\":\"consumer\"");
			assertThat(get(context, "local.server.port", "/actuator/genstage/nobody").statusCode()).isEqualTo(404);
			assertThat(get(context, "local.server.port", "/actuator/genstage?view=svg").headers()
				.firstValue("Content-Type")).contains("image/svg+xml;charset=UTF-8");
			assertThat(get(context, "local.server.port", "/actuator/genstage?view=pdf").statusCode()).isEqualTo(400);
			assertThat(send(request(context, "local.server.port", "/actuator/genstage/shipped")
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString("{\"operation\":\"pause\"}"))).statusCode()).isIn(404, 405);
		}
	}

	@Test
	void isWhereTheManagementPortIsWithATag() throws Exception {
		try (ConfigurableApplicationContext context = run("--management.server.port=0")) {
			HttpResponse<String> topology = get(context, "local.management.port", "/actuator/genstage?view=topology");
			String tag = topology.headers().firstValue("ETag").orElseThrow();
			assertThat(get(context, "local.management.port", "/actuator/genstage?view=topology", "If-None-Match", tag)
				.statusCode()).isEqualTo(304);
		}
	}

	private static void assertThatAllHeadersAreOf(HttpResponse<String> answer) {
		assertThat(answer.headers().allValues("Content-Security-Policy")).containsExactly(POLICY);
		assertThat(answer.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
		assertThat(answer.headers().allValues("Referrer-Policy")).containsExactly("no-referrer");
		assertThat(answer.headers().allValues("Cache-Control")).containsExactly("no-cache");
	}

	private static ConfigurableApplicationContext run(String... arguments) {
		return new SpringApplicationBuilder(Shop.class)
			.properties("spring.main.web-application-type=reactive", "server.port=0", "spring.jmx.enabled=false",
					"spring.main.banner-mode=off", "management.endpoints.web.exposure.include=genstage,genstageui",
					"management.endpoint.genstageui.access=read-only")
			.run(arguments);
	}

	private HttpResponse<String> get(ConfigurableApplicationContext context, String port, String path,
			String... headers) throws IOException, InterruptedException {
		HttpRequest.Builder request = request(context, port, path);
		return send((headers.length > 0) ? request.headers(headers) : request);
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
		return this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	private static HttpRequest.Builder request(ConfigurableApplicationContext context, String port, String path) {
		return HttpRequest.newBuilder(URI
			.create("http://localhost:%s%s".formatted(context.getEnvironment().getRequiredProperty(port), path)));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Shop {

		@Bean
		@Producer
		EventQueue<String> orders() {
			return new EventQueue<>(10);
		}

		@Bean
		@Consumer(subscribeTo = "orders")
		java.util.function.Consumer<String> shipped() {
			return (order) -> {
			};
		}

	}

}
