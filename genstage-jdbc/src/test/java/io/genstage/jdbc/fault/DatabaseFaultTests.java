package io.genstage.jdbc.fault;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.genstage.StageStartException;
import io.genstage.jdbc.database.Database;
import io.genstage.pipeline.StageState;
import io.genstage.trial.database.DatabaseServer;
import io.genstage.trial.database.PostgresServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Faults around a table that is read and another one that is written, while both are used
 * all the time.
 */
@Timeout(120)
class DatabaseFaultTests {

	private static final int ORDERS = 1000;

	private static final int KILLS = 3;

	private static final String SHORT_DRAIN = "genstage.lifecycle.drain-timeout=1s";

	private static final Orders.BeforeBooking NOTHING = (booked, orders) -> {
	};

	@Nested
	class AServer {

		private DatabaseServer server;

		private String url;

		@BeforeEach
		void createDatabase() {
			this.server = PostgresServer.mortal();
			this.url = this.server.newUrl();
		}

		@ParameterizedTest
		@ValueSource(longs = { 1, 2 })
		void isKilledAtAnyMomentAndNothingIsLost(long seed) {
			Orders.create(this.url, ORDERS);
			Killer killer = new Killer(this.server, new Random(seed));
			try (Orders orders = Orders.start(this.url, killer)) {
				for (int kill = 1; kill <= KILLS; kill++) {
					killer.awaitKill(kill);
					orders.awaitFailure();
					this.server.start();
				}
				orders.awaitBooked(ORDERS);
				assertThat(orders.countsOf("book").discarded()).isZero();
				assertThat(orders.countsOf("book").deadLettered()).isZero();
			}
		}

		@Test
		void isFrozenAndADrainEndsAllTheSame() throws Exception {
			Orders.create(this.url, ORDERS);
			CountDownLatch frozen = new CountDownLatch(1);
			try (Orders orders = Orders.start(this.url, (booked, batch) -> {
				if (booked > 0 && frozen.getCount() > 0) {
					this.server.freeze();
					frozen.countDown();
				}
			}, SHORT_DRAIN)) {
				frozen.await();
				assertThat(orders.countsOf("book").discarded()).isZero();
			}
			finally {
				this.server.thaw();
			}
			try (Orders again = Orders.start(this.url, NOTHING)) {
				again.awaitBooked(ORDERS);
			}
		}

	}

	@Nested
	class ALockThatNobodyReleases {

		private String url;

		@BeforeEach
		void createDatabase() {
			this.url = Database.POSTGRESQL.newUrl();
		}

		@Test
		void holdsAHandlerUpAndADrainEndsAllTheSame() throws Exception {
			Orders.create(this.url, 300);
			CountDownLatch begun = new CountDownLatch(1);
			try (Connection other = lock("booking")) {
				try (Orders orders = Orders.start(this.url, (booked, batch) -> begun.countDown(), SHORT_DRAIN)) {
					begun.await();
					orders.awaitHandled("checked", 20);
					assertThat(orders.countsOf("book").in()).isZero();
				}
				other.rollback();
			}
			try (Orders again = Orders.start(this.url, NOTHING)) {
				again.awaitBooked(300);
			}
		}

		@Test
		void holdsASourceUpThatIsStartingAndADrainEndsAllTheSame() throws Exception {
			Orders.create(this.url, 100);
			try (Orders first = Orders.start(this.url, NOTHING)) {
				first.awaitBooked(100);
			}
			Orders.add(this.url, 101, 200);
			AtomicBoolean begun = new AtomicBoolean();
			try (Connection other = lock("genstage_progress")) {
				Orders.start(this.url, (booked, batch) -> begun.set(true), SHORT_DRAIN).close();
				other.rollback();
			}
			assertThat(begun).isFalse();
			try (Orders again = Orders.start(this.url, NOTHING)) {
				again.awaitBooked(200);
				assertThat(again.bookedTwice()).isZero();
			}
		}

