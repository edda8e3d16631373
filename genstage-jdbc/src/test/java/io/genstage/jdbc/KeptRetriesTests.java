package io.genstage.jdbc;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.genstage.PerEventConsumerStage;
import io.genstage.PerEventProducerConsumerStage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.Retries;
import io.genstage.jdbc.database.Database;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkOptions;
import io.genstage.link.LinkReceiver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Retries that are so far away that a table keeps them: each attempt is made by another
 * application, which knows nothing but the table.
 */
@ParameterizedClass
@EnumSource
@Timeout(300)
class KeptRetriesTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private static final SubscribeOptions FEW = SubscribeOptions.defaults().withMaxDemand(10).withMinDemand(0);

	@Parameter
	private Database database;

	private final List<String> attempts = new CopyOnWriteArrayList<>();

	private static StageOptions options(Retries retries) {
		return StageOptions.defaults()
			.withFailure(FailurePolicy.defaults()
				.withRetries(retries)
				.withOutage(new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(1))));
	}

	private void fail(String event) {
		this.attempts.add(event);
		throw new IllegalStateException("poison");
	}

	private DataSource tables(String url, String part) {
		return Schema.create(Database.dataSource(url), this.database, part);
	}

	private static String note(JdbcTemplate jdbc, String table) {
		// The moment of the first failure is in the middle.
		return jdbc.query("select status, attempts, retry_note from " + table,
				(row, number) -> "%s %d %s".formatted(row.getString("status"), row.getInt("attempts"),
						String.valueOf(row.getString("retry_note")).replaceAll(" -?[0-9]+ ", " ")))
			.toString();
	}

	private void runUntil(Consumer<StageSystem> stages, JdbcTemplate jdbc, String table, String note) {
		try (StageSystem system = StageSystem.create()) {
			stages.accept(system);
			await().atMost(LONG).untilAsserted(() -> assertThat(note(jdbc, table)).isEqualTo(note));
		}
		// What is given back when the stages stop must not change it.
		assertThat(note(jdbc, table)).isEqualTo(note);
	}

	private static void letTimePass(JdbcTemplate jdbc, String table) {
		assertThat(jdbc.update("update %s set visible_at = 0 where visible_at > 0".formatted(table))).isOne();
	}

	private static void bookFromLink(StageSystem system, DataSource dataSource, Consumer<String> book) {
		StageRef receiver = system.start("in",
				new LinkReceiver(new JdbcLinks(dataSource), LinkEnd.ORDERS, LinkOptions.defaults().withMaxAttempts(1)));
		PerEventProducerConsumerStage<LinkMessage, String> read = (message, from, results) -> results
			.accept(new String(message.payload(), StandardCharsets.UTF_8));
		StageRef reader = system.start("read", read, options(Retries.NONE));
		PerEventConsumerStage<String> booking = (event, from) -> book.accept(event);
		system.start("book", booking, options(Retries.fixed(2, Duration.ofHours(1)))).subscribeTo(reader, FEW);
		reader.subscribeTo(receiver, FEW);
	}

	@Test
	void aLinkKeepsARetryAndItsAttempts() {
		String url = this.database.newUrl();
		DataSource dataSource = tables(url, "links");
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		String table = "genstage_link_event";
		new JdbcLinks(dataSource).send(LinkEnd.ORDERS, LinkEnd.message("a"));
		Consumer<StageSystem> failing = (system) -> bookFromLink(system, Database.dataSource(url), this::fail);
		assertThatItGoesOnCounting(failing, jdbc, table, "book", "REJECTED");
	}

	@Test
	void aLinkGivesAKeptRetryToItsHandler() {
		String url = this.database.newUrl();
		DataSource dataSource = tables(url, "links");
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		new JdbcLinks(dataSource).send(LinkEnd.ORDERS, LinkEnd.message("a"));
		runUntil((system) -> bookFromLink(system, Database.dataSource(url), this::fail), jdbc, "genstage_link_event",
				"[READY 0 1 book]");
		letTimePass(jdbc, "genstage_link_event");
		runUntil((system) -> bookFromLink(system, Database.dataSource(url), this.attempts::add), jdbc,
				"genstage_link_event", "[]");
		assertThat(this.attempts).containsExactly("a", "a");
	}

	@Test
	void aWorkQueueKeepsARetryAndItsAttempts() {
		String url = this.database.newUrl();
		DataSource dataSource = tables(url, "queue");
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		String table = "genstage_work";
		queue(dataSource).send("a");
		Consumer<StageSystem> failing = (system) -> {
			PerEventConsumerStage<String> print = (event, from) -> fail(event);
			system.start("print", print, options(Retries.fixed(2, Duration.ofHours(1))))
				.subscribeTo(system.start("mails", queue(Database.dataSource(url))), FEW);
		};
		assertThatItGoesOnCounting(failing, jdbc, table, "print", "DEAD");
	}

	/** A system that is started anew after each failure makes three attempts in all. */
	private void assertThatItGoesOnCounting(Consumer<StageSystem> failing, JdbcTemplate jdbc, String table,
			String stage, String end) {
		runUntil(failing, jdbc, table, "[READY 0 1 %s]".formatted(stage));
		assertThat(waits(jdbc, table)).as("it doesn't come before").isGreaterThan(Duration.ofMinutes(50).toMillis());
		letTimePass(jdbc, table);
		runUntil(failing, jdbc, table, "[READY 0 2 %s]".formatted(stage));
		letTimePass(jdbc, table);
		runUntil(failing, jdbc, table, "[%s 1 2 %s]".formatted(end, stage));
		assertThat(this.attempts).containsExactly("a", "a", "a");
	}

	private static JdbcWorkQueue<String> queue(DataSource dataSource) {
		return new JdbcWorkQueue<>(dataSource, "mails", String.class, WorkerForTests.codec(),
				WorkQueueOptions.defaults().withMaxAttempts(1));
	}

	private long waits(JdbcTemplate jdbc, String table) {
		Long millis = jdbc.queryForObject(
				"select visible_at - %s from %s".formatted(Dialect.valueOf(this.database.name()).now(), table),
				Long.class);
		return (millis != null) ? millis : 0;
	}

}
