package io.genstage.sample;

import java.util.Map;

import io.genstage.boot.StageRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.aot.AotDetector;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.core.SpringProperties;
import org.springframework.test.web.servlet.client.RestTestClient;

import static io.genstage.sample.Sample.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application, started from what the build has generated ahead of time. Its jar is
 * started like that in {@link ExecutableJarTests}.
 */
class AheadOfTimeTests {

	@BeforeEach
	void useWhatIsGenerated() {
		SpringProperties.setFlag(AotDetector.AOT_ENABLED);
	}

	@AfterEach
	void useWhatIsWritten() {
		SpringProperties.setProperty(AotDetector.AOT_ENABLED, null);
	}

	@Test
	void readsTheWholeFeed() {
		try (var context = new SpringApplicationBuilder(SampleApplication.class).main(SampleApplication.class)
			.run("--server.port=0")) {
			assertThat(context
				.containsBean("org.springframework.context.annotation.internalConfigurationAnnotationProcessor"))
				.as("a configuration class is parsed at run time")
				.isFalse();
			StageRegistry registry = context.getBean(StageRegistry.class);
			Sample.awaitCompletionOf(registry, "store", "alerts");
			assertThat(registry.stage("store").orElseThrow().started().orElseThrow().in()).isEqualTo(1707);
			int port = ((WebServerApplicationContext) context).getWebServer().getPort();
			assertThatItAnswers(port);
		}
	}

	/**
	 * Asks for its pages and endpoints, lets readers come, and makes trouble.
	 * @param port where the application is
	 */
	static void assertThatItAnswers(int port) {
		RestTestClient http = RestTestClient.bindToServer().baseUrl("http://localhost:" + port).build();
		await().untilAsserted(
				() -> assertThat(Sample.get(http, "/quakes/summary").path("stored").asInt()).isEqualTo(1707));
		await()
			.untilAsserted(() -> assertThat(Sample.meter(http, "genstage.events.in?tag=stage:alerts")).isEqualTo(1707));
		assertThat(Sample.page(http, "/")).contains("<iframe src=\"actuator/genstageui\"");
		assertThat(Sample.page(http, "/start.js")).contains("signing/crowds");
		assertThat(Sample.page(http, "/code/signing/Author")).contains("<mark>");
		assertThat(Sample.page(http, "/actuator/genstageui")).contains("genstageui/page.js");
		assertThat(Sample.page(http, "/actuator/genstageui/page.js")).contains("view=");
		assertThat(Sample.page(http, "/actuator/genstage?view=mermaid&pipeline=line")).contains("author");
		assertThat(Sample.get(http, "/actuator/genstage?view=topology").path("pipelines")).hasSize(2);
		assertThat(Sample.get(http, "/actuator/genstage?view=numbers").path("pipelines")).hasSize(2);
		assertThat(Sample.get(http, "/actuator/genstage/author").path("settings").valueStream())
			.anySatisfy((setting) -> assertThat(setting.path("origin").asString()).contains("'Author.sign'"));
		assertThat(Sample.get(http, "/actuator/genstagedeadletters").path("letters")).isEmpty();
		JsonNode health = Sample.get(http, "/actuator/health");
		assertThat(health.path("status").asString()).as(health.toString()).isEqualTo("UP");
		assertThat(health.at("/components/genstage/status").asString()).as(health.toString()).isEqualTo("UP");
		post(http, "/signing/crowds", Map.of("readers", 10));
		await().untilAsserted(() -> {
			JsonNode signing = Sample.get(http, "/signing");
			assertThat(signing.path("signed").asInt()).isEqualTo(9);
			assertThat(signing.path("turnedAway").asInt()).isEqualTo(1);
		});
		post(http, "/switches/broken-feed", Map.of("on", true));
		post(http, "/quakes/readings", Map.of());
		await().untilAsserted(
				() -> assertThat(Sample.get(http, "/quakes/summary").path("deadLetters").asInt()).isEqualTo(34));
	}

	private static void post(RestTestClient http, String uri, Map<String, ?> body) {
		http.post().uri(uri).body(body).exchange().expectStatus().is2xxSuccessful();
	}

}
