package io.genstage.boot.actuate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.source.EventQueue;
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

	private HttpResponse<String> get(ConfigurableApplicationContext context, String port, String path)
			throws IOException, InterruptedException {
		URI uri = URI
			.create("http://localhost:%s%s".formatted(context.getEnvironment().getRequiredProperty(port), path));
		return this.client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
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
