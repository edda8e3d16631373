package io.genstage.sample.quakes;

import io.genstage.boot.StageRegistry;
import io.genstage.sample.Sample;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The real feed, over HTTP. The figures are those of the feed's own description.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureRestTestClient
class QuakesTests {

	@Autowired
	private RestTestClient http;

	@BeforeEach
	void awaitTheEndOfTheFeed(@Autowired StageRegistry registry) {
		Sample.awaitCompletionOf(registry, "store", "alerts");
	}

	@Test
	void storesAllQuakesOfTheFeed() {
		JsonNode summary = Sample.get(this.http, "/quakes/summary");
		assertThat(summary.path("stored").asInt()).isEqualTo(1707);
		assertThat(summary.path("byType")).hasToString("""
				{"earthquake":1679,"explosion":15,"quarry blast":13}""");
		assertThat(summary.path("byNetwork").toString()).startsWith("""
				{"ci":386,"nc":370,"ak":297,"nn":260,"us":168,""");
		assertThat(summary.path("byNetwork").size()).isEqualTo(12);
		assertThat(summary.path("largest").path("magnitude").asDouble()).isEqualTo(6.4);
		assertThat(summary.path("alerts").asInt()).isEqualTo(85);
		assertThat(summary.path("deadLetters").asInt()).isZero();
	}

	@Test
	void showsTheWholeGraphInTheEndpoint() {
		JsonNode pipeline = pipeline("feed");
		assertThat(pipeline.path("state").asString()).isEqualTo("COMPLETED");
		assertThat(pipeline.path("stages").valueStream().map(QuakesTests::stage)).containsExactlyInAnyOrder(
				"feed producer COMPLETED 0 1707", "located producer-consumer COMPLETED 1707 1707",
				"store consumer COMPLETED 1707 0", "alerts consumer COMPLETED 1707 0");
		assertThat(pipeline.path("edges").valueStream().map(QuakesTests::edge))
			.containsExactlyInAnyOrder("feed > located 1707", "located > store 1707", "located > alerts 1707");
	}

	@Test
	void showsOneStageInTheEndpoint() {
		assertThat(stage(Sample.get(this.http, "/actuator/genstage/store")))
			.isEqualTo("store consumer COMPLETED 1707 0");
	}

	@Test
	void isHealthyWhenTheFeedHasBeenRead() {
		assertThat(Sample.get(this.http, "/actuator/health").at("/components/genstage/status").asString())
			.isEqualTo("UP");
	}

	@Test
	void countsTheSameInAllMeters() {
		assertThat(meter("genstage.events.out?tag=stage:feed")).isEqualTo(1707);
		assertThat(meter("genstage.events.in?tag=stage:located")).isEqualTo(1707);
		assertThat(meter("genstage.events.in?tag=stage:store")).isEqualTo(1707);
		assertThat(meter("genstage.events.in?tag=stage:alerts")).isEqualTo(1707);
		assertThat(meter("sample.quakes.alerts")).isEqualTo(85);
		assertThat(meter("genstage.events.discarded")).isZero();
	}

	@Test
	void asksForNoMoreThanIsConfigured() {
		assertThat(
				pipeline("feed").path("edges").valueStream().filter((edge) -> edge(edge).startsWith("located > store")))
			.singleElement()
			.satisfies((edge) -> assertThat(edge.path("maxDemand").asInt()).isEqualTo(200));
	}

	private JsonNode pipeline(String name) {
		return Sample.get(this.http, "/actuator/genstage")
			.path("pipelines")
			.valueStream()
			.filter((pipeline) -> pipeline.path("name").asString().equals(name))
			.findFirst()
			.orElseThrow();
	}

	private double meter(String meter) {
		return Sample.meter(this.http, meter);
	}

	private static String stage(JsonNode stage) {
		return "%s %s %s %d %d".formatted(stage.path("name").asString(), stage.path("kind").asString(),
				stage.path("state").asString(), stage.path("in").asLong(), stage.path("out").asLong());
	}

	private static String edge(JsonNode edge) {
		return "%s > %s %d".formatted(edge.path("producer").asString(), edge.path("consumer").asString(),
				edge.path("sent").asLong());
	}

}
