package io.genstage.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.trial.broker.KafkaServer;
import io.genstage.trial.database.PostgresServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.test.web.servlet.client.RestTestClient;

import static io.genstage.sample.Sample.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application as one process and as two, which share the stages between them: it ends
 * with the same books and the same quakes, whatever carries its links. Only properties
 * differ.
 */
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "slow, and the same on each JDK: runs once, on the newer one")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class TwoProcessesTests {

	private static final int READERS = 20;

	/** Every tenth reader has a ticket for something else. */
	private static final Result ALL = new Result(IntStream.range(0, READERS)
		.filter((number) -> number % 10 != 0)
		.mapToObj((number) -> ticket(number) + " reader " + number)
		.toList(), READERS - 2, 2, """
				{"earthquake":1679,"explosion":15,"quarry blast":13}""", 85);

	private final String url = PostgresServer.shared().newUrl();

	private final JdbcTemplate database = new JdbcTemplate(new DriverManagerDataSource(this.url));

	/** So that nothing is left of an earlier test in topics of the same broker. */
	private final String run = UUID.randomUUID().toString();

	private final List<SampleProcess> processes = new ArrayList<>();

	private final List<RestTestClient> https = new ArrayList<>();

	@TempDir
	private Path folder;

	@AfterEach
	void end() throws InterruptedException {
		for (SampleProcess process : this.processes) {
			process.kill();
		}
	}

	// X12

	@Test
	void endWithTheSameResultsByATable() throws Exception {
		twoEndWithTheSameResults("jdbc", this::nothingIsInTheTable);
	}

	@Test
	@EnabledIfSystemProperty(named = "test.sample.scenarios", matches = "true", disabledReason = "run by hand")
	void endWithTheSameResultsOverKafka() throws Exception {
		twoEndWithTheSameResults("kafka", this::allIsCommitted);
	}

	@ParameterizedTest
	@ValueSource(strings = { "memory", "jdbc", "kafka" })
	@EnabledIfSystemProperty(named = "test.sample.scenarios", matches = "true", disabledReason = "run by hand")
	void endAsOneDoes(String type) throws Exception {
		start("jdbc,linked", type);
		awaitAll();
		letReadersCome(202, 202);
		await().untilAsserted(() -> assertThat(result()).isEqualTo(ALL));
		report(type);
	}

	@Test
	@EnabledIfSystemProperty(named = "test.sample.scenarios", matches = "true", disabledReason = "run by hand")
	void endAsOneWithoutLinksDoes() throws Exception {
		start("jdbc", "none");
		awaitAll();
		letReadersCome(200, 403);
		await().untilAsserted(() -> assertThat(result()).isEqualTo(ALL));
		report("no links");
	}

	private void twoEndWithTheSameResults(String type, Idle idle) throws Exception {
		start("jdbc,linked,sends", type);
		start("jdbc,linked,receives", type);
		awaitAll();
		letReadersCome(202, 202);
		await().untilAsserted(() -> assertThat(result()).isEqualTo(ALL));
		await().until(idle::isIdle);
		assertThat(result()).as("nothing can come again").isEqualTo(ALL);
		assertThat(doneBy(this.https.get(0))).as("by the process that sends").isEqualTo(new Done(0, 0, 0));
		report(type);
		for (SampleProcess process : this.processes) {
			process.stop();
		}
		assertThat(books()).isEqualTo(ALL.books());
	}

	private void start(String profiles, String type) throws IOException {
		List<String> properties = new ArrayList<>(List.of("spring.profiles.active=" + profiles,
				"spring.datasource.url=" + this.url, "spring.datasource.hikari.connection-timeout=60000",
				"sample.signing.pace=1ms", "sample.signing.patience=20s"));
		if (!type.equals("none")) {
			properties.addAll(List.of("genstage.links-defaults.type=" + type,
					"genstage.links.located.destination=quakes-" + this.run,
					"genstage.links.line.destination=readers-" + this.run));
		}
		if (type.equals("kafka")) {
			properties.addAll(List.of("spring.kafka.bootstrap-servers=" + KafkaServer.shared().address(),
					"genstage.links.located.properties.group=" + group("quakes"),
					"genstage.links.line.properties.group=" + group("readers")));
		}
		this.processes.add(SampleProcess.start(SampleApplication.class,
				this.folder.resolve(this.processes.size() + ".log"), properties));
	}

	private String group(String name) {
		return "%s-of-%s".formatted(name, this.run);
	}

	private void awaitAll() throws IOException {
		for (SampleProcess process : this.processes) {
			this.https.add(process.awaitHttp());
		}
	}

	/** They take turns at the doors. */
	private void letReadersCome(int status, int statusOfWrongTickets) {
		for (int number = 0; number < READERS; number++) {
			this.https.get(number % this.https.size())
				.post()
				.uri("/signing/arrivals")
				.body(Map.of("name", "reader " + number, "ticket", ticket(number)))
				.exchange()
				.expectStatus()
				.isEqualTo((number % 10 != 0) ? status : statusOfWrongTickets);
		}
	}

	private static String ticket(int number) {
		return ((number % 10 != 0) ? "SIGN-%04d" : "PARK-%04d").formatted(number);
	}

	private Result result() {
		List<Done> done = this.https.stream().map(TwoProcessesTests::doneBy).toList();
		return new Result(books(), done.stream().mapToLong(Done::signed).sum(),
				done.stream().mapToLong(Done::turnedAway).sum(),
				Sample.get(this.https.get(0), "/quakes/summary").path("byType").toString(),
				done.stream().mapToLong(Done::alerts).sum());
	}

	private List<String> books() {
		return this.database.queryForList("select ticket || ' ' || name from signed_book order by ticket",
				String.class);
	}

	private static Done doneBy(RestTestClient http) {
		JsonNode signing = Sample.get(http, "/signing");
		return new Done(signing.path("signed").asLong(), signing.path("turnedAway").asLong(),
				Sample.get(http, "/quakes/summary").path("alerts").asLong());
	}

	private boolean nothingIsInTheTable() {
		return Integer.valueOf(0)
			.equals(this.database.queryForObject("select count(*) from genstage_link_event", Integer.class));
	}

	private boolean allIsCommitted() {
		KafkaServer server = KafkaServer.shared();
		return Stream.of("quakes", "readers")
			.allMatch(
					(name) -> server.committed(group(name)).values().stream().mapToLong(Long::longValue).sum() == server
						.read(name + "-" + this.run)
						.size());
	}

	private void report(String type) {
		// What the documentation shows.
		System.out.printf("%s, processes: %d: %s%n", type, this.processes.size(), result());
	}

	/**
	 * Whether nothing is under way, so that nothing can come again.
	 */
	private interface Idle {

		boolean isIdle();

	}

	/**
	 * What one process has done.
	 *
	 * @param signed how many books it has signed
	 * @param turnedAway how many readers it has turned away
	 * @param alerts how many strong quakes it has seen
	 */
	private record Done(long signed, long turnedAway, long alerts) {
	}

	/**
	 * What all of them have done together.
	 *
	 * @param books the books in the database
	 * @param signed how many were signed
	 * @param turnedAway how many readers were turned away
	 * @param quakes how many quakes of each type are in the database
	 * @param alerts how many strong ones were seen
	 */
	private record Result(List<String> books, long signed, long turnedAway, String quakes, long alerts) {

		@Override
		public String toString() {
			return "%d books, signed %d, turned away %d, quakes %s, alerts %d".formatted(this.books.size(), this.signed,
					this.turnedAway, this.quakes, this.alerts);
		}

	}

}
