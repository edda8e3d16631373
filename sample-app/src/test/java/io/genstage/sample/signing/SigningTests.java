package io.genstage.sample.signing;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.pipeline.EdgeStatus;
import io.genstage.boot.StageRegistry;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.PipelineStatus;
import io.genstage.sample.Sample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.RestTestClient.ResponseSpec;

import static io.genstage.sample.Sample.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * The book signing, over HTTP. The author signs when the test lets him.
 */
@ExtendWith(OutputCaptureExtension.class)
class SigningTests {

	private static Sample start(String... properties) {
		String[] all = new String[properties.length + 1];
		all[0] = "sample.quakes.feed=classpath:malformed.geojson";
		System.arraycopy(properties, 0, all, 1, properties.length);
		return Sample.startWith(List.of(PenConfiguration.class), all);
	}

	@Test
	void answersAnArrivalWhenTheBookIsSigned() {
		try (Sample sample = start("sample.signing.patience=20s")) {
			sample.bean(TestPen.class).allow(2);
			arrive(sample.http(), "Ada", "SIGN-0001").expectStatus().isOk();
			arrive(sample.http(), "Bob", "PARK-0001").expectStatus()
				.isForbidden()
				.expectHeader()
				.contentType(MediaType.APPLICATION_PROBLEM_JSON);
			arrive(sample.http(), "Cleo", "SIGN-0002").expectStatus().isOk();
			assertThat(signing(sample)).hasToString("""
					{"outside":0,"line":0,"capacity":20,"arrived":3,"refused":0,"turnedAway":1,"signed":2}""");
			assertThat(sample.bean(TestPen.class).signed()).containsExactly("Ada", "Cleo");
		}
	}

	@Test
	void saysSoIfAReaderStillWaits() {
		try (Sample sample = start("sample.signing.patience=1ms")) {
			arrive(sample.http(), "Ada", "SIGN-0001").expectStatus().isAccepted();
			assertThat(signing(sample).path("signed").asInt()).isZero();
			sample.bean(TestPen.class).allow(1);
			await().until(() -> signing(sample).path("signed").asInt() == 1);
		}
	}

	@Test
	void tellsAReaderToComeBackWhenTheLineIsFull() {
		try (Sample sample = start("sample.signing.line=1", "sample.signing.pace=2500ms",
				"sample.signing.patience=1ms")) {
			// One with the author, one behind the ticket check, one in line.
			await().until(() -> {
				arriveTogether(sample.http(), "Ada", "Bob", "Cleo", "Dan", "Eve", "Fay");
				JsonNode signing = signing(sample);
				return signing.path("arrived").asInt() - signing.path("refused").asInt() == 3
						&& signing.path("refused").asInt() > 0;
			});
			arrive(sample.http(), "Guy", "SIGN-0002").expectStatus()
				.isEqualTo(503)
				.expectHeader()
				.valueEquals("Retry-After", "3")
				.expectHeader()
				.contentType(MediaType.APPLICATION_PROBLEM_JSON);
			sample.bean(TestPen.class).allow(3);
		}
	}

	@Test
	void answersEveryoneByWhatHasBecomeOfThem() {
		Queue<String> signed = new ConcurrentLinkedQueue<>();
		Queue<String> refused = new ConcurrentLinkedQueue<>();
		ExecutorService crowd = Executors.newFixedThreadPool(8);
		try (Sample sample = start("sample.signing.line=2", "sample.signing.patience=20s")) {
			RestTestClient http = sample.http();
			TestPen pen = sample.bean(TestPen.class);
			CompletableFuture.allOf(IntStream.range(0, 500).mapToObj((number) -> CompletableFuture.runAsync(() -> {
				// The first ones only fill the line, and more than half of the crowd.
				pen.allow((number < 250) ? 0 : 2);
				String name = "reader " + number;
				int status = arrive(http, name, "SIGN-%04d".formatted(number)).returnResult().getStatus().value();
				if (status == 200) {
					assertThat(pen.signed()).contains(name);
					signed.add(name);
				}
				else {
					refused.add(name + " " + status);
				}
				assertThat(signing(sample).path("line").asInt()).isBetween(0, 2);
				assertThat(edge(sample, "author").inFlight()).isBetween(0L, 1L);
			}, crowd)).toArray(CompletableFuture[]::new)).join();
			assertThat(signed.size() + refused.size()).isEqualTo(500);
			assertThat(refused).isNotEmpty().allMatch((answer) -> answer.endsWith(" 503"));
			assertThat(pen.signed()).containsExactlyInAnyOrderElementsOf(signed);
			assertThat(pen.mostInHand()).isEqualTo(1);
			assertThat(signing(sample)).hasToString("""
					{"outside":0,"line":0,"capacity":2,"arrived":500,"refused":%d,"turnedAway":0,"signed":%d}"""
				.formatted(refused.size(), signed.size()));
			assertThat(Sample.meter(http, "genstage.events.in?tag=stage:author")).isEqualTo(signed.size());
			assertThat(Sample.meter(http, "genstage.events.discarded?tag=stage:line")).isZero();
		}
		finally {
			crowd.shutdownNow();
		}
	}

