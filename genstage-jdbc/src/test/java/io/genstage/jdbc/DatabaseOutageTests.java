package io.genstage.jdbc;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.genstage.ConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.jdbc.database.Database;
import io.genstage.source.Sources;
import io.genstage.trial.database.DatabaseServer;
import io.genstage.trial.database.PostgresServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A server of PostgreSQL that is killed while sources read from it, and started again.
 */
@Timeout(180)
class DatabaseOutageTests {

	private static final int ROWS = 2000;

	private static final Duration LONG = Duration.ofSeconds(60);

	private DatabaseServer server;

	private HikariDataSource pool;

	private JdbcTemplate jdbc;

	private final StageSystem system = StageSystem.create();

	private final Queue<String> handled = new ConcurrentLinkedQueue<>();

	@BeforeEach
	void startServer() {
		this.server = PostgresServer.mortal();
		HikariConfig config = new HikariConfig();
		config.setDataSource(new DriverManagerDataSource(this.server.newUrl()));
		config.setConnectionTimeout(2000);
		this.pool = new HikariDataSource(config);
		this.jdbc = new JdbcTemplate(this.pool);
	}

	@AfterEach
	void stopServer() {
		this.system.close();
		if (this.pool != null) {
			this.pool.close();
		}
	}

	private StageRef start(ProducerStage<String> producer) {
		ConsumerStage<String> consumer = (events, from) -> this.handled.addAll(events);
		StageRef stage = this.system.start("source", producer, StageOptions.defaults().withMaxUnsettled(20));
		this.system.start("consumer", consumer).subscribeTo(stage, SubscribeOptions.defaults().withMaxDemand(20));
		return stage;
	}

	private void killAndStartAgain(StageRef stage) {
		await().atMost(LONG).until(() -> this.handled.size() > 100);
		this.server.kill();
		await().atMost(LONG).until(() -> stage.status().outage() != null);
		this.server.start();
		await().atMost(LONG).until(() -> stage.status().outage() == null);
	}

	@Test
	void losesNoEventOfAQueue() {
		Schema.create(this.pool, Database.POSTGRESQL, "queue");
		JdbcWorkQueue<String> queue = new JdbcWorkQueue<>(this.pool, "work", String.class, WorkerForTests.codec(),
				WorkQueueOptions.defaults().withVisibility(Duration.ofSeconds(2)).withRetryAfter(Duration.ZERO));
		IntStream.range(0, ROWS).forEach((number) -> queue.send("e" + number));
		killAndStartAgain(start(queue));
		await().ignoreExceptions()
			.atMost(LONG)
			.untilAsserted(
					() -> assertThat(this.jdbc.queryForObject("select count(*) from genstage_work", Integer.class))
						.isZero());
		assertThat(this.handled).contains(events());
	}

	@Test
	void losesNoRowOfATable() {
		Schema.create(this.pool, Database.POSTGRESQL, "progress");
		this.jdbc.execute("create table numbers as select n as id, 'e' || (n - 1) as text from generate_series(1, %d) n"
			.formatted(ROWS));
		this.jdbc.execute("create unique index numbers_id on numbers (id)");
		JdbcTable<String> table = JdbcTable.of(this.pool, "numbers", (row, number) -> row.getString("text"))
			.writtenInOrder();
		killAndStartAgain(start(Sources.checkpointed(table, new JdbcProgressStore<>(this.pool, "test"), "numbers")));
		await().ignoreExceptions()
			.atMost(LONG)
			.untilAsserted(() -> assertThat(
					this.jdbc.queryForList("select saved_position from genstage_progress", String.class))
				.containsExactly("0:" + ROWS));
		assertThat(this.handled).containsExactly(events());
	}

	private static String[] events() {
		return IntStream.range(0, ROWS).mapToObj((number) -> "e" + number).toArray(String[]::new);
	}

}
