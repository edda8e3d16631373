package io.genstage.sample.switchboard;

import io.genstage.boot.StageRegistry;
import io.genstage.pipeline.StageState;
import io.genstage.sample.Sample;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient.ResponseSpec;

import static io.genstage.sample.Sample.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Trouble that is made and ended while the application runs.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SwitchTests {

	private final Sample sample = Sample.start("sample.signing.pace=1ms", "sample.signing.slow-pace=300ms",
			"genstage.defaults.failure.outage.pause=100ms");

	@BeforeAll
	void awaitQuakes() {
		this.sample.awaitCompletionOf("store", "alerts");
	}

	@AfterEach
	void endAllTrouble() {
		for (Switch one : Switch.values()) {
			this.sample.bean(Switchboard.class).set(one, false);
		}
	}

	@AfterAll
	void close() {
		this.sample.close();
	}

	@Test
	void areOffAtTheStartAndSetOneByOne() {
		assertThat(this.sample.get("/switches")).hasToString("""
				{"slow-author":false,"broken-feed":false,"corrected-parser":false,"database-away":false}""");
		set("broken-feed", "{\"on\": true}").expectStatus().isOk();
		assertThat(this.sample.get("/switches")).hasToString("""
				{"slow-author":false,"broken-feed":true,"corrected-parser":false,"database-away":false}""");
		set("broken-feed", "{\"on\": false}").expectStatus().isOk();
		assertThat(this.sample.bean(Switchboard.class).isOn(Switch.BROKEN_FEED)).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "nothing, '{\"on\": true}', 404", "SLOW_AUTHOR, '{\"on\": true}', 404", "slow-author, '{}', 400",
			"slow-author, '{\"on\": \"perhaps\"}', 400", "slow-author, '[]', 400" })
	void areNotSetByWhatMakesNoSense(String which, String body, int status) {
		set(which, body).expectStatus().isEqualTo(status);
		assertThat(this.sample.bean(Switchboard.class).isOn(Switch.SLOW_AUTHOR)).isFalse();
	}

	@Test
	void slowTheAuthorDown() {
		set("slow-author", "{\"on\": true}");
		long began = System.nanoTime();
		this.sample.http()
			.post()
			.uri("/signing/arrivals")
			.contentType(MediaType.APPLICATION_JSON)
			.body("{\"name\": \"Ada\", \"ticket\": \"SIGN-0001\"}")
			.exchange()
			.expectStatus()
			.isOk();
		assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(300_000_000);
	}

	@Test
	void tearFeaturesThatAreReplayedWhenTheParserHasBeenCorrected() {
		int alerts = this.sample.get("/quakes/summary").path("alerts").asInt();
		set("broken-feed", "{\"on\": true}");
		post("/quakes/readings", "").expectStatus().isAccepted();
		this.sample.awaitCompletionOf("store", "alerts");
		assertThat(this.sample.get("/quakes/summary").path("deadLetters").asInt()).isEqualTo(34);
		set("broken-feed", "{\"on\": false}");
		assertThat(answerTo("/quakes/replay")).hasToString("""
				{"accepted":0,"failedAgain":34,"left":0}""");
		set("corrected-parser", "{\"on\": true}");
		assertThat(answerTo("/quakes/replay")).hasToString("""
				{"accepted":34,"failedAgain":0,"left":0}""");
		JsonNode summary = this.sample.get("/quakes/summary");
		assertThat(summary.path("deadLetters").asInt()).isZero();
		assertThat(summary.path("stored").asInt()).isEqualTo(1707);
		assertThat(summary.path("byNetwork").path("ci").asInt()).isEqualTo(386);
		assertThat(summary.path("alerts").asInt()).isEqualTo(alerts + 85);
	}

	@Test
	void takeTheDatabaseAwayAndLoseNothing() {
		set("database-away", "{\"on\": true}");
		this.sample.http().get().uri("/quakes/summary").exchange().expectStatus().isEqualTo(503);
		long handled = handled("store");
		post("/quakes/readings", "").expectStatus().isAccepted();
		await().until(() -> this.sample.get("/actuator/genstage/store").hasNonNull("outage"));
		post("/quakes/readings", "").expectStatus().isEqualTo(409);
		set("database-away", "{\"on\": false}");
		this.sample.awaitCompletionOf("store", "alerts");
		assertThat(handled("store") - handled).isEqualTo(1707);
		JsonNode summary = this.sample.get("/quakes/summary");
		assertThat(summary.path("stored").asInt()).isEqualTo(1707);
		assertThat(summary.path("deadLetters").asInt()).isZero();
		assertThat(this.sample.bean(StageRegistry.class).state("feed")).contains(StageState.COMPLETED);
	}

	private long handled(String stage) {
		return this.sample.get("/actuator/genstage/" + stage).path("in").asLong();
	}

	private ResponseSpec set(String which, String body) {
		return post("/switches/" + which, body);
	}

	private JsonNode answerTo(String uri) {
		return post(uri, "").expectStatus().isOk().expectBody(JsonNode.class).returnResult().getResponseBody();
	}

	private ResponseSpec post(String uri, String body) {
		return this.sample.http().post().uri(uri).contentType(MediaType.APPLICATION_JSON).body(body).exchange();
	}

}
