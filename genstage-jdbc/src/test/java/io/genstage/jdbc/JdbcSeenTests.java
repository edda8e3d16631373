package io.genstage.jdbc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

import javax.sql.DataSource;

import io.genstage.ConsumerStage;
import io.genstage.PerEventConsumerStage;
import io.genstage.PerEventProducerConsumerStage;
import io.genstage.Stage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.Retries;
import io.genstage.jdbc.database.Database;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkOptions;
import io.genstage.link.LinkReceiver;
import io.genstage.link.LinkWriter;
import io.genstage.link.MemoryLinks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

/**
 * However often an engine without a table delivers an event, what a handler has written
 * in its transaction is there once.
 */
@ParameterizedClass
@EnumSource
@Timeout(300)
class JdbcSeenTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private static final SubscribeOptions FEW = SubscribeOptions.defaults().withMaxDemand(10).withMinDemand(0);

	@Parameter
	private Database database;

	private DataSource dataSource;

	private JdbcTemplate jdbc;

	private final AtomicLong nanoTime = new AtomicLong();

	private JdbcSeenOptions options = JdbcSeenOptions.of("shop");

	private Machine machine;

	@BeforeEach
	void createTables() {
		this.dataSource = Schema.create(this.database.newDataSource(), this.database, "seen");
		this.jdbc = new JdbcTemplate(this.dataSource);
		this.jdbc.execute("create table effect (event varchar(20) not null)");
		this.machine = new Machine();
	}

	@AfterEach
	void close() {
		if (this.machine != null) {
			this.machine.close();
		}
	}

	private static LinkMessage message(String id, String event) {
		return LinkMessage.of(event.getBytes(StandardCharsets.UTF_8)).withHeaders(Map.of(LinkMessage.EVENT_ID, id));
	}

	private static StageOptions batchesOf(int size) {
		return StageOptions.defaults()
			.withBatching(Batching.of(BatchOptions.defaults().withSize(size).withTimeout(Duration.ofMinutes(1))));
	}

	private List<String> effects() {
		return this.jdbc.queryForList("select event from effect order by event", String.class);
	}

	/** Waits for what was handled, and looks whether that is all when nothing is left. */
	private void awaitEffects(String... events) {
		await().atMost(LONG)
			.ignoreExceptions()
			.untilAsserted(
					() -> assertThat(effects()).as("after calls %s", this.machine.calls).containsExactly(events));
		this.machine.awaitNothing();
		assertThat(effects()).containsExactly(events);
	}

	private List<String> ids() {
		return this.jdbc.queryForList("select event_id from genstage_seen order by event_id", String.class);
	}

	private void insert(String application, String link, String id, long expiresAt) {
		this.jdbc.update("insert into genstage_seen (application, link, event_id, expires_at) values (?, ?, ?, ?)",
				application, link, id, expiresAt);
	}

	@Test
	void handlesOnceWhatComesTwice() {
		this.machine.start();
		this.machine.send(message("1", "a"), message("2", "b"), message("1", "a"), message("3", "c"));
		awaitEffects("a", "b", "c");
		this.machine.awaitRepeated(1);
		assertThat(this.machine.calls).containsExactly(List.of("a"), List.of("b"), List.of("c"));
		assertThat(ids()).containsExactly("1", "2", "3");
	}

	@Test
	void handlesOnceWhatIsDeliveredAgainAfterItsCommit() {
		this.machine.transactions.afterEnd = () -> {
			this.machine.links.interrupt(new IOException("gone"));
			this.machine.links.recover();
		};
		this.machine.start();
		this.machine.send(message("1", "a"));
		this.machine.awaitRepeated(1);
		awaitEffects("a");
		assertThat(this.machine.calls).containsExactly(List.of("a"));
	}

	@Test
	void handlesAgainWhatWasRolledBack() {
		this.machine.faults.add("a");
		this.machine.start();
		this.machine.send(message("1", "a"), message("2", "b"));
		awaitEffects("a", "b");
		assertThat(this.machine.repeated).hasValue(0);
		assertThat(this.machine.calls).contains(List.of("a"), List.of("b")).hasSize(3);
	}

	@Test
	void handlesAgainWhatCouldNotBeCommitted() {
		this.machine.transactions.failBefore = true;
		this.machine.start();
		this.machine.send(message("1", "a"));
		awaitEffects("a");
		assertThat(this.machine.calls).containsExactly(List.of("a"), List.of("a"));
		assertThat(this.machine.repeated).hasValue(0);
	}

	@Test
	void skipsWhatIsDoneWhenNobodyKnewThatItWasCommitted() {
		this.machine.transactions.failAfter = true;
		this.machine.start();
		this.machine.send(message("1", "a"));
		awaitEffects("a");
		assertThat(this.machine.calls).containsExactly(List.of("a"));
		this.machine.awaitRepeated(1);
	}

	@Test
	void givesAListOnlyWhatIsNew() {
		insert("shop", "orders", "2", Long.MAX_VALUE);
		this.machine.send(message("1", "a"), message("2", "b"), message("3", "c"), message("1", "a"));
		this.machine.start(this.machine.list(), batchesOf(4));
		awaitEffects("a", "c");
		assertThat(this.machine.calls).containsExactly(List.of("a", "c"));
		this.machine.awaitRepeated(2);
	}

	@Test
	void isNotCalledIfNothingIsNew() {
		insert("shop", "orders", "1", Long.MAX_VALUE);
		insert("shop", "orders", "2", Long.MAX_VALUE);
		this.machine.send(message("1", "a"), message("2", "b"));
		this.machine.start(this.machine.list(), batchesOf(2));
		this.machine.awaitRepeated(2);
		awaitEffects();
		assertThat(this.machine.calls).isEmpty();
	}

	@Test
	void handlesAgainWhatHasExpired() {
		insert("shop", "orders", "1", 1);
		this.machine.start();
		this.machine.send(message("1", "a"), message("1", "a"));
		awaitEffects("a");
		// It is remembered anew.
		this.machine.awaitRepeated(1);
	}

	@Test
	void remembersForAsLongAsItsLinkSays() {
		this.options = this.options.withKeepFor(Duration.ofDays(2)).withKeepFor("orders", Duration.ofDays(1));
		this.machine.start();
		this.machine.send(message("1", "a"));
		awaitEffects("a");
		Long left = this.jdbc.queryForObject(
				"select expires_at - %s from genstage_seen".formatted(Dialect.valueOf(this.database.name()).now()),
				Long.class);
		assertThat(Duration.ofMillis(left)).isBetween(Duration.ofHours(23), Duration.ofDays(1));
	}

	@Test
	void mindsOnlyItsOwnApplicationAndLink() {
		insert("office", "orders", "1", Long.MAX_VALUE);
		insert("shop", "mails", "1", Long.MAX_VALUE);
		this.machine.start();
		this.machine.send(message("1", "a"));
		awaitEffects("a");
	}

	@Test
	void handlesWhatHasNoIdWheneverItComes() {
		LinkMessage message = LinkMessage.of("a".getBytes(StandardCharsets.UTF_8));
		this.machine.start();
		this.machine.send(message, message, message("1", "b"));
		awaitEffects("a", "a", "b");
		assertThat(ids()).containsExactly("1");
	}

	@Test
	void keepsLongIdsApart() {
		String id = "x".repeat(300);
		this.machine.start();
		this.machine.send(message(id + "1", "a"), message(id + "2", "b"), message(id + "1", "a"));
		awaitEffects("a", "b");
		this.machine.awaitRepeated(1);
	}

	@Test
	void waitsForWhoeverHandlesItAtTheSameTime() {
		handleAtTheSameTime();
		assertThat(this.machine.calls).containsExactly(List.of("a"));
	}

	@Test
	void handlesItIfTheOtherOneIsRolledBack() {
		this.machine.faults.add("a");
		handleAtTheSameTime();
	}

	/** The second one has begun its transaction before the first one ends its own. */
	private void handleAtTheSameTime() {
		try (Machine other = new Machine()) {
			CountDownLatch isCalled = new CountDownLatch(1);
			PerEventConsumerStage<String> slow = (event, from) -> {
				isCalled.countDown();
				await().atMost(LONG).until(() -> other.transactions.begun.get() > 0);
				this.machine.book(List.of(event));
			};
			this.machine.start(slow, StageOptions.defaults());
			other.start();
			this.machine.send(message("1", "a"));
			await().atMost(LONG).until(() -> isCalled.getCount() == 0);
			other.send(message("1", "a"));
			await().atMost(LONG).until(() -> this.machine.repeated.get() + other.repeated.get() == 1);
			awaitEffects("a");
			other.awaitNothing();
			assertThat(effects()).containsExactly("a");
			assertThat(this.machine.repeated.get() + other.repeated.get()).isOne();
		}
	}

	@Test
	void removesWhatHasExpiredWhileOthersAreAdded() {
		for (int id = 1; id <= 5; id++) {
			insert("office", "orders", "old" + id, id);
		}
		insert("office", "orders", "new", Long.MAX_VALUE);
		assertThat(new SeenTable(this.dataSource, "shop").removeExpired(2)).isEqualTo(2);
		assertThat(ids()).as("the oldest first").containsExactly("new", "old3", "old4", "old5");
		this.machine.start();
		this.machine.send(message("1", "a"));
		awaitEffects("a");
		assertThat(ids()).as("not before its time").containsExactly("1", "new", "old3", "old4", "old5");
		this.nanoTime.addAndGet(ExpiredIds.INTERVAL.toNanos());
		this.machine.send(message("2", "b"));
		awaitEffects("a", "b");
		await().atMost(LONG).untilAsserted(() -> assertThat(ids()).containsExactly("1", "2", "new"));
	}

	@Test
	void removesWhatHasExpiredMoreOftenIfManyAreAdded() {
		insert("office", "orders", "old", 1);
		ExpiredIds expired = new ExpiredIds(new SeenTable(this.dataSource, "shop"), this.nanoTime::get);
		expired.added(ExpiredIds.ADDED - 1);
		assertThat(ids()).containsExactly("old");
		expired.added(1);
		assertThat(ids()).isEmpty();
		insert("office", "orders", "older", 1);
		expired.added(1);
		assertThat(ids()).as("it counts anew").containsExactly("older");
		this.jdbc.execute("drop table genstage_seen");
		assertThatNoException().as("what is committed can't fail").isThrownBy(() -> expired.added(ExpiredIds.ADDED));
	}

	@Test
	void refusesTransactionsOfAnotherDataSource() {
		JdbcTransactionManager other = new JdbcTransactionManager(this.database.newDataSource());
		assertThatIllegalArgumentException().isThrownBy(() -> new JdbcSeen(this.dataSource, other, this.options))
			.withMessage("the transactions of org.springframework.jdbc.support.JdbcTransactionManager are those of "
					+ "another DataSource than the table genstage_seen");
	}

	/**
	 * An application with an engine of its own that shares the database.
	 */
	private final class Machine implements AutoCloseable {

		private final FailingTransactions transactions = new FailingTransactions(JdbcSeenTests.this.dataSource);

		private final MemoryLinks links = new MemoryLinks();

		private final StageSystem system = StageSystem.create();

		private final LinkEnd end = new LinkEnd();

		private final LinkWriter writer = this.links.openWriter(LinkEnd.ORDERS, this.end);

		/** Rejects what is not accepted. */
		private final LinkReceiver receiver = new LinkReceiver(this.links, LinkEnd.ORDERS,
				LinkOptions.defaults().withMaxAttempts(1));

		/** What the handler got, in each call. */
		private final List<List<String>> calls = new CopyOnWriteArrayList<>();

		/** Fail once, when they are written. */
		private final Set<String> faults = ConcurrentHashMap.newKeySet();

		private final AtomicLong repeated = new AtomicLong();

		void start() {
			PerEventConsumerStage<String> one = (event, from) -> book(List.of(event));
			start(one, StageOptions.defaults());
		}

		ConsumerStage<String> list() {
			return (events, from) -> book(List.copyOf(events));
		}

		void start(Stage handler, StageOptions options) {
			FailurePolicy policy = FailurePolicy.defaults()
				.withRetries(Retries.fixed(20, Duration.ofMillis(10)))
				.withOutage(new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(1)));
			JdbcSeen seen = new JdbcSeen(JdbcSeenTests.this.dataSource, this.transactions, JdbcSeenTests.this.options,
					(link, events) -> this.repeated.addAndGet(events), JdbcSeenTests.this.nanoTime::get);
			StageRef received = this.system.start("in", this.receiver);
			PerEventProducerConsumerStage<LinkMessage, String> read = (message, from, results) -> results
				.accept(new String(message.payload(), StandardCharsets.UTF_8));
			StageRef reader = this.system.start("read", read);
			this.system.start("book", handler, options.withFailure(policy).withScope(seen)).subscribeTo(reader, FEW);
			reader.subscribeTo(received, FEW);
		}

		void book(List<String> events) {
			this.calls.add(events);
			events.forEach((event) -> JdbcSeenTests.this.jdbc.update("insert into effect (event) values (?)", event));
			if (events.stream().anyMatch(this.faults::remove)) {
				throw new IllegalStateException("poison");
			}
		}

		void send(LinkMessage... messages) {
			for (LinkMessage message : messages) {
				this.writer.send(message);
			}
		}

		void awaitRepeated(long events) {
			await().atMost(LONG).until(() -> this.repeated.get() == events);
		}

		/** Waits until all is settled that has come, and was accepted. */
		void awaitNothing() {
			await().atMost(LONG).until(() -> this.receiver.unsettled() == 0 && this.receiver.waiting().orElse(0) == 0);
			assertThat(this.links.rejected(LinkEnd.ORDERS)).isEmpty();
		}

		@Override
		public void close() {
			this.system.close();
			this.writer.close();
			this.links.close();
		}

	}

}
