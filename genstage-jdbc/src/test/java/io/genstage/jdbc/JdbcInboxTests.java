package io.genstage.jdbc;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

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
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.delivery.BatchFailure;
import io.genstage.failure.Decision;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.Retries;
import io.genstage.jdbc.database.Database;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkOptions;
import io.genstage.link.LinkProvider;
import io.genstage.link.LinkReceiver;
import io.genstage.link.MemoryLinks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.core.ResolvableType;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Whatever fails on the way, what a handler has written in its transaction is there once
 * for each message that is done.
 */
@ParameterizedClass
@EnumSource
@Timeout(300)
class JdbcInboxTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private static final SubscribeOptions FEW = SubscribeOptions.defaults().withMaxDemand(10).withMinDemand(0);

	@Parameter
	private Database database;

	private String url;

	private CutDataSource dataSource;

	private JdbcTemplate jdbc;

	private JdbcLinks links;

	private FailingTransactions transactions;

	private final StageSystem system = StageSystem.create();

	/** What the handler got, in each call. */
	private final List<List<String>> calls = new CopyOnWriteArrayList<>();

	/** What goes wrong once, by the event that it meets. */
	private final Set<String> faults = ConcurrentHashMap.newKeySet();

	private FailurePolicy policy = FailurePolicy.defaults()
		.withRetries(Retries.fixed(20, Duration.ofMillis(10)))
		.withOutage(new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(1)));

	private LinkOptions options = LinkOptions.defaults();

	@BeforeEach
	void createTables() {
		this.url = this.database.newUrl();
		this.dataSource = new CutDataSource(Schema.create(Database.dataSource(this.url), this.database, "links"));
		this.jdbc = new JdbcTemplate(this.dataSource);
		this.jdbc.execute("create table effect (event varchar(20) not null)");
		this.links = new JdbcLinks(this.dataSource);
		this.transactions = new FailingTransactions(this.dataSource);
	}

	@AfterEach
	void close() {
		this.system.close();
	}

	private void send(String... events) {
		for (String event : events) {
			this.links.send(LinkEnd.ORDERS, LinkEnd.message(event));
		}
	}

	private void start(Stage handler, StageOptions options) {
		start(this.links, handler, options);
	}

	private void start(LinkProvider provider, Stage handler, StageOptions options) {
		StageRef receiver = this.system.start("in", new LinkReceiver(provider, LinkEnd.ORDERS, this.options));
		PerEventProducerConsumerStage<LinkMessage, String> read = (message, from, results) -> results
			.accept(new String(message.payload(), StandardCharsets.UTF_8));
		StageRef reader = this.system.start("read", read);
		this.system
			.start("book", handler,
					options.withFailure(this.policy).withScope(new JdbcInbox(this.links, this.transactions)))
			.subscribeTo(reader, FEW);
		reader.subscribeTo(receiver, FEW);
	}

	private void start() {
		start(one(), StageOptions.defaults());
	}

	private PerEventConsumerStage<String> one() {
		return (event, from) -> book(List.of(event));
	}

	private ConsumerStage<String> list() {
		return (events, from) -> book(List.copyOf(events));
	}

	private void book(List<String> events) {
		this.calls.add(events);
		events.forEach((event) -> this.jdbc.update("insert into effect (event) values (?)", event));
		for (String event : events) {
			meet(event);
		}
	}

	private void meet(String event) {
		if (this.faults.remove("throw " + event)) {
			throw new IllegalStateException("poison");
		}
		if (this.faults.remove("break " + event)) {
			breakConnection();
		}
		if (this.faults.remove("cut " + event)) {
			this.dataSource.cut();
			this.dataSource.restore();
		}
		if (this.faults.remove("gone " + event)) {
			// As if somebody else had handled it while this attempt is in vain.
			this.transactions.afterEnd = () -> new JdbcTemplate(Database.dataSource(this.url))
				.update("delete from genstage_link_event");
			throw new IllegalStateException("poison");
		}
		if (this.faults.contains("always " + event)) {
			throw new IllegalStateException("poison");
		}
	}

	private void breakConnection() {
		try {
			DataSourceUtils.getConnection(this.dataSource).close();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private List<String> effects() {
		return new JdbcTemplate(this.dataSource).queryForList("select event from effect order by event", String.class);
	}

	private List<String> rows() {
		return this.jdbc.query("select status, attempts from genstage_link_event order by id",
				(row, number) -> "%s %d".formatted(row.getString("status"), row.getInt("attempts")));
	}

	private void awaitEffects(String... events) {
		await().atMost(LONG)
			.ignoreExceptions()
			.untilAsserted(() -> assertThat(effects()).as("after calls %s", this.calls).containsExactly(events));
		await().atMost(LONG).ignoreExceptions().untilAsserted(() -> assertThat(rows()).isEmpty());
		this.system.close();
		assertThat(effects()).containsExactly(events);
	}

	@Test
	void handlesAndRemovesInOneTransaction() {
		start();
		send("a", "b");
		awaitEffects("a", "b");
		assertThat(this.transactions.commits).hasValue(2);
		assertThat(this.calls).containsExactly(List.of("a"), List.of("b"));
	}

	@Test
	void handlesAListInOneTransaction() {
		send("a", "b", "c");
		start(list(), StageOptions.defaults()
			.withBatching(Batching.of(BatchOptions.defaults().withSize(3).withTimeout(Duration.ofMinutes(1)))));
		awaitEffects("a", "b", "c");
		assertThat(this.transactions.commits).hasValue(1);
		assertThat(this.calls).containsExactly(List.of("a", "b", "c"));
	}

	@Test
	void undoesWhatAHandlerHasDoneThatFails() {
		this.faults.add("throw a");
		send("a", "b");
		start();
		awaitEffects("a", "b");
		assertThat(this.calls).contains(List.of("a"), List.of("b")).hasSize(3);
	}

	@Test
	void undoesACallWithAllOfItsEvents() {
		ConsumerStage<String> stage = (events, from) -> {
			this.calls.add(List.copyOf(events));
			events.forEach((event) -> this.jdbc.update("insert into effect (event) values (?)", event));
			if (events.contains("b") && this.faults.remove("throw b")) {
				throw BatchFailure.of("b", new IllegalStateException("poison")).othersAccepted();
			}
		};
		this.faults.add("throw b");
		send("a", "b", "c");
		start(stage, StageOptions.defaults()
			.withBatching(Batching.of(BatchOptions.defaults().withSize(3).withTimeout(Duration.ofMinutes(1)))));
		awaitEffects("a", "b", "c");
		assertThat(this.calls).containsExactly(List.of("a", "b", "c"), List.of("a", "c"), List.of("b"));
	}

	@Test
	void doesItAgainWhenTheCommitFails() {
		this.transactions.failBefore = true;
		send("a");
		start();
		awaitEffects("a");
		assertThat(this.calls).containsExactly(List.of("a"), List.of("a"));
	}

	@Test
	void skipsWhatIsDoneWhenNobodyKnewThatItWasCommitted() {
		this.transactions.failAfter = true;
		send("a", "b");
		start();
		awaitEffects("a", "b");
		assertThat(this.calls).as("the rows said that it was done").containsExactly(List.of("a"), List.of("b"));
	}

	@Test
	void doesItAgainWhenItsConnectionBreaks() {
		this.faults.add("break a");
		send("a");
		start();
		awaitEffects("a");
	}

	@Test
	void doesItOnceWhenTheLinkIsLostMeanwhileAndDeliversItAgain() {
		this.faults.add("cut a");
		send("a", "b");
		start();
		awaitEffects("a", "b");
	}

	@Test
	void skipsWhatIsDoneElsewhere() {
		this.faults.add("gone a");
		send("a");
		start();
		await().atMost(LONG).until(() -> this.transactions.commits.get() == 1);
		send("b");
		awaitEffects("b");
		assertThat(this.calls).containsExactly(List.of("a"), List.of("b"));
	}

	@Test
	void givesAListOnlyWhatIsThere() {
		send("a", "b", "c");
		ConsumerStage<String> stage = (events, from) -> {
			this.calls.add(List.copyOf(events));
			events.forEach((event) -> this.jdbc.update("insert into effect (event) values (?)", event));
			if (this.calls.size() == 1) {
				this.transactions.afterEnd = () -> new JdbcTemplate(Database.dataSource(this.url))
					.update("delete from genstage_link_event where event_key = 'b'");
				throw new IllegalStateException("poison");
			}
		};
		start(stage, StageOptions.defaults()
			.withBatching(Batching.of(BatchOptions.defaults().withSize(3).withTimeout(Duration.ofMinutes(1)))));
		awaitEffects("a", "c");
		assertThat(this.calls).containsExactly(List.of("a", "b", "c"), List.of("a", "c"));
	}

	@Test
	void countsAnAttemptThatIsUndone() {
		this.policy = this.policy.withRetries(Retries.NONE);
		this.options = this.options.withMaxAttempts(3).withRetryAfter(Duration.ZERO);
		this.faults.add("always a");
		send("a");
		start();
		await().atMost(LONG).untilAsserted(() -> assertThat(rows()).containsExactly("REJECTED 3"));
		this.system.close();
		assertThat(this.calls).hasSize(3);
		assertThat(effects()).isEmpty();
	}

	@Test
	void keepsADeadLetterOfWhatIsUndone() {
		Schema.create(Database.dataSource(this.url), this.database, "dead-letters");
		try (JdbcDeadLetterStore letters = new JdbcDeadLetterStore(this.dataSource, WorkerForTests.codec(),
				(stage) -> Optional.of(ResolvableType.forClass(String.class)), JdbcDeadLetterOptions.of("shop"))) {
			this.policy = this.policy.withRetries(Retries.fixed(1, Duration.ofMillis(1))).withDeadLetters(letters);
			this.faults.add("always a");
			send("a", "b");
			start();
			awaitEffects("b");
			assertThat(letters.oldestFirst(DeadLetterFilter.all(), 0, 10)).hasSize(1);
		}
	}

	@Test
	void isInTheTransactionOnTheThreadOfTheHandler() {
		List<Object> seen = new CopyOnWriteArrayList<>();
		PerEventConsumerStage<String> stage = (event, from) -> {
			seen.add(TransactionSynchronizationManager.isActualTransactionActive());
			seen.add(TransactionSynchronizationManager.hasResource(this.dataSource));
			book(List.of(event));
		};
		send("a");
		start(stage, StageOptions.defaults());
		awaitEffects("a");
		assertThat(seen).containsExactly(true, true);
	}

	@Test
	void refusesTransactionsOfAnotherDataSource() {
		JdbcTransactionManager other = new JdbcTransactionManager(Database.dataSource(this.url));
		assertThatIllegalArgumentException().isThrownBy(() -> new JdbcInbox(this.links, other))
			.withMessage("the transactions of org.springframework.jdbc.support.JdbcTransactionManager are those of "
					+ "another DataSource than the links");
	}

	@Test
	void refusesMessagesOfOtherLinks() {
		List<String> failures = new CopyOnWriteArrayList<>();
		MemoryLinks memory = new MemoryLinks();
		this.policy = this.policy.withDecider((event, failure, attempt) -> {
			failures.add(String.valueOf(failure.getMessage()));
			return Decision.fail();
		});
		start(memory, one(), StageOptions.defaults());
		memory.openWriter(LinkEnd.ORDERS, LinkEnd.reader(this.links)).send(LinkEnd.message("a"));
		await().atMost(LONG).until(() -> !failures.isEmpty());
		assertThat(failures.get(0)).isEqualTo("a message of the link 'orders' can't be settled in this transaction, "
				+ "since it is none of the type 'jdbc'");
		assertThat(this.calls).isEmpty();
	}

}
