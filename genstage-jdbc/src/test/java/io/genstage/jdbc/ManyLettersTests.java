package io.genstage.jdbc;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.jdbc.database.Database;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A million letters, and how many rows PostgreSQL reads for an answer, by its own
 * statistics. No clock is looked at.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ManyLettersTests {

	private static final int MANY = 1_000_000;

	private static final int RARE = 1000;

	/** A filter by stage that none of the newest letters pass. */
	private static final DeadLetterFilter OLD = DeadLetterFilter.all().withStage("old");

	private LetterDatabase database;

	private JdbcTemplate jdbc;

	private JdbcDeadLetterStore store;

	/** One connection, so that its statistics are those of the store. */
	@BeforeAll
	void fill() {
		this.database = LetterDatabase.of(Database.POSTGRESQL, 1);
		this.jdbc = this.database.jdbc();
		// What workers of this connection have read may be reported after their work is
		// done.
		this.jdbc.execute("set max_parallel_maintenance_workers = 0");
		this.jdbc.execute("set max_parallel_workers_per_gather = 0");
		this.jdbc
			.queryForList("select indexname from pg_indexes where tablename = 'genstage_dead_letter' "
					+ "and indexname not like '%key' and indexname not like '%pkey' "
					+ "or indexname = 'genstage_dead_letter_key'", String.class)
			.forEach((index) -> this.jdbc.execute("drop index " + index));
		this.jdbc.update("insert into genstage_dead_letter (id, application, stage, source, event_key, event_type, "
				+ "content_type, payload, status, attempts, replays, cause_type, first_failed_at, last_failed_at) "
				+ "select gen_random_uuid()::text, 'shop', case when x <= ? then 'old' else 'book' end, 'orders', "
				+ "'k' || x % 1000, 'java.lang.String', 'application/json', '\"a\"'::bytea, "
				+ "case when x % 3 = 0 then 'ABANDONED' else 'WAITING' end, 4, 0, "
				+ "case when x <= ? then 'java.lang.Error' else 'java.lang.IllegalStateException' end, x, x "
				+ "from generate_series(1, ?) x", RARE, RARE, MANY);
		this.jdbc.update("insert into genstage_dead_letter_count "
				+ "select application, stage, cause_type, status, count(*), 1 from genstage_dead_letter "
				+ "group by application, stage, cause_type, status");
		this.database.runScript(Database.POSTGRESQL);
		this.jdbc.execute("vacuum analyze genstage_dead_letter");
		this.store = this.database.store("shop");
	}

	@AfterAll
	void close() {
		if (this.database != null) {
			this.database.close();
		}
	}

	/** Returns how many rows and entries of indexes were read. */
	private long read(Supplier<?> step) {
		long before = readInAll();
		assertThat(step.get()).isNotNull();
		return readInAll() - before;
	}

	private long readInAll() {
		this.jdbc.execute("select pg_stat_force_next_flush()");
		Long sum = this.jdbc.queryForObject("select (select sum(seq_tup_read) from pg_stat_user_tables "
				+ "where relname like 'genstage%') + (select sum(idx_tup_read) from pg_stat_user_indexes "
				+ "where relname like 'genstage%')", Long.class);
		return (sum != null) ? sum : 0;
	}

	@Test
	void areListedByReadingAPage() {
		assertThat(read(() -> this.store.newestFirst(DeadLetterFilter.all(), Long.MAX_VALUE, 20))).isBetween(20L, 100L);
		assertThat(read(() -> this.store.newestFirst(DeadLetterFilter.all(), MANY / 2, 20))).isBetween(20L, 100L);
		assertThat(read(() -> this.store.oldestFirst(DeadLetterFilter.all(), MANY / 2, 20))).isBetween(20L, 100L);
		assertThat(read(() -> this.store.newestFirst(OLD, Long.MAX_VALUE, 20))).isBetween(20L, 100L);
		assertThat(read(() -> this.store.newestFirst(DeadLetterFilter.all().withCauseType("java.lang.Error"),
				Long.MAX_VALUE, 20)))
			.isBetween(20L, 100L);
		assertThat(read(() -> this.store.newestFirst(OLD.withStatus(DeadLetter.Status.ABANDONED), Long.MAX_VALUE, 20)))
			.isBetween(20L, 100L);
		assertThat(read(() -> this.store.newestFirst(DeadLetterFilter.all().withStage("book").withKey("k7"),
				Long.MAX_VALUE, 20)))
			.isBetween(20L, 100L);
	}

	@Test
	void areCountedByReadingTheCounts() {
		assertThat(this.store.counts().total()).isGreaterThan(MANY - 10);
		assertThat(read(this.store::counts)).isBetween(1L, 20L);
	}

	@Test
	void areReplayedByReadingOne() {
		DeadLetter first = this.store.oldestFirst(OLD.withStatus(DeadLetter.Status.WAITING), 0, 1).get(0);
		UUID claim = UUID.randomUUID();
		assertThat(read(() -> this.store.oldestFirst(OLD.withStatus(DeadLetter.Status.WAITING), 0, 100)))
			.isBetween(100L, 300L);
		assertThat(read(() -> this.store.claim(first.id(), claim, Duration.ofMinutes(1)).orElseThrow())).isBetween(1L,
				20L);
		assertThat(read(() -> this.store.event(first.id()).orElseThrow())).isBetween(1L, 5L);
		assertThat(read(() -> this.store.remove(first.id(), claim))).isBetween(1L, 20L);
	}

	@Test
	void takeAnotherOneByReadingNone() {
		DeadLetter letter = DeadLetter.of("book", "a", java.time.Instant.now()).withKey("k7");
		assertThat(read(() -> this.store.append(letter, "a").toCompletableFuture().join())).isBetween(1L, 20L);
		assertThat(read(() -> this.store.held("book", "k7"))).isBetween(0L, 20L);
	}

	@Test
	void areReadInOrderByH2Too() {
		try (LetterDatabase other = LetterDatabase.of(Database.H2)) {
			other.jdbc()
				.update("insert into genstage_dead_letter (id, application, stage, event_type, content_type, payload, "
						+ "status, attempts, replays, first_failed_at, last_failed_at) "
						+ "select 'id-' || x, 'shop', 'book', 'x', 'y', x'00', 'WAITING', 1, 0, x, x "
						+ "from system_range(1, 2000)");
			for (String direction : List.of("asc", "desc")) {
				LetterCondition condition = new LetterCondition(
						DeadLetterFilter.all().withStage("book").withStatus(DeadLetter.Status.WAITING), "0");
				String sql = "explain analyze select position from genstage_dead_letter where %s order by %s limit 20"
					.formatted(condition.alternatives().get(0), condition.order(direction))
					.replace(":application", "'shop'")
					.replace(":stage", "'book'");
				assertThat(other.jdbc().queryForObject(sql, String.class)).contains("index sorted")
					.containsPattern("scanCount: 2[01]\\D");
			}
		}
	}

}