	@Test
	void signsForThoseInLineWhenTheApplicationStops(CapturedOutput output) {
		Sample sample = start("sample.signing.patience=1ms");
		TestPen pen = sample.bean(TestPen.class);
		arriveTogether(sample.http(), "Ada", "Bob", "Cleo", "Dan", "Eve");
		StageRegistry registry = sample.bean(StageRegistry.class);
		CompletableFuture<Void> stopped = CompletableFuture.runAsync(sample::close);
		await().until(() -> signingPipeline(registry).state() == PipelineState.DRAINING);
		pen.allow(5);
		stopped.join();
		assertThat(pen.signed()).containsExactlyInAnyOrder("Ada", "Bob", "Cleo", "Dan", "Eve");
		assertThat(output).contains("pipeline 'line' has been drained, nothing is left");
	}

	@Test
	void reportsThoseWhoAreLeftInLineAtTheDeadline(CapturedOutput output) {
		Sample sample = start("sample.signing.patience=1ms", "genstage.lifecycle.drain-timeout=100ms");
		TestPen pen = sample.bean(TestPen.class);
		arriveTogether(sample.http(), "Ada", "Bob", "Cleo", "Dan", "Eve");
		await().until(() -> edge(sample, "author").inFlight() == 1 && edge(sample, "tickets").inFlight() == 1);
		sample.close();
		assertThat(pen.signed()).isEmpty();
		assertThat(output).contains("pipeline 'line' has not been drained: "
				+ "stage 'line' was still running with 3 events left and 0 lost, and 2 of its events open; "
				+ "stage 'tickets' was still running with 1 events left and 0 lost; "
				+ "stage 'author' was still running with 1 events left and 0 lost");
		pen.allow(5);
	}

	@ParameterizedTest
	@CsvSource({ "line, 0, 'sample.signing.line must be at least 1, was 0'",
			"pace, -1s, 'sample.signing.pace must be from 0s to 1h, was PT-1S'",
			"pace, 61m, 'sample.signing.pace must be from 0s to 1h, was PT1H1M'",
			"patience, 21s, 'sample.signing.patience must be from 1ms to 20s, was PT21S'",
			"patience, 0s, 'sample.signing.patience must be from 1ms to 20s, was PT0S'" })
	void refusesToStartWithAnImpossibleProperty(String property, String value, String message, CapturedOutput output) {
		assertThatException().isThrownBy(() -> start("sample.signing.%s=%s".formatted(property, value)).close());
		assertThat(output).containsOnlyOnce("APPLICATION FAILED TO START").contains(message);
	}

	/**
	 * Lets readers arrive for whom nothing is signed now, so that all are answered that
	 * they wait.
	 */
	private static void arriveTogether(RestTestClient http, String... names) {
		CompletableFuture
			.allOf(Stream.of(names)
				.map((name) -> CompletableFuture.runAsync(() -> arrive(http, name, "SIGN-0001"),
						(task) -> new Thread(task).start()))
				.toArray(CompletableFuture[]::new))
			.join();
	}

	private static ResponseSpec arrive(RestTestClient http, String name, String ticket) {
		return http.post().uri("/signing/arrivals").body(Map.of("name", name, "ticket", ticket)).exchange();
	}

	private static JsonNode signing(Sample sample) {
		return sample.get("/signing");
	}

	private static PipelineStatus signingPipeline(StageRegistry registry) {
		return registry.pipelines()
			.stream()
			.filter((pipeline) -> pipeline.name().equals("line"))
			.findFirst()
			.orElseThrow();
	}

	private static EdgeStatus edge(Sample sample, String consumer) {
		return signingPipeline(sample.bean(StageRegistry.class)).edges()
			.stream()
			.filter((edge) -> edge.consumer().equals(consumer))
			.findFirst()
			.orElseThrow();
	}

	/**
	 * Not annotated, so that the scan for components doesn't find it in other tests.
	 */
	static class PenConfiguration {

		@Bean
		@Primary
		static TestPen testPen() {
			return new TestPen();
		}

	}

}
