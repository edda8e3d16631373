package io.genstage.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.genstage.kafka.KafkaLinks;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkWriter;
import io.genstage.trial.broker.KafkaServer;
import io.genstage.trial.database.PostgresServer;
import io.genstage.trial.link.Deaf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.test.web.servlet.client.RestTestClient;

import static io.genstage.sample.Sample.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A handler behind a link over Kafka books orders in PostgreSQL, in a process that is
 * killed (SIGKILL) or frozen (SIGSTOP) when orders are booked for good, and Kafka doesn't
 * know it yet. They come again, to another process.
 * <p>
 * The first order of the only partition fails, and is tried again an hour later. Kafka
 * hears of those behind it when it is done, so however slow all is, it hears of nothing.
 * <p>
 * It is here since the sample has both modules among its dependencies; neither of them
 * needs the other one.
 */
@EnabledIfSystemProperty(named = "test.sample.scenarios", matches = "true", disabledReason = "run by hand")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no SIGKILL")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SeenOverKafkaTests {

	private static final int ORDERS = 20;

	private static final int FAILING = 0;

	/** The call for it has booked it, and doesn't return before it is frozen. */
	private static final int WAITING = 10;

	private static final int NONE = -1;

	/** Milliseconds of silence after which a process counts as dead. */
	private static final int SHORT = 3000;

	private static final int LONG = 120_000;

	private final KafkaServer broker = KafkaServer.shared();

	private final String url = PostgresServer.shared().newUrl();

	private final JdbcTemplate database = new JdbcTemplate(new DriverManagerDataSource(this.url));

	private final String topic = "orders-" + UUID.randomUUID();

	private final List<SampleProcess> processes = new ArrayList<>();

	@TempDir
	private Path folder;

	@BeforeEach
	void sendAll() {
		this.database.execute("create table booking (order_number varchar(20) not null)");
		this.broker.createTopics(1, this.topic, this.topic + ".dead");
		KafkaLinks links = new KafkaLinks(KafkaServer.consumers(this.broker.address(), Map.of()),
				KafkaServer.producers(this.broker.address()));
		try (LinkWriter writer = links.openWriter(LinkDefinition.of(this.topic), new Deaf())) {
			List<CompletionStage<Void>> sent = numbers().stream()
				.map((number) -> writer.send(LinkMessage.of(number.getBytes(StandardCharsets.UTF_8))
					.withHeaders(Map.of(LinkMessage.EVENT_ID, UUID.randomUUID().toString()))))
				.toList();
			assertThat(sent).allSatisfy((confirmed) -> assertThat(confirmed).succeedsWithin(Sample.PATIENCE));
		}
	}

	@AfterEach
	void end() throws InterruptedException {
		for (SampleProcess process : this.processes) {
			process.kill();
		}
	}

	private static List<String> numbers() {
		return IntStream.range(0, ORDERS).mapToObj(Integer::toString).toList();
	}

	private SampleProcess start(boolean seen, int failing, int waiting, int session) throws IOException {
		SampleProcess process = SampleProcess.start(BookingApplication.class,
				this.folder.resolve(this.processes.size() + ".log"),
				List.of("spring.config.name=booking", "spring.application.name=shop",
						"spring.datasource.url=" + this.url, "spring.datasource.hikari.connection-timeout=60000",
						"spring.kafka.bootstrap-servers=" + this.broker.address(),
						"spring.kafka.consumer.properties.session.timeout.ms=" + session,
						"spring.kafka.consumer.heartbeat-interval=200ms", "genstage.links.orders.type=kafka",
						"genstage.links.orders.destination=" + this.topic,
						"genstage.links.orders.properties.group=" + group(), "genstage.links.orders.max-attempts=1000",
						"genstage.links.orders.seen.enabled=" + seen,
						// The next one would wait for the transaction of one that is
						// frozen.
						"genstage.links-seen.initialize-schema=" + (this.processes.isEmpty() ? "always" : "never"),
						"genstage.stages.book.failure.retry.delay=1h", "booking.failing=" + failing,
						"booking.waiting=" + waiting, "management.endpoints.web.exposure.include=metrics"));
		this.processes.add(process);
		return process;
	}

	private String group() {
		return "books of " + this.topic;
	}

	@Test
	void booksNothingTwiceIfItIsKilledBeforeKafkaKnows() throws Exception {
		killOneAndAwaitTheNext(true);
		assertThat(booked()).containsExactlyInAnyOrderElementsOf(numbers());
		assertThat(Sample.meter(this.processes.get(1).awaitHttp(), "genstage.link.repeated")).isEqualTo(ORDERS - 1);
		report("killed, seen");
	}

	/** The control: the same kill repeats the bookings without the table of ids. */
	@Test
	void booksTwiceIfItIsKilledBeforeKafkaKnowsWithoutThatTable() throws Exception {
		killOneAndAwaitTheNext(false);
		Map<String, Integer> times = new HashMap<>();
		booked().forEach((order) -> times.merge(order, 1, Integer::sum));
		assertThat(times).containsOnlyKeys(numbers());
		times.remove(Integer.toString(FAILING));
		assertThat(times.values()).allSatisfy((count) -> assertThat(count).isGreaterThanOrEqualTo(2));
		report("killed, not seen");
	}

	private void killOneAndAwaitTheNext(boolean seen) throws Exception {
		SampleProcess killed = start(seen, FAILING, NONE, SHORT);
		killed.awaitHttp();
		await().until(() -> booked().size() >= ORDERS - 1);
		killed.kill();
		assertThat(committed()).isZero();
		start(seen, NONE, NONE, LONG).awaitHttp();
		await().untilAsserted(() -> assertThat(committed()).as(log()).isEqualTo(ORDERS));
	}

	@Test
	void booksNothingTwiceIfItIsFrozenInACallAndWakes() throws Exception {
		SampleProcess frozen = start(true, FAILING, WAITING, SHORT);
		frozen.awaitHttp();
		await().until(() -> frozen.log().contains(BookingApplication.WAITING + WAITING));
		frozen.signal("STOP");
		assertThat(committed()).isZero();
		RestTestClient next = start(true, NONE, NONE, LONG).awaitHttp();
		// It has got the partition, and the same order.
		await().untilAsserted(() -> assertThat(waitingForALock()).as(log()).isPositive());
		frozen.signal("CONT");
		frozen.goOn();
		await().untilAsserted(() -> assertThat(committed()).as(log()).isEqualTo(ORDERS));
		assertThat(booked()).containsExactlyInAnyOrderElementsOf(numbers());
		assertThat(Sample.meter(next, "genstage.link.repeated")).as("at least what was booked before")
			.isBetween((double) WAITING, ORDERS - 1.0);
		report("frozen, seen");
	}

	private int waitingForALock() {
		Integer sessions = this.database.queryForObject(
				"select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
				Integer.class);
		return (sessions != null) ? sessions : 0;
	}

	private List<String> booked() {
		return this.database.queryForList("select order_number from booking", String.class);
	}

	private long committed() {
		Collection<Long> offsets = this.broker.committed(group()).values();
		return offsets.stream().mapToLong(Long::longValue).sum();
	}

	private String log() throws IOException {
		return this.processes.get(this.processes.size() - 1).log();
	}

	private void report(String what) {
		// What the documentation shows.
		System.out.printf("%s: %d orders, %d bookings%n", what, ORDERS, booked().size());
	}

}