		/** Locks a table against changes until the connection is closed. */
		private Connection lock(String table) throws SQLException {
			Connection connection = Database.dataSource(this.url).getConnection();
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				statement.execute("lock table %s in exclusive mode".formatted(table));
			}
			return connection;
		}

	}

	@Nested
	class ATableThatIsGone {

		private final String url = Database.H2.newUrl();

		private final JdbcTemplate database = new JdbcTemplate(Database.dataSource(this.url));

		private final AtomicBoolean gone = new AtomicBoolean();

		private void hide(long booked, List<Long> batch) {
			if (booked >= 100 && this.gone.compareAndSet(false, true)) {
				this.database.execute("alter table orders rename to hidden");
			}
		}

		private void bringBack() {
			this.database.execute("alter table hidden rename to orders");
		}

		@Test
		void failsASourceThatIsStartedAgainAndAsksForNoMoreThanItsConsumersWant() {
			Orders.create(this.url, ORDERS);
			try (Orders orders = Orders.start(this.url, this::hide, "genstage.stages.orders.restart.max-restarts=1000",
					"genstage.stages.orders.max-unsettled=150")) {
				orders.awaitRestarts("orders", 2);
				bringBack();
				orders.awaitBooked(ORDERS);
				assertThat(orders.bookedTwice()).as("what was in hand when it failed").isLessThanOrEqualTo(150);
				assertThat(orders.countsOf("book").discarded()).isZero();
			}
		}

		@Test
		void failsASourceForGoodAfterItsRestarts() {
			Orders.create(this.url, ORDERS);
			try (Orders orders = Orders.start(this.url, this::hide, "genstage.stages.orders.restart.max-restarts=2")) {
				orders.awaitState("orders", StageState.FAILED);
				assertThat(orders.restartsOf("orders")).isEqualTo(2);
				assertThat(orders.countsOf("book").discarded()).isZero();
				bringBack();
			}
			try (Orders again = Orders.start(this.url, NOTHING)) {
				again.awaitBooked(ORDERS);
			}
		}

		@Test
		void letsTheStartFailOfAnApplicationWhoseStageNeedsIt() {
			Orders.create(this.url, 100);
			assertThatThrownBy(() -> Orders.start(this.url, NOTHING, "orders.audit=true"))
				.hasStackTraceContaining(StageStartException.class.getName())
				.hasStackTraceContaining("stage 'audit' could not start");
			assertThatNothingIsLeft();
			try (Orders again = Orders.start(this.url, NOTHING)) {
				again.awaitBooked(100);
			}
		}

		@Test
		void letsTheStartFailOfAnApplicationWhoseDeadLettersNeedIt() {
			Orders.create(this.url, 100);
			assertThatThrownBy(() -> Orders.start(this.url, NOTHING, "genstage.dead-letters.store=jdbc",
					"genstage.dead-letters.jdbc.initialize-schema=never"))
				.hasStackTraceContaining("dead letters can't be kept in the database: table genstage_dead_letter");
			assertThatNothingIsLeft();
		}

		private void assertThatNothingIsLeft() {
			Orders.await()
				.untilAsserted(() -> assertThat(
						this.database.queryForObject("select count(*) from information_schema.sessions", Integer.class))
					.isOne());
			Orders.await()
				.untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
					.noneMatch((name) -> name.startsWith("genstage")));
		}

	}

	@Nested
	class AHandler {

		@ParameterizedTest
		@EnumSource(Database.class)
		void writesARowThatIsRefusedAndTheOthersOfItsTransactionAreThere(Database database) {
			String url = database.newUrl();
			Orders.createWithABadOne(url, 50);
			try (Orders orders = Orders.start(url, NOTHING, "genstage.stages.book.failure.then=skip",
					"genstage.stages.book.failure.isolate=true", "genstage.stages.book.failure.retry.max-retries=0")) {
				orders.awaitBooked(50);
				assertThat(orders.bookedTwice()).isZero();
				Orders.await().until(() -> orders.countsOf("book").skipped() == 1);
			}
		}

		@ParameterizedTest
		@EnumSource(Database.class)
		void keepsARowThatIsRefusedAsADeadLetterThoughThereIsOneConnection(Database database) {
			String url = database.newUrl();
			Orders.createWithABadOne(url, 50);
			try (Orders orders = Orders.start(url, NOTHING, "genstage.dead-letters.store=jdbc",
					"genstage.dead-letters.jdbc.initialize-schema=always", "genstage.stages.book.failure.isolate=true",
					"genstage.stages.book.failure.retry.max-retries=0", "spring.datasource.hikari.maximum-pool-size=1",
					"spring.datasource.hikari.connection-timeout=30000")) {
				orders.awaitBooked(50);
				assertThat(orders.awaitLetters(1)).singleElement().satisfies((letter) -> {
					assertThat(letter.stage()).isEqualTo("book");
					assertThat(letter.eventType()).isEqualTo(Long.class.getName());
				});
				assertThat(orders.bookedTwice()).isZero();
			}
		}

		@Test
		void diesWithAllItsDemandInFlightAndTheRowsComeAgain() {
			String url = Database.H2.newUrl();
			Orders.create(url, 300);
			AtomicBoolean once = new AtomicBoolean();
			try (Orders orders = Orders.start(url, (booked, batch) -> {
				if (batch.contains(150L) && once.compareAndSet(false, true)) {
					throw new AssertionError("planted");
				}
			})) {
				orders.awaitBooked(300);
				assertThat(once).isTrue();
				assertThat(orders.bookedTwice()).isZero();
			}
		}

		@ParameterizedTest
		@EnumSource(names = { "H2", "POSTGRESQL" })
		void sharesThePoolsOnlyConnectionWithSourceAndPositions(Database database) {
			String url = database.newUrl();
			Orders.create(url, 300);
			try (Orders orders = Orders.start(url, NOTHING, "spring.datasource.hikari.maximum-pool-size=1",
					"spring.datasource.hikari.connection-timeout=30000")) {
				orders.awaitBooked(300);
				assertThat(orders.countsOf("book").retried()).isZero();
			}
		}

	}

	/**
	 * Kills a server between two calls of a handler.
	 */
	private static final class Killer implements Orders.BeforeBooking {

		private final DatabaseServer server;

		private final Random random;

		private final AtomicInteger kills = new AtomicInteger();

		private long moment;

		Killer(DatabaseServer server, Random random) {
			this.server = server;
			this.random = random;
			this.moment = random.nextInt(ORDERS / KILLS - 50);
		}

		@Override
		public void book(long booked, List<Long> orders) {
			if (booked >= this.moment && this.kills.get() < KILLS) {
				this.moment = booked + 1 + this.random.nextInt(ORDERS / KILLS - 50);
				this.server.kill();
				this.kills.incrementAndGet();
			}
		}

		void awaitKill(int number) {
			Orders.await().until(() -> this.kills.get() >= number);
		}

	}

}
