package io.genstage.sample.quakes;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import com.sun.net.httpserver.HttpServer;
import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.pipeline.StageState;
import io.genstage.sample.Sample;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.io.ClassPathResource;

import static io.genstage.sample.Sample.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Feeds of all sorts, each with an application of its own.
 */
@ExtendWith(OutputCaptureExtension.class)
class FeedTests {

	private static byte[] feed() throws IOException {
		try (InputStream feed = new ClassPathResource("earthquakes.geojson").getInputStream()) {
			return feed.readAllBytes();
		}
	}

	@Test
	void storesNoQuakeTwice() {
		String database = "spring.datasource.url=jdbc:h2:mem:rerun;DB_CLOSE_DELAY=-1";
		for (int run = 1; run <= 2; run++) {
			try (Sample sample = Sample.start(database)) {
				sample.awaitCompletionOf("store");
				assertThat(sample.get("/quakes/summary").path("stored").asInt()).isEqualTo(1707);
			}
		}
	}

	@Test
	void readsTheFeedAgainWhenItIsStartedAgain() {
		try (Sample sample = Sample.start()) {
			sample.awaitCompletionOf("alerts", "store");
			sample.restart();
			sample.awaitCompletionOf("alerts", "store");
			assertThat(sample.bean(QuakeRepository.class).totals().stored()).isEqualTo(1707);
			assertThat(sample.bean(Alerts.class).raised()).isEqualTo(170);
		}
	}

	@Test
	void keepsMalformedFeaturesAsDeadLetters(CapturedOutput output) {
		try (Sample sample = Sample.start("sample.quakes.feed=classpath:malformed.geojson")) {
			sample.awaitCompletionOf("store", "alerts");
			assertThat(sample.get("/quakes/summary").toString()).startsWith("""
					{"stored":2,"byType":{"earthquake":1,"quarry blast":1},"byNetwork":{"ci":1,"uw":1},""").endsWith("""
					"alerts":1,"deadLetters":7}""");
			assertThat(Sample.meter(sample.http(), "genstage.events.in?tag=stage:store")).isEqualTo(2);
			assertThat(
					Sample.meter(sample.http(), "genstage.events.settled?tag=stage:located&tag=outcome:dead_lettered"))
				.isEqualTo(7);
			assertThat(sample.bean(DeadLetterDesk.class).list(DeadLetterFilter.all(), null, 10).letters())
				.extracting(DeadLetter::reason)
				.containsExactly("it has no usable id", "it has no usable id",
						"its time is missing or not in milliseconds", "its longitude is not from -180 to 180",
						"its longitude is missing", "it has no usable id", "it has no usable id");
		}
		assertThat(output).doesNotContain("all is lost");
	}

	@Test
	void keepsWhatItReadBeforeATruncatedFeedBreaks(@TempDir Path directory, CapturedOutput output) throws IOException {
		byte[] half = Arrays.copyOf(feed(), 600_000);
		long whole = new String(half, StandardCharsets.UTF_8).lines().count() - 1;
		Path truncated = Files.write(directory.resolve("truncated.geojson"), half);
		try (Sample sample = Sample.start("sample.quakes.feed=file:" + truncated)) {
			await().until(() -> sample.get("/quakes/summary").path("stored").asLong() == whole);
			await().until(() -> sample.stateOf("feed") == StageState.FAILED);
			assertThat(sample.get("/actuator/genstage/feed").path("state").asString()).isEqualTo("FAILED");
			JsonNode health = sample.get("/actuator/health");
			assertThat(health.at("/components/genstage/status").asString()).isEqualTo("DOWN");
			assertThat(health.at("/components/genstage/details/failed").toString()).isEqualTo("[\"feed\"]");
			sample.http().get().uri("/signing").exchange().expectStatus().isOk();
		}
		assertThat(output)
			.containsOnlyOnce("the feed 'file:%s' (sample.quakes.feed) breaks after %d features, at line %d, column"
				.formatted(truncated, whole, whole + 1));
	}

	@ParameterizedTest
	@ValueSource(strings = { "file:nowhere.geojson", "classpath:nowhere.geojson", "nowhere.geojson", "file:src",
			"quakes:feed", "" })
	void refusesToStartWithoutAFeed(String location, CapturedOutput output) {
		assertThatException().isThrownBy(() -> Sample.start("sample.quakes.feed=" + location).close());
		assertThat(output).containsOnlyOnce("APPLICATION FAILED TO START")
			.contains("Invalid value '%s' for configuration property 'sample.quakes.feed'".formatted(location))
			.contains("has to be the location of a readable GeoJSON feed: classpath:..., file:... or https://...");
	}

	@Nested
	class OverHttp {

		private HttpServer server;

		@BeforeEach
		void startServer() throws IOException {
			byte[] feed = feed();
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
			this.server.createContext("/all_week.geojson", (exchange) -> {
				exchange.sendResponseHeaders(200, feed.length);
				exchange.getResponseBody().write(feed);
				exchange.close();
			});
			this.server.createContext("/cut.geojson", (exchange) -> {
				exchange.sendResponseHeaders(200, feed.length);
				exchange.getResponseBody().write(feed, 0, 600_000);
				exchange.getResponseBody().flush();
				exchange.close();
			});
			this.server.start();
		}

		@AfterEach
		void stopServer() {
			this.server.stop(0);
		}

		private String url(String path) {
			return "sample.quakes.feed=http://localhost:%d%s".formatted(this.server.getAddress().getPort(), path);
		}

		@Test
		void readsTheFeedOfAServer() {
			try (Sample sample = Sample.start(url("/all_week.geojson"))) {
				sample.awaitCompletionOf("store");
				assertThat(sample.get("/quakes/summary").path("stored").asInt()).isEqualTo(1707);
			}
		}

		@Test
		void failsTheFeedWhenTheConnectionIsLost(CapturedOutput output) {
			try (Sample sample = Sample.start(url("/cut.geojson"))) {
				await().until(() -> sample.stateOf("feed") == StageState.FAILED);
				await().until(() -> sample.get("/quakes/summary").path("stored").asLong() > 0);
			}
			assertThat(output).containsOnlyOnce("(sample.quakes.feed) breaks after");
		}

		@Test
		void refusesToStartWhenTheServerHasNoFeed(CapturedOutput output) {
			assertThatException().isThrownBy(() -> Sample.start(url("/nowhere")).close());
			assertThat(output).contains("for configuration property 'sample.quakes.feed'");
		}

	}

}
