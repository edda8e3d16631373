package io.genstage.jdbc;

import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.StageRef;
import io.genstage.StageStartException;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.delivery.SourceHint;
import io.genstage.jdbc.JdbcWorkQueue.DeadRow;
import io.genstage.jdbc.database.Database;
import io.genstage.source.SourceUnavailableException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

@ParameterizedClass
@EnumSource
@Timeout(120)
class JdbcWorkQueueTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private static final WorkQueueOptions AT_ONCE = WorkQueueOptions.defaults().withRetryAfter(Duration.ZERO);

	@Parameter
	private Database database;

	private String url;

	private HikariDataSource pool;

	private FlakyDataSource dataSource;

	private JdbcTemplate jdbc;

	private final List<WorkerForTests> workers = new ArrayList<>();

	@BeforeEach
	void createTables() {
		this.url = this.database.newUrl();
		DataSource plain = Schema.create(Database.dataSource(this.url), this.database, "queue");
		this.pool = pool(plain, 5);
		this.dataSource = new FlakyDataSource(this.pool);
		this.jdbc = new JdbcTemplate(plain);
	}

	@AfterEach
	void stop() {
		this.workers.forEach(WorkerForTests::close);
		// There is none if the test is skipped for want of its server.
		if (this.pool != null) {
			this.pool.close();
		}
	}

	private static HikariDataSource pool(DataSource dataSource, int size) {
		HikariConfig config = new HikariConfig();
		config.setDataSource(dataSource);
		config.setMaximumPoolSize(size);
		config.setMinimumIdle(1);
		config.setAutoCommit(false);
		return new HikariDataSource(config);
	}

	private WorkerForTests worker(WorkQueueOptions options) {
		WorkerForTests worker = new WorkerForTests(this.dataSource, options);
		this.workers.add(worker);
		return worker;
	}

	/** Sends from another instance. */
	private void send(String... events) {
		Arrays.stream(events).forEach(worker(WorkQueueOptions.defaults()).queue::send);
	}

	private List<String> rows() {
		return this.jdbc.query("select status, attempts, epoch, reason from genstage_work order by id",
				(row, number) -> "%s %d/%d %s".formatted(row.getString("status"), row.getInt("attempts"),
						row.getInt("epoch"), row.getString("reason")));
	}

	/** Lets the time of all rows be over, by the clock of the database. */
	private void letTimePass() {
		this.jdbc.update("update genstage_work set visible_at = 0");
	}

	private long visibleIn(long id) {
		Long time = this.jdbc.queryForObject("select visible_at - %s from genstage_work where id = ?"
			.formatted(Dialect.valueOf(this.database.name()).now()), Long.class, id);
		return (time != null) ? time : Long.MIN_VALUE;
	}

	@Test
	void handsOutAsManyEventsAsAreWantedTheOldestFirst() {
		send("a", "b", "c");
		WorkerForTests worker = worker(AT_ONCE).start(2);
		assertThat(worker.begun).containsExactly("a", "b");
		assertThat(worker.queue.inHand()).isEqualTo(2);
		worker.finish("b");
		assertThat(worker.begun).containsExactly("a", "b", "c");
		worker.finish("a", "c");
		assertThat(rows()).isEmpty();
		assertThat(worker.queue.inHand()).isZero();
	}

	@Test
	void keepsDoneEventsIfItIsSaid() {
		send("a");
		worker(AT_ONCE.keepingDone()).start(1).finish("a");
		assertThat(rows()).containsExactly("DONE 1/1 null");
	}

	@Test
	void sendsWithTheTransactionOfTheCaller() {
		WorkerForTests worker = worker(AT_ONCE).start(2);
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(this.dataSource));
		transaction.executeWithoutResult((status) -> {
			worker.queue.send("never");
			status.setRollbackOnly();
		});
		transaction.executeWithoutResult((status) -> worker.queue.send("a"));
		worker.run();
		assertThat(worker.begun).as("woken by the commit").containsExactly("a");
		assertThat(rows()).hasSize(1);
	}

	@Test
	void isWokenByWhatItSends() {
		WorkerForTests worker = worker(AT_ONCE).start(2);
		worker.advance(Duration.ofSeconds(5));
		worker.queue.send("a");
		worker.run();
		worker.queue.send("b");
		worker.run();
		assertThat(worker.begun).containsExactly("a", "b");
	}

	@Test
	void looksForWhatOthersSend() {
		WorkerForTests worker = worker(AT_ONCE).start(2);
		worker.advance(Duration.ofSeconds(5));
		send("a");
		assertThat(worker.begun).isEmpty();
		worker.advance(Duration.ofSeconds(1));
		assertThat(worker.begun).containsExactly("a");
	}

	@Test
	void separatesQueues() {
		new JdbcWorkQueue<>(this.dataSource, "other", String.class, WorkerForTests.codec(), AT_ONCE).send("a");
		assertThat(worker(AT_ONCE).start(2).begun).isEmpty();
	}

	@Test
	void handsAFailedEventOutAgainUntilItsAttemptsAreUsedUp() {
		send("a");
		WorkerForTests worker = worker(AT_ONCE.withMaxAttempts(2)).start(1);
		worker.fail("a");
		assertThat(worker.begun).containsExactly("a", "a");
		assertThat(rows()).containsExactly("READY 2/2 out of paper (io.genstage.failure.EventRejectedException)");
		worker.fail("a");
		worker.advance(Duration.ofSeconds(3));
		assertThat(worker.begun).hasSize(2);
		assertThat(rows())
			.containsExactly("DEAD 2/2 has failed 2 times: out of paper (io.genstage.failure.EventRejectedException)");
	}

	@Test
	void letsAFailedEventWait() {
		send("a");
		WorkerForTests worker = worker(WorkQueueOptions.defaults().withRetryAfter(Duration.ofMinutes(10))).start(1);
		worker.fail("a");
		worker.advance(Duration.ofSeconds(3));
		assertThat(worker.begun).as("by the clock of the database").containsExactly("a");
		assertThat(visibleIn(1)).isBetween(Duration.ofMinutes(5).toMillis(), Duration.ofMinutes(10).toMillis());
		letTimePass();
		worker.advance(Duration.ofSeconds(2));
		assertThat(worker.begun).containsExactly("a", "a");
	}

	@Test
	void doesAsAHandlerWishes() {
		send("requeued", "delayed", "dropped");
		WorkerForTests worker = worker(WorkQueueOptions.defaults().withRetryAfter(Duration.ofHours(1))).start(3);
		worker.fail("delayed", SourceHint.delay(Duration.ofHours(3)));
		worker.fail("dropped", SourceHint.drop());
		worker.fail("requeued", SourceHint.requeue());
		worker.advance(Duration.ofSeconds(2));
		assertThat(worker.begun).containsExactly("requeued", "delayed", "dropped", "requeued");
		assertThat(visibleIn(2)).isGreaterThan(Duration.ofHours(2).toMillis());
		assertThat(rows()).last()
			.isEqualTo(
					"DEAD 1/1 was dropped by its handler: out of paper (io.genstage.failure.EventRejectedException)");
	}

	@Test
	void givesUpAnEventThatProcessesDieOf() {
		send("a", "b");
		this.jdbc.update("update genstage_work set attempts = 3 where id = 1");
		WorkerForTests worker = worker(AT_ONCE.withMaxAttempts(3)).start(2);
		assertThat(worker.begun).containsExactly("b");
		assertThat(rows()).first().isEqualTo("DEAD 3/0 was handed out 3 times, and was never settled");
	}

	@Test
	void handsOutAgainWhatADeadProcessHadInHand() {
		send("a", "b");
		worker(AT_ONCE).start(1);
		WorkerForTests next = worker(AT_ONCE).start(2);
		assertThat(next.begun).containsExactly("b");
		letTimePass();
		next.finish("b");
		next.advance(Duration.ofSeconds(2));
		assertThat(next.begun).containsExactly("b", "a");
		assertThat(rows()).containsExactly("READY 2/2 null");
	}

	@Test
	void takesNoWordForAnEventThatWasHandedOutAgain() {
		send("a");
		WorkerForTests frozen = worker(AT_ONCE).start(1);
		letTimePass();
		WorkerForTests next = worker(AT_ONCE).start(1);
		assertThat(next.begun).containsExactly("a");
		frozen.finish("a");
		assertThat(rows()).containsExactly("READY 2/2 null");
		assertThat(frozen.queue.lateSettlements()).isOne();
		assertThat(frozen.queue.inHand()).isZero();
		next.fail("a");
		assertThat(next.queue.lateSettlements()).isZero();
		assertThat(rows()).containsExactly("READY 3/3 out of paper (io.genstage.failure.EventRejectedException)");
	}

	@Test
	void keepsFromOthersWhatIsInHand() {
		send("a");
		WorkerForTests worker = worker(AT_ONCE.withVisibility(Duration.ofMinutes(10))).start(1);
		letTimePass();
		worker.advance(Duration.ofMinutes(4));
		assertThat(visibleIn(1)).isGreaterThan(Duration.ofMinutes(9).toMillis());
		worker.finish("a");
		assertThat(rows()).isEmpty();
	}

	@Test
	void handsOutEventsOfAKeyOneAfterTheOther() {
		JdbcWorkQueue<String> sender = worker(AT_ONCE).queue;
		sender.send("a1", "a");
		sender.send("a2", "a");
		sender.send("b1", "b");
		sender.send("plain");
		sender.send("a3", "a");
		WorkQueueOptions ordered = WorkQueueOptions.defaults().withRetryAfter(Duration.ofHours(1)).inOrderOfKeys();
		WorkerForTests worker = worker(ordered).start(5);
		WorkerForTests other = worker(ordered).start(5);
		assertThat(worker.begun).containsExactly("a1", "b1", "plain");
		assertThat(other.begun).isEmpty();
		worker.fail("a1");
		other.advance(Duration.ofSeconds(2));
		assertThat(other.begun).as("a1 comes first, when its time has come").isEmpty();
		this.jdbc.update("update genstage_work set visible_at = 0 where attempts > 0 and event_key = 'a'");
		other.advance(Duration.ofSeconds(2));
		assertThat(other.begun).containsExactly("a1");
		other.finish("a1");
		assertThat(other.begun).containsExactly("a1", "a2");
		worker.advance(Duration.ofSeconds(2));
		assertThat(worker.begun).hasSize(3);
		other.fail("a2", SourceHint.drop());
		other.advance(Duration.ofSeconds(2));
		assertThat(other.begun).as("behind a dead one").containsExactly("a1", "a2", "a3");
	}

	@Test
	void handsOutNoKeyThatIsInHandThoughAnEarlierRowAppears() {
		JdbcWorkQueue<String> sender = worker(AT_ONCE).queue;
		sender.send("late", "a");
		sender.send("early", "a");
		this.jdbc.update("update genstage_work set status = 'HIDDEN' where id = 1");
		WorkerForTests worker = worker(AT_ONCE.inOrderOfKeys()).start(2);
		this.jdbc.update("update genstage_work set status = 'READY' where id = 1");
		worker.advance(Duration.ofSeconds(2));
		assertThat(worker.begun).containsExactly("early");
		worker.finish("early");
		assertThat(worker.begun).containsExactly("early", "late");
	}

	@Test
	void handsEachEventOutOnceThoughManyAsk() {
		send(IntStream.range(0, 200).mapToObj(Integer::toString).toArray(String[]::new));
		List<List<Long>> claimed = Stream.of(1, 2, 3, 4).map((number) -> {
			WorkTable table = new WorkTable(new JdbcAccess(this.dataSource), "mails", AT_ONCE);
			return CompletableFuture.supplyAsync(() -> claimAll(table));
		}).toList().stream().map(CompletableFuture::join).toList();
		assertThat(claimed.stream().flatMap(List::stream).toList()).hasSize(200).doesNotHaveDuplicates();
	}

	private static int numberOf(WorkRow row) {
		return Integer.parseInt((String) WorkerForTests.codec().read(row.payload(), row.contentType(), String.class));
	}

	/** SQLite lets one write at a time: a source tries again, too. */
	private static <T> T persistently(Supplier<T> work) {
		while (true) {
			try {
				return work.get();
			}
			catch (SourceUnavailableException ex) {
				assertThat(ex).hasCauseInstanceOf(CannotAcquireLockException.class);
			}
		}
	}

	private static List<Long> claimAll(WorkTable table) {
		List<Long> ids = new ArrayList<>();
		// Rows that others have locked for a moment are skipped.
		for (int empty = 0; empty < 10;) {
			List<WorkRow> rows = persistently(() -> table.claim(7)).rows();
			empty = rows.isEmpty() ? empty + 1 : 0;
			rows.forEach((row) -> ids.add(row.claim().id()));
		}
		return ids;
	}

	@Test
	void keepsTheOrderOfKeysThoughManyAsk() {
		JdbcWorkQueue<String> sender = worker(AT_ONCE).queue;
		for (int number = 1; number <= 10; number++) {
			for (String key : List.of("a", "b", "c", "d", "e")) {
				sender.send(String.valueOf(number), key);
			}
		}
		Map<Long, String> keys = new HashMap<>();
		this.jdbc.query("select id, event_key from genstage_work", (row) -> {
			keys.put(row.getLong("id"), row.getString("event_key"));
		});
		WorkTable table = new WorkTable(new JdbcAccess(this.dataSource), "mails", AT_ONCE.inOrderOfKeys());
		Map<String, List<Integer>> begun = new TreeMap<>();
		for (int round = 0; round < 50 && !keys.isEmpty(); round++) {
			List<WorkRow> claimed = Stream.of(1, 2, 3, 4)
				.map((number) -> CompletableFuture.supplyAsync(() -> persistently(() -> table.claim(3)).rows()))
				.toList()
				.stream()
				.flatMap((rows) -> rows.join().stream())
				.toList();
			List<String> inHand = claimed.stream().map((row) -> keys.remove(row.claim().id())).toList();
			assertThat(inHand).isNotEmpty().doesNotHaveDuplicates().doesNotContainNull();
			IntStream.range(0, inHand.size())
				.forEach((index) -> begun.computeIfAbsent(inHand.get(index), (key) -> new ArrayList<>())
					.add(numberOf(claimed.get(index))));
			table.settle(claimed.stream().<WorkResult>map((row) -> new WorkResult.Done(row.claim())).toList());
		}
		assertThat(begun).hasSize(5)
			.allSatisfy((key, numbers) -> assertThat(numbers).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
	}

	@Test
	void makesClaimsOfAnOrderedQueueOneAtATime() {
		send("a");
		JdbcAccess access = new JdbcAccess(this.dataSource);
		WorkTable ordered = new WorkTable(access, "mails", AT_ONCE.inOrderOfKeys());
		ordered.claim(1);
		ordered.claim(1);
		assertThat(
				this.jdbc.queryForObject("select claims from genstage_work_queue where queue = 'mails'", Integer.class))
			.as("a row that each of them has locked to the end of its transaction")
			.isEqualTo(2);
	}

	@Test
	void listsAndCountsDeadRows() {
		JdbcWorkQueue<String> queue = worker(AT_ONCE).queue;
		queue.send("a");
		queue.send("b", "k");
		queue.send("c");
		new JdbcWorkQueue<>(this.dataSource, "other", String.class, WorkerForTests.codec(), AT_ONCE).send("d");
		this.jdbc.update("update genstage_work set status = 'DEAD', reason = 'torn', attempts = 2 where id <> 3");
		assertThat(queue.countDead()).isEqualTo(2);
		assertThat(queue.dead(0, 10)).extracting(DeadRow::id).containsExactly(1L, 2L);
		assertThat(queue.dead(0, 1)).extracting(DeadRow::id).containsExactly(1L);
		DeadRow second = queue.dead(1, 10).get(0);
		assertThat(second).isEqualTo(new DeadRow(2, "k", "java.lang.String", 2, "torn", second.sentAt()));
		assertThat(second.sentAt()).isBetween(Instant.now().minusSeconds(3600), Instant.now().plusSeconds(3600));
		assertThat(queue.dead(2, 10)).isEmpty();
		assertThatIllegalArgumentException().isThrownBy(() -> queue.dead(0, 0));
		assertThatIllegalArgumentException().isThrownBy(() -> queue.dead(0, 1001));
	}

	@Test
	void handsOutADeadEventAgainThatIsToBeTriedAgain() {
		send("a", "b");
		WorkerForTests worker = worker(AT_ONCE.withMaxAttempts(1)).start(2);
		worker.fail("a");
		worker.fail("b");
		assertThat(worker.queue.countDead()).isEqualTo(2);
		assertThat(worker.queue.retryDead(List.of(1L, 1L, 7L))).isOne();
		worker.run();
		assertThat(worker.begun).as("woken at once").containsExactly("a", "b", "a");
		assertThat(worker.queue.retryDead(List.of(1L))).as("not dead any more").isZero();
		assertThat(worker.queue.removeDead(List.of(1L, 2L))).isOne();
		worker.finish("a");
		assertThat(rows()).isEmpty();
	}

	@Test
	void takesNoWordForADeadEventThatIsTriedAgain() {
		send("a");
		WorkerForTests frozen = worker(AT_ONCE.withMaxAttempts(1)).start(1);
		letTimePass();
		JdbcWorkQueue<String> other = worker(AT_ONCE.withMaxAttempts(1)).start(1).queue;
		assertThat(other.countDead()).isOne();
		other.retryDead(List.of(1L));
		frozen.fail("a");
		assertThat(frozen.queue.lateSettlements()).isOne();
		assertThat(frozen.begun).as("it has got it once more").containsExactly("a", "a");
		assertThat(rows()).containsExactly("READY 1/3 was handed out 1 times, and was never settled");
	}

	@Test
	void touchesNoDeadRowsOfOtherQueues() {
		send("a");
		this.jdbc.update("update genstage_work set status = 'DEAD'");
		JdbcWorkQueue<String> other = new JdbcWorkQueue<>(this.dataSource, "other", String.class,
				WorkerForTests.codec(), AT_ONCE);
		assertThat(other.countDead()).isZero();
		assertThat(other.dead(0, 10)).isEmpty();
		assertThat(other.retryDead(List.of(1L))).isZero();
		assertThat(other.removeDead(List.of(1L))).isZero();
		assertThat(rows()).hasSize(1);
	}

	@Test
	void suffersNothingFromAPayloadThatCantBeRead() {
		send("a", "b", "c", "d");
		this.jdbc.update("update genstage_work set payload = ? where id = 1", new byte[] { '{', 0 });
		this.jdbc.update("update genstage_work set event_type = 'com.acme.Gone' where id = 2");
		this.jdbc.update("update genstage_work set content_type = 'secret' where id = 3");
		WorkerForTests worker = worker(AT_ONCE).start(4);
		assertThat(worker.begun).containsExactly("d");
		assertThat(rows()).hasSize(4)
			.contains("DEAD 1/1 its payload can't be read as java.lang.String: it is of com.acme.Gone",
					"DEAD 1/1 its payload can't be read as java.lang.String: java.lang.UnsupportedOperationException")
			.filteredOn((row) -> row.startsWith("DEAD"))
			.hasSize(3);
	}

	@Test
	void carriesFiftyMegabytes() {
		String large = "x".repeat(50_000_000);
		JdbcWorkQueue<String> sender = worker(AT_ONCE).queue;
		if (this.database == Database.MARIADB) {
			// Its default for a packet is less.
			assertThatThrownBy(() -> sender.send(large)).isInstanceOfAny(DataAccessException.class,
					TransactionException.class);
			return;
		}
		sender.send(large);
		sender.send("small");
		WorkerForTests worker = worker(AT_ONCE).start(2);
		assertThat(worker.begun).hasSize(2);
		assertThat(worker.begun.get(0)).isEqualTo(large);
	}

	@Test
	void readsNoMoreThanSomeMegabytesAtOnce() {
		String large = "x".repeat(7_000_000);
		send(large, large, large);
		WorkTable table = new WorkTable(new JdbcAccess(this.dataSource), "mails", AT_ONCE);
		assertThat(table.claim(10).rows()).hasSize(2);
		assertThat(table.claim(10).rows()).hasSize(1);
		assertThat(table.claim(10)).isEqualTo(new WorkTable.Claimed(List.of(), List.of(), false));
	}

	@Test
	void goesOnWhenTheDatabaseIsBack() {
		send("a", "b");
		this.dataSource.goAway();
		WorkerForTests worker = worker(AT_ONCE).start(1);
		assertThat(worker.stage().status().outage()).isNotNull();
		worker.advance(Duration.ofSeconds(5));
		assertThat(worker.begun).isEmpty();
		this.dataSource.comeBack();
		worker.advance(Duration.ofSeconds(1));
		assertThat(worker.begun).containsExactly("a");
		assertThat(worker.stage().status().outage()).isNull();
	}

	@Test
	void keepsWhatIsSettledWhileTheDatabaseIsAway() {
		send("a", "b", "c");
		WorkerForTests worker = worker(AT_ONCE.withMaxAttempts(1)).start(3);
		this.dataSource.goAway();
		worker.finish("a");
		worker.fail("b");
		assertThat(worker.stage().status().outage()).isNotNull();
		worker.advance(Duration.ofSeconds(5));
		assertThat(worker.queue.inHand()).isEqualTo(3);
		this.dataSource.comeBack();
		worker.advance(Duration.ofSeconds(1));
		assertThat(rows()).containsExactly(
				"DEAD 1/1 has failed 1 times: out of paper (io.genstage.failure.EventRejectedException)",
				"READY 1/1 null");
		assertThat(worker.queue.inHand()).isOne();
		worker.advance(Duration.ofSeconds(1));
		assertThat(worker.stage().status().outage()).isNull();
	}

	@Test
	void keepsEventsFromOthersAgainWhenTheDatabaseIsBack() {
		send("a");
		WorkerForTests worker = worker(AT_ONCE.withVisibility(Duration.ofMinutes(10))).start(1);
		this.dataSource.goAway();
		worker.advance(Duration.ofMinutes(4));
		this.dataSource.comeBack();
		letTimePass();
		worker.advance(Duration.ofSeconds(1));
		assertThat(visibleIn(1)).isGreaterThan(Duration.ofMinutes(9).toMillis());
	}

	@Test
	void givesBackWhatIsNotHandledInADrainWithoutCountingIt() {
		send("a", "b");
		WorkerForTests worker = worker(WorkQueueOptions.defaults()).start(2);
		worker.finish("a");
		worker.stage().stop(ExitReason.SHUTDOWN);
		worker.run();
		worker.fail("b");
		assertThat(rows()).containsExactly("READY 0/1 out of paper (io.genstage.failure.EventRejectedException)");
		assertThat(visibleIn(1 + 1)).isNotPositive();
	}

	@Test
	void givesBackWhatItsStageHasNotTakenWhenItStops() {
		ReadingCodec codec = new ReadingCodec();
		WorkerForTests worker = new WorkerForTests(this.dataSource, WorkQueueOptions.defaults(), codec);
		this.workers.add(worker);
		worker.start(2);
		// Ahead of what brings the rows.
		codec.whileReading = () -> worker.stage().stop(ExitReason.SHUTDOWN);
		worker.queue.send("a");
		worker.run();
		assertThat(worker.begun).isEmpty();
		assertThat(rows()).containsExactly("READY 0/1 null");
		assertThat(visibleIn(1)).isNotPositive();
	}

	@Test
	void givesBackWhatIsClaimedBehindTheEndOfItsStage() {
		ReadingCodec codec = new ReadingCodec();
		CompletableFuture<StageRef> stage = new CompletableFuture<>();
		codec.whileReading = () -> {
			stage.join().stop(ExitReason.SHUTDOWN);
			await().untilAsserted(() -> assertThat(stage.join().whenStopped()).isCompleted());
		};
		send("a");
		try (StageSystem system = StageSystem.create()) {
			StageRef queue = system.start("mails",
					new JdbcWorkQueue<>(this.dataSource, "mails", String.class, codec, WorkQueueOptions.defaults()));
			stage.complete(queue);
			ConsumerStage<String> consumer = (events, from) -> {
			};
			system.start("consumer", consumer).subscribeTo(queue, SubscribeOptions.defaults());
			await().atMost(LONG).untilAsserted(() -> assertThat(rows()).containsExactly("READY 0/1 null"));
		}
		assertThat(visibleIn(1)).isNotPositive();
	}

	@Test
	void extendsNothingThatIsGivenBackMeanwhile() throws Exception {
		send("a");
		HeldDataSource held = new HeldDataSource(this.dataSource);
		WorkTable table = new WorkTable(new JdbcAccess(held), "mails", WorkQueueOptions.defaults());
		WorkInHand inHand = new WorkInHand(table, "mails");
		WorkClaim claim = table.claim(1).rows().get(0).claim();
		inHand.add(claim);
		held.holdNext();
		Thread extending = new Thread(inHand::extend);
		extending.start();
		held.awaitHeld();
		inHand.add(new WorkResult.Later(claim, 1, Duration.ofHours(1), "busy", null));
		Thread settling = new Thread(inHand::settle);
		settling.start();
		await().atMost(LONG)
			.untilAsserted(() -> assertThat(settling.getState()).isIn(Thread.State.WAITING, Thread.State.TERMINATED));
		held.release();
		extending.join();
		settling.join();
		assertThat(visibleIn(1)).isGreaterThan(Duration.ofMinutes(50).toMillis());
	}

	@Test
	void failsItsStageWhenTheTableIsGone() {
		WorkerForTests worker = worker(AT_ONCE).start(1);
		this.jdbc.execute("drop table genstage_work");
		worker.advance(Duration.ofSeconds(1));
		assertThat(worker.stage().whenStopped().toCompletableFuture()).succeedsWithin(Duration.ofMinutes(1))
			.isInstanceOfSatisfying(ExitReason.Failure.class, (failure) -> assertThat(failure.cause())
				.hasMessageStartingWith("the table genstage_work can't be used: is the table missing"));
	}

	@Test
	void doesNotStartWhenItsTablesAreMissing() {
		this.jdbc.execute("drop table genstage_work");
		assertThat(failureOf(worker(AT_ONCE))).isInstanceOf(UnusableTablesException.class)
			.hasMessageStartingWith(
					"the queue 'mails' can't be read from the database: table genstage_work is not there")
			.hasMessageContaining("queue-%s.sql, or let genstage.work-queue.jdbc.initialize-schema be 'always'",
					this.database.name().toLowerCase(Locale.ROOT));
	}

	@Test
	void doesNotStartWhenItsTableIsOfAnOlderVersion() {
		this.jdbc.execute("alter table genstage_work drop column payload_size");
		assertThat(failureOf(worker(AT_ONCE))).isInstanceOf(UnusableTablesException.class)
			.hasMessageContaining("table genstage_work is of another version, it has no column payload_size: compare");
	}

	@Test
	void saysHowTheColumnOfKeptRetriesIsAdded() {
		this.jdbc.execute("alter table genstage_work drop column retry_note");
		String statement = "alter table genstage_work add column retry_note varchar(500);";
		assertThat(failureOf(worker(AT_ONCE))).hasMessageContaining(
				"table genstage_work is of another version, it has no column retry_note: run '%s', or compare it",
				statement);
		this.jdbc.execute(statement.substring(0, statement.length() - 1));
		send("a");
		assertThat(worker(AT_ONCE).start(1).begun).containsExactly("a");
	}

	@Test
	void startsWhileTheDatabaseIsAway() {
		send("a");
		this.dataSource.goAway();
		WorkerForTests worker = worker(AT_ONCE).start(1);
		assertThat(worker.stage().status().outage()).isNotNull();
		this.dataSource.comeBack();
		worker.advance(Duration.ofSeconds(1));
		assertThat(worker.begun).containsExactly("a");
	}

	@Test
	void failsItsStageWhenTheUserMustNotChangeTheTable() {
		if (this.database == Database.H2 || this.database == Database.SQLITE) {
			// The application is the only user there.
			return;
		}
		send("a");
		DataSource reader = new LimitedUser(this.url, this.jdbc).grant("select", "genstage_work").dataSource();
		WorkerForTests worker = new WorkerForTests(reader, AT_ONCE);
		this.workers.add(worker);
		worker.start(1);
		assertThat(worker.stage().whenStopped().toCompletableFuture()).succeedsWithin(Duration.ofMinutes(1))
			.isInstanceOfSatisfying(ExitReason.Failure.class, (failure) -> assertThat(failure.cause())
				.hasMessageContaining("the user of the database needs the right to update on table genstage_work"));
	}

	private static Throwable failureOf(WorkerForTests worker) {
		StageStartException failure = catchThrowableOfType(StageStartException.class, () -> worker.start(1));
		return Objects.requireNonNull(failure).getCause();
	}

	@Test
	void getsAlongWithOneConnectionThatHandlersUse() {
		try (HikariDataSource pool = pool(this.dataSource, 1); StageSystem system = StageSystem.create()) {
			this.jdbc.execute("create table sent (mail varchar(20))");
			JdbcWorkQueue<String> queue = new JdbcWorkQueue<>(pool, "mails", String.class, WorkerForTests.codec(),
					AT_ONCE);
			IntStream.range(0, 20).forEach((number) -> queue.send("mail " + number));
			TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(pool));
			JdbcTemplate handling = new JdbcTemplate(pool);
			ConsumerStage<String> consumer = (events, from) -> events
				.forEach((event) -> transaction.executeWithoutResult((status) -> {
					handling.update("insert into sent values (?)", event);
					if (!event.startsWith("copy")) {
						queue.send("copy of " + event);
					}
				}));
			StageRef stage = system.start("mails", queue);
			system.start("consumer", consumer).subscribeTo(stage, SubscribeOptions.defaults());
			await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(rows()).isEmpty());
			assertThat(this.jdbc.queryForList("select mail from sent", String.class)).hasSize(40)
				.doesNotHaveDuplicates();
		}
	}

	@Test
	void refusesWhatDoesNotFit() {
		DataSource any = this.dataSource;
		PayloadCodec codec = WorkerForTests.codec();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new JdbcWorkQueue<>(any, "q".repeat(101), String.class, codec, AT_ONCE))
			.withMessage("the name of a queue must have 1 to 100 characters, but has 101");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new JdbcWorkQueue<>(any, " ", String.class, codec, AT_ONCE));
		assertThatIllegalArgumentException().isThrownBy(() -> worker(AT_ONCE).queue.send("a", "k".repeat(201)))
			.withMessage("a key must have 1 to 200 characters, but has 201");
		Map.<String, ThrowingCallable>of("maxAttempts", () -> AT_ONCE.withMaxAttempts(0), "visibility",
				() -> AT_ONCE.withVisibility(Duration.ofMillis(999)), "retryAfter",
				() -> AT_ONCE.withRetryAfter(Duration.ofDays(2)))
			.forEach((name, call) -> assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(name));
	}

	/** Does something each time an event is read. */
	private static final class ReadingCodec implements PayloadCodec {

		private final PayloadCodec json = WorkerForTests.codec();

		private volatile Runnable whileReading = () -> {
		};

		@Override
		public String contentType() {
			return this.json.contentType();
		}

		@Override
		public byte[] write(Object event) {
			return this.json.write(event);
		}

		@Override
		public Object read(byte[] payload, String contentType, Type type) {
			this.whileReading.run();
			return this.json.read(payload, contentType, type);
		}

	}

}
