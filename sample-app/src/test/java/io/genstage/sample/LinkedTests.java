package io.genstage.sample;

import java.util.Map;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static io.genstage.sample.Sample.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The same stages with links between them, by nothing but properties.
 */
class LinkedTests {

	@ParameterizedTest
	@CsvSource({ "feed, memory", "located, memory", "located, jdbc" })
	void storesTheSameQuakes(String stage, String type) {
		try (Sample sample = Sample.start("genstage.links.%s.type=%s".formatted(stage, type))) {
			sample.awaitCompletionOf("feed");
			await().untilAsserted(() -> {
				JsonNode summary = sample.get("/quakes/summary");
				assertThat(summary.path("stored").asInt()).isEqualTo(1707);
				assertThat(summary.path("alerts").asInt()).isEqualTo(85);
			});
			JsonNode summary = sample.get("/quakes/summary");
			assertThat(summary.path("byType")).hasToString("""
					{"earthquake":1679,"explosion":15,"quarry blast":13}""");
			assertThat(summary.path("largest").path("magnitude").asDouble()).isEqualTo(6.4);
			assertThat(summary.path("deadLetters").asInt()).isZero();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "memory", "jdbc" })
	void signsTheBooksOfReadersWhoAreAnsweredBefore(String type) {
		try (Sample sample = Sample.start("sample.quakes.feed=classpath:malformed.geojson",
				"sample.signing.patience=20s", "sample.signing.pace=1ms", "genstage.links.line.type=" + type)) {
			for (int number = 0; number < 10; number++) {
				sample.http()
					.post()
					.uri("/signing/arrivals")
					.body(Map.of("name", "reader " + number, "ticket", "SIGN-000" + number))
					.exchange()
					.expectStatus()
					.isAccepted();
			}
			await().until(() -> sample.get("/signing").path("signed").asInt() == 10);
		}
	}

}
