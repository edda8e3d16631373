package io.genstage.sample.signing;

import io.genstage.boot.StageRegistry;
import io.genstage.sample.Sample;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient.ResponseSpec;

import static io.genstage.sample.Sample.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many readers who come together, while the ticket check pauses.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrowdTests {

	private static final int CAPACITY = 20;

	private final Sample sample = Sample.start("sample.quakes.feed=classpath:malformed.geojson",
			"sample.signing.pace=0s", "sample.signing.line=" + CAPACITY);

	private JsonNode before;

	@BeforeEach
	void closeTheTicketCheck() {
		this.before = signing();
		stages().pause("tickets").toCompletableFuture().join();
	}

	@AfterEach
	void awaitTheEnd() {
		stages().resume("tickets").toCompletableFuture().join();
		await().until(() -> sum("turnedAway") + sum("signed") + sum("refused") == sum("arrived"));
	}

	@AfterAll
	void close() {
		this.sample.close();
	}

	@Test
	void waitsInFrontOfTheShopWhileTheLineIsFull() {
		come("{\"readers\": 100}").expectStatus().isAccepted();
		await().until(() -> signing().path("line").asInt() == CAPACITY);
		assertThat(signing().path("outside").asInt()).isBetween(100 - CAPACITY - 2, 100 - CAPACITY);
		stages().resume("tickets").toCompletableFuture().join();
		await().until(() -> since("signed") == 90 && since("turnedAway") == 10);
		assertThat(signing().path("outside").asInt()).isZero();
		assertThat(since("arrived")).isEqualTo(100);
		assertThat(since("refused")).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"readers\": 0}", "{\"readers\": -1}", "{\"readers\": 1001}",
			"{\"readers\": 99999999999999999999}", "{\"readers\": null}", "{\"readers\": \"many\"}", "{}", "[]", "no" })
	void doesNotLetAnAbsurdNumberCome(String body) {
		come(body).expectStatus()
			.isBadRequest()
			.expectHeader()
			.contentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(since("arrived")).isZero();
	}

	@Test
	void doesNotLetMoreComeThanThereIsRoomForInFrontOfTheShop() {
		for (int crowd = 0; crowd < 10; crowd++) {
			come("{\"readers\": 1000}").expectStatus().isAccepted();
		}
		come("{\"readers\": 1000}").expectStatus().isEqualTo(503);
		assertThat(since("arrived")).isEqualTo(Crowd.MOST_OUTSIDE);
	}

	@Test
	void sendsThoseHomeWhoFindTheLineClosed() {
		come("{\"readers\": 100}").expectStatus().isAccepted();
		await().until(() -> signing().path("line").asInt() == CAPACITY);
		int outside = signing().path("outside").asInt();
		stages().resume("tickets").thenCompose((resumed) -> stages().stop("line")).toCompletableFuture().join();
		await().until(() -> since("signed") + since("turnedAway") + since("refused") == 100);
		assertThat(signing().path("outside").asInt()).isZero();
		assertThat(since("refused")).isLessThanOrEqualTo(outside);
		stages().start("line").toCompletableFuture().join();
	}

	private ResponseSpec come(String body) {
		return this.sample.http()
			.post()
			.uri("/signing/crowds")
			.contentType(MediaType.APPLICATION_JSON)
			.body(body)
			.exchange();
	}

	private JsonNode signing() {
		return this.sample.get("/signing");
	}

	private long sum(String number) {
		return signing().path(number).asLong();
	}

	private long since(String number) {
		return sum(number) - this.before.path(number).asLong();
	}

	private StageRegistry stages() {
		return this.sample.bean(StageRegistry.class);
	}

}
