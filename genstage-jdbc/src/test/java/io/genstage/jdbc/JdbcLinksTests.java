package io.genstage.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import io.genstage.jdbc.JdbcLinks.RejectedMessage;
import io.genstage.jdbc.database.Database;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkRecord;
import io.genstage.link.LinkSettlement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * What links in a database do beyond what all links do.
 */
@ParameterizedClass
@EnumSource
@Timeout(120)
class JdbcLinksTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	@Parameter
	private Database database;

	private String url;

	private CutDataSource dataSource;

	private JdbcTemplate jdbc;

	private JdbcLinks links;

	private final List<AutoCloseable> opened = new ArrayList<>();

	@BeforeEach
	void createTable() {
		this.url = this.database.newUrl();
		this.dataSource = new CutDataSource(Schema.create(Database.dataSource(this.url), this.database, "links"));
		this.jdbc = new JdbcTemplate(this.dataSource);
		this.links = new JdbcLinks(this.dataSource);
	}

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable end : this.opened) {
			end.close();
		}
	}

	private LinkEnd reader(JdbcLinks links) {
		return closed(LinkEnd.reader(links));
	}

	private LinkEnd writer(JdbcLinks links) {
		return closed(LinkEnd.writer(links));
	}

	private LinkEnd closed(LinkEnd end) {
		this.opened.add(end);
		return end;
	}

	/** Another process, as far as it shares nothing but the database. */
	private JdbcLinks otherLinks() {
		return new JdbcLinks(Database.dataSource(this.url));
	}

	private void send(String... texts) {
		for (String text : texts) {
			this.links.send(LinkEnd.ORDERS, LinkEnd.message(text));
		}
	}

	private List<String> rows() {
		return this.jdbc.query("select event_key, status, attempts, reason from genstage_link_event order by id",
				(row, number) -> "%s %s %d %s".formatted(row.getString("event_key"), row.getString("status"),
						row.getInt("attempts"), row.getString("reason")));
	}

	private void awaitRows(String... rows) {
		await().atMost(LONG).untilAsserted(() -> assertThat(rows()).containsExactly(rows));
	}

	// The transaction of the caller

	@Test
	void sendsWithTheTransactionOfTheCaller() {
		LinkEnd reader = reader(this.links).ask(10);
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(this.dataSource));
		transaction.executeWithoutResult((status) -> {
			send("never");
			status.setRollbackOnly();
		});
		transaction.executeWithoutResult((status) -> send("a1", "b1"));
		send("c1");
		// In the order of numbers: what was rolled back would have come first.
		assertThat(reader.await("c1")).containsExactly("a1", "b1", "c1");
	}

	@Test
	void readsWhatIsCommittedLate() throws SQLException {
		Assumptions.assumeTrue(this.database != Database.SQLITE, "one transaction at a time writes to SQLite");
		LinkEnd reader = reader(this.links).ask(10);
		PlatformTransactionManager manager = new JdbcTransactionManager(this.dataSource);
		TransactionStatus slow = manager.getTransaction(new DefaultTransactionDefinition());
		send("a-slow");
		CompletableFuture.runAsync(() -> send("b-quick")).join();
		reader.await("b-quick");
		reader.accept("b-quick");
		manager.commit(slow);
		assertThat(reader.await("a-slow")).containsExactly("b-quick", "a-slow");
		assertThat(reader.last("a-slow").position()).as("it was numbered first")
			.isLessThan(reader.last("b-quick").position());
	}

	@Test
	void readsAllThatIsWrittenAtTheSameTime() {
		int each = 250;
		LinkEnd reader = reader(this.links).ask(4 * each);
		List<CompletableFuture<Void>> writers = IntStream.range(0, 4)
			.mapToObj((writer) -> CompletableFuture.runAsync(() -> sendInTransactions((char) ('a' + writer), each)))
			.toList();
		writers.forEach(CompletableFuture::join);
		assertThat(reader.await(4 * each)).doesNotHaveDuplicates().hasSize(4 * each);
	}

	/** Transactions of several messages, so that those of the writers overlap. */
	private void sendInTransactions(char key, int count) {
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(this.dataSource));
		for (int first = 0; first < count; first += 10) {
			int from = first;
			transaction.executeWithoutResult(
					(status) -> IntStream.range(from, from + 10).forEach((number) -> send("" + key + number)));
		}
	}

	// Retries

	@Test
	void letsThoseBehindWaitForARetryOfTheirKey() {
		send("a1", "a2", "b1", "a3");
		LinkEnd first = reader(this.links).ask(1);
		first.await("a1");
		first.settle(LinkSettlement.retry(first.last("a1"), Duration.ofHours(1), "no paper"));
		first.close();
		assertThat(rows()).containsExactly("a READY 1 no paper", "a READY 0 null", "b READY 0 null", "a READY 0 null");
		LinkEnd second = reader(otherLinks()).ask(10);
		assertThat(second.await("b1")).as("after a restart, too").containsExactly("b1");
		second.accept("b1");
		awaitRows("a READY 1 no paper", "a READY 0 null", "a READY 0 null");
		this.jdbc.update("update genstage_link_event set visible_at = 0");
		assertThat(second.await("a3")).containsExactly("b1", "a1", "a2", "a3");
		assertThat(second.records).extracting(LinkRecord::attempt).containsExactly(1, 2, 1, 1);
	}

	@Test
	void letsNoneInFrontWaitForARetryOfTheirKey() {
		send("a1", "a2");
		LinkEnd first = reader(this.links).ask(2);
		first.await("a2");
		first.settle(LinkSettlement.retry(first.last("a2"), Duration.ofHours(1), "no paper"));
		first.close();
		LinkEnd second = reader(this.links).ask(10);
		assertThat(second.await("a1")).containsExactly("a1");
	}

	@Test
	void waitsForARetryByTheClockOfTheDatabase() {
		send("a1");
		LinkEnd reader = reader(this.links).ask(1);
		reader.await("a1");
		reader.settle(LinkSettlement.retry(reader.last("a1"), Duration.ofHours(3), "no paper"));
		awaitRows("a READY 1 no paper");
		Long left = this.jdbc.queryForObject("select visible_at - %s from genstage_link_event"
			.formatted(Dialect.valueOf(this.database.name()).now()), Long.class);
		assertThat(left).isBetween(Duration.ofHours(2).toMillis(), Duration.ofHours(3).toMillis());
	}

	@Test
	void deliversWhatIsInHandToNobodyElseThoughItWaitsAtTheHead() {
		send("a1", "b1", "c1", "d1");
		LinkEnd reader = reader(this.links).ask(3);
		reader.await(3);
		reader.ask(1);
		assertThat(reader.await(4)).containsExactly("a1", "b1", "c1", "d1");
	}

	// Rejected ones

	@Test
	void keepsRejectedMessagesUntilSomebodyDecides() {
		send("a1", "a2", "b1");
		LinkEnd reader = reader(this.links).ask(3);
		reader.await(3);
		reader.settle(LinkSettlement.reject(reader.last("a1"), "can't be read"));
		reader.settle(LinkSettlement.reject(reader.last("b1"), "is too old"));
		reader.accept("a2");
		awaitRows("a REJECTED 1 can't be read", "b REJECTED 1 is too old");
		assertThat(this.links.countRejected(LinkEnd.ORDERS)).isEqualTo(2);
		await().atMost(LONG).until(() -> reader.reader().rejected().orElse(0) == 2);
		List<RejectedMessage> first = this.links.rejected(LinkEnd.ORDERS, 0, 1);
		assertThat(first).singleElement().satisfies((rejected) -> {
			assertThat(rejected.message()).isEqualTo(LinkEnd.message("a1"));
			assertThat(rejected.attempts()).isOne();
			assertThat(rejected.reason()).isEqualTo("can't be read");
			assertThat(rejected.sentAt()).isNotNull();
		});
		List<RejectedMessage> next = this.links.rejected(LinkEnd.ORDERS, first.get(0).id(), 10);
		assertThat(next).extracting(RejectedMessage::reason).containsExactly("is too old");
		assertThat(this.links.rejected(LinkDefinition.of("others"), 0, 10)).isEmpty();
		assertThat(this.links.removeRejected(LinkEnd.ORDERS, List.of(next.get(0).id(), 12345L))).isOne();
		reader.ask(1);
		assertThat(this.links.retryRejected(LinkEnd.ORDERS, List.of(first.get(0).id()))).isOne();
		reader.await(4);
		assertThat(reader.last("a1").attempt()).isOne();
		assertThat(this.links.countRejected(LinkEnd.ORDERS)).isZero();
	}

	@Test
	void leavesAloneWhatIsNotRejected() {
		send("a1");
		assertThat(this.links.removeRejected(LinkEnd.ORDERS, List.of(1L))).isZero();
		assertThat(this.links.retryRejected(LinkEnd.ORDERS, List.of(1L))).isZero();
		assertThat(rows()).hasSize(1);
	}

	// Owners

	@Test
	void hasOneOwnerAndAnotherOneWhenItsConnectionBreaks() {
		send("a1", "b1");
		LinkEnd one = reader(this.links).ask(10);
		one.await(2);
		LinkEnd two = reader(otherLinks()).ask(10);
		one.accept("a1");
		awaitRows("b READY 0 null");
		this.dataSource.cut();
		assertThat(two.await("b1")).as("not what was accepted").containsExactly("b1");
		await().atMost(LONG).until(() -> !one.interruptions.isEmpty());
		this.dataSource.restore();
		await().atMost(LONG).until(one.recovered::isDone);
		one.settle(LinkSettlement.reject(one.last("b1"), "too late"));
		assertThat(one.reader().stale()).isOne();
		send("c1");
		two.await("c1");
		two.accept("c1");
		two.accept("b1");
		awaitRows();
		assertThat(one.texts()).as("it stands by").containsExactly("a1", "b1");
		two.close();
		send("d1");
		assertThat(one.await("d1")).containsExactly("a1", "b1", "d1");
	}

	@Test
	void bringsInWhatWasAcceptedWhenItIsBack() {
		send("a1", "b1");
		LinkEnd reader = reader(this.links).ask(2);
		reader.await(2);
		this.dataSource.cut();
		reader.accept("a1");
		await().atMost(LONG).until(() -> !reader.interruptions.isEmpty());
		this.dataSource.restore();
		reader.ask(1);
		assertThat(reader.await(3)).containsExactly("a1", "b1", "b1");
		awaitRows("b READY 0 null");
	}

	@Test
	void keepsOneConnectionPerReader() {
		LinkEnd reader = reader(this.links).ask(10);
		send("a1");
		reader.await("a1");
		reader.close();
		assertThat(this.dataSource.open()).as("all are closed").isZero();
	}

	// What is refused

	@Test
	void refusesAMessageAndNotItsNeighbours() {
		Assumptions.assumeTrue(this.database != Database.SQLITE, "it adds no constraint to a table");
		this.jdbc.execute("alter table genstage_link_event add constraint small_ones check (payload_size < 100)");
		this.dataSource.cut();
		LinkEnd writer = writer(this.links);
		List<CompletableFuture<Void>> sent = IntStream.range(0, 10)
			.mapToObj((number) -> writer.send(LinkEnd.message("a" + number + ((number == 4) ? "x".repeat(200) : ""))))
			.toList();
		this.dataSource.restore();
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> sent.get(4).join())
			.withCauseInstanceOf(DataIntegrityViolationException.class);
		IntStream.range(0, 10).filter((number) -> number != 4).forEach((number) -> sent.get(number).join());
		assertThat(reader(this.links).ask(20).await(9)).containsExactly("a0", "a1", "a2", "a3", "a5", "a6", "a7", "a8",
				"a9");
	}

	@Test
	void refusesAKeyThatNotEachDatabaseKeeps() {
		LinkEnd writer = writer(this.links);
		for (String key : List.of("k".repeat(201), "nul\0", "half \ud800")) {
			LinkMessage message = LinkEnd.message("a1").withKey(key);
			assertThat(writer.send(message)).isCompletedExceptionally();
			assertThatIllegalArgumentException().isThrownBy(() -> this.links.send(LinkEnd.ORDERS, message));
		}
		writer.send(LinkEnd.message("a1").withKey("k".repeat(200))).join();
		assertThat(rows()).hasSize(1);
	}

	@Test
	void takesNoSettings() {
		LinkDefinition link = LinkEnd.ORDERS.withSettings(Map.of("partitions", "4"));
		assertThatIllegalArgumentException().isThrownBy(() -> this.links.openReader(link, new LinkEnd()))
			.withMessageContaining("partitions");
		assertThatIllegalArgumentException().isThrownBy(() -> this.links.openWriter(link, new LinkEnd()));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.links.openReader(LinkDefinition.of("x".repeat(101)), new LinkEnd()));
	}

	// Tables

	@Test
	void failsWithoutItsTable() {
		this.jdbc.execute("drop table genstage_link_event");
		LinkEnd reader = reader(this.links);
		LinkEnd writer = writer(this.links);
		CompletableFuture<Void> sent = writer.send(LinkEnd.message("a1"));
		await().atMost(LONG).until(() -> !reader.failures.isEmpty() && !writer.failures.isEmpty());
		assertThat(reader.failures.get(0)).isInstanceOf(IllegalStateException.class)
			.hasMessageContaining("table genstage_link_event is not there")
			.hasMessageContaining("links-%s.sql", this.database.name().toLowerCase(Locale.ROOT))
			.hasMessageContaining("genstage.links-jdbc.initialize-schema");
		writer.close();
		assertThat(sent).isCompletedExceptionally();
		assertThat(reader.failures).hasSize(1);
	}

	@Test
	void failsWhenItsTableIsGone() {
		LinkEnd reader = reader(this.links).ask(10);
		send("a1");
		reader.await("a1");
		this.jdbc.execute("drop table genstage_link_event");
		await().atMost(LONG).until(() -> !reader.failures.isEmpty());
	}

	@Test
	void saysWhichRightIsMissing() {
		Assumptions.assumeTrue(this.database == Database.POSTGRESQL || this.database == Database.MARIADB,
				"has no users in this test");
		DataSource limited = new LimitedUser(this.url, this.jdbc).grant("select, insert, update", "genstage_link_event")
			.dataSource();
		LinkEnd reader = reader(new JdbcLinks(limited));
		await().atMost(LONG).until(() -> !reader.failures.isEmpty());
		assertThat(reader.failures.get(0)).hasMessageContaining("needs the right to delete");
	}

	@Test
	void leavesNoTransactionOpen() throws SQLException {
		Assumptions.assumeTrue(this.database == Database.POSTGRESQL, "asks PostgreSQL");
		LinkEnd reader = reader(this.links).ask(10);
		send("a1");
		reader.await("a1");
		try (Connection connection = this.dataSource.getConnection()) {
			JdbcTemplate asking = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
			await().atMost(LONG).until(() -> asking.queryForObject("""
					select count(*) from pg_stat_activity where datname = current_database()
					and pid <> pg_backend_pid() and state <> 'idle'""", Integer.class), (open) -> open == 0);
		}
	}

}
