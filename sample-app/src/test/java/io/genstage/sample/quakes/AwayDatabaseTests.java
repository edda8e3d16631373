package io.genstage.sample.quakes;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.genstage.StageStatus;
import io.genstage.boot.StageRegistry;
import io.genstage.pipeline.ManagedStageStatus;
import io.genstage.sample.DatabaseServer;
import io.genstage.sample.Sample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The sample with its database away, in the middle of the feed and of the signing. The
 * system property {@code genstage.outage.real} lets it be away for half a minute.
 */
class AwayDatabaseTests {

	private static final boolean REAL = Boolean.getBoolean("genstage.outage.real");

	/** How many features are read before it goes away, of 1707. */
	private static final int BEFORE = 700;

	private static final int READERS = 6;

	@TempDir
	private Path folder;

	@Test
	void losesNothingAndGoesOnByItself() throws Exception {
		try (DatabaseServer database = new DatabaseServer(this.folder)) {
			String pause = REAL ? "30s" : "100ms";
			try (Sample sample = Sample.startWith(beans(database), List.of(), "spring.profiles.active=jdbc",
					"spring.datasource.url=" + database.url(), "sample.signing.patience=1ms",
					"spring.datasource.hikari.connection-timeout=1000",
					"genstage.defaults.failure.outage.pause=" + pause)) {
				awaitFailure(sample, "store");
				for (int reader = 0; reader < READERS; reader++) {
					arrive(sample, "SIGN-000" + reader);
				}
				awaitFailure(sample, "author");
				if (REAL) {
					// The time that the database is away for real.
					TimeUnit.SECONDS.sleep(30);
				}
				long back = System.nanoTime();
				database.comeBack();
				sample.awaitCompletionOf("store", "alerts");
				JdbcTemplate jdbc = sample.bean(JdbcTemplate.class);
				Sample.await()
					.untilAsserted(() -> assertThat(jdbc.queryForList("select ticket from signed_book", String.class))
						.hasSize(READERS));
				Duration caughtUp = Duration.ofNanos(System.nanoTime() - back);
				JsonNode summary = sample.get("/quakes/summary");
				assertThat(summary.path("stored").asInt()).isEqualTo(1707);
				assertThat(sample.get("/actuator/genstagedeadletters").path("letters")).isEmpty();
				assertThat(discarded(sample)).isZero();
				// The sample's page shows what this prints.
				System.out.printf("away for %s: all stored %d s after the database was back%n",
						REAL ? "30 s" : "a moment", caughtUp.toSeconds());
			}
		}
	}

	private static ApplicationContextInitializer<GenericApplicationContext> beans(DatabaseServer database) {
		return (context) -> {
			AtomicInteger features = new AtomicInteger();
			context.registerBean("outage", FeatureParser.class, () -> {
				FeatureParser parser = context.getBean(QuakeParser.class);
				return (feature) -> {
					if (features.incrementAndGet() == BEFORE) {
						database.goAway();
					}
					return parser.parse(feature);
				};
			}, (definition) -> definition.setPrimary(true));
		};
	}

	private static void arrive(Sample sample, String ticket) {
		sample.http()
			.post()
			.uri("/signing/arrivals")
			.contentType(MediaType.APPLICATION_JSON)
			.body("{\"name\": \"Ada\", \"ticket\": \"%s\"}".formatted(ticket))
			.exchange()
			.expectStatus()
			.isAccepted();
	}

	private static void awaitFailure(Sample sample, String stage) {
		Sample.await().until(() -> {
			StageStatus status = status(sample, stage).started().orElseThrow();
			return status.outage() != null || status.waiting().retrying() > 0;
		});
	}

	private static long discarded(Sample sample) {
		return sample.bean(StageRegistry.class)
			.pipelines()
			.stream()
			.flatMap((pipeline) -> pipeline.stages().stream())
			.mapToLong((stage) -> stage.started().orElseThrow().counts().discarded())
			.sum();
	}

	private static ManagedStageStatus status(Sample sample, String stage) {
		return sample.bean(StageRegistry.class).stage(stage).orElseThrow();
	}

}
