package io.genstage.sample.quakes;

import io.genstage.sample.Sample;
import io.genstage.sample.switchboard.Switch;
import io.genstage.sample.switchboard.Switchboard;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A feature that can't be read, until the parser is corrected.
 */
class ReplayTests {

	@Test
	void storesATornFeatureWhenTheParserHasBeenCorrected() {
		try (Sample sample = Sample.start("sample.quakes.feed=classpath:torn.geojson")) {
			sample.awaitCompletionOf("store", "alerts");
			assertThat(numbers(sample)).isEqualTo("1 stored, 0 alerts, 1 dead letters");
			assertThat(sample.get("/actuator/genstagedeadletters").at("/letters/0/reason").asString())
				.isEqualTo("its network is missing");
			assertThat(replay(sample.http())).hasToString("""
					{"accepted":0,"failedAgain":1,"left":0}""");
			assertThat(numbers(sample)).isEqualTo("1 stored, 0 alerts, 1 dead letters");
			sample.bean(Switchboard.class).set(Switch.CORRECTED_PARSER, true);
			assertThat(replay(sample.http())).hasToString("""
					{"accepted":1,"failedAgain":0,"left":0}""");
			assertThat(numbers(sample)).isEqualTo("2 stored, 1 alerts, 0 dead letters");
			assertThat(sample.get("/quakes/summary").path("byNetwork")).hasToString("""
					{"ci":1,"us":1}""");
		}
	}

	@Test
	void replaysNothingIfThereIsNothing() {
		try (Sample sample = Sample.start()) {
			sample.awaitCompletionOf("store", "alerts");
			assertThat(replay(sample.http())).hasToString("""
					{"accepted":0,"failedAgain":0,"left":0}""");
		}
	}

	private static JsonNode replay(RestTestClient http) {
		return http.post()
			.uri("/quakes/replay")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(JsonNode.class)
			.returnResult()
			.getResponseBody();
	}

	private static String numbers(Sample sample) {
		JsonNode summary = sample.get("/quakes/summary");
		return "%d stored, %d alerts, %d dead letters".formatted(summary.path("stored").asInt(),
				summary.path("alerts").asInt(), summary.path("deadLetters").asInt());
	}

}
