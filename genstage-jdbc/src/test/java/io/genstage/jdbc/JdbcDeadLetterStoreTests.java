package io.genstage.jdbc;

import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

import javax.sql.DataSource;

import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.jdbc.database.Database;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.core.ResolvableType;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for {@link JdbcDeadLetterStore}: what it does beside what each store promises.
 */
class JdbcDeadLetterStoreTests {

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private static final JdbcDeadLetterOptions SHOP = JdbcDeadLetterOptions.of("shop");

	private final List<AutoCloseable> opened = new ArrayList<>();

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable one : this.opened) {
			one.close();
		}
	}

	private LetterDatabase database(Database kind, int connections) {
		LetterDatabase database = LetterDatabase.of(kind, connections);
		this.opened.add(database);
		return database;
	}

	private LetterDatabase database() {
		return database(Database.H2, 4);
	}

	private static DeadLetter letter(Object event) {
		return DeadLetter.of("book", event, Instant.now());
	}

	private static DeadLetter append(JdbcDeadLetterStore store, Object event) {
		return append(store, letter(event), event);
	}

	private static DeadLetter append(JdbcDeadLetterStore store, DeadLetter letter, Object event) {
		return store.append(letter, event).toCompletableFuture().join();
	}

	@Test
	void isDurable() {
		assertThat(database().store("shop").isDurable()).isTrue();
	}

	@Test
	void keepsLettersOfEachApplicationApart() {
		LetterDatabase database = database();
		JdbcDeadLetterStore shop = database.store("shop");
		JdbcDeadLetterStore bank = database.store("bank");
		DeadLetter letter = append(shop, letter("a").withKey("k"), "a");
		assertThat(bank.find(letter.id())).isEmpty();
		assertThat(bank.event(letter.id())).isEmpty();
		assertThat(bank.oldestFirst(DeadLetterFilter.all(), 0, 9)).isEmpty();
		assertThat(bank.counts().total()).isZero();
		assertThat(bank.claim(letter.id(), UUID.randomUUID(), MINUTE)).isEmpty();
		assertThat(bank.remove(letter.id())).isFalse();
		assertThat(bank.held("book", "k")).isZero();
		assertThat(shop.find(letter.id())).contains(letter);
	}

	@Nested
	class ATransaction {

		@ParameterizedTest
		@EnumSource(Database.class)
		void ofAHandlerThatIsRolledBackTakesNoLetterAlong(Database kind) {
			LetterDatabase database = database(kind, 4);
			JdbcDeadLetterStore store = database.store("shop");
			DeadLetter letter = letter("a");
			new TransactionTemplate(new JdbcTransactionManager(database.dataSource()))
				.executeWithoutResult((status) -> {
					append(store, letter, "a");
					status.setRollbackOnly();
				});
			assertThat(store.find(letter.id())).isPresent();
		}

		@Test
		void ofWhoeverRemovesALetterIsNotThatOfTheStore() {
			LetterDatabase database = database();
			JdbcDeadLetterStore store = database.store("shop");
			DeadLetter letter = append(store, "a");
			new TransactionTemplate(new JdbcTransactionManager(database.dataSource()))
				.executeWithoutResult((status) -> {
					store.remove(letter.id());
					status.setRollbackOnly();
				});
			assertThat(store.find(letter.id())).isEmpty();
			assertThat(store.counts().total()).isZero();
		}

	}

	@Nested
	class APoolThatIsUsedUp {

		@Test
		void letsALetterFailAfterItsTimeAndTakesItWhenThereIsAConnectionAgain() throws Exception {
			LetterDatabase database = LetterDatabase.ofOneConnection(Database.H2, Duration.ofSeconds(1));
			opened.add(database);
			JdbcDeadLetterStore store = database.store("shop");
			DeadLetter letter = letter("a");
			try (Connection ofAHandler = database.dataSource().getConnection()) {
				assertThat(ofAHandler.isValid(1)).isTrue();
				assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> append(store, letter, "a"))
					.withCauseInstanceOf(TransactionException.class);
			}
			append(store, letter, "a");
			assertThat(store.counts().total()).isEqualTo(1);
		}

		@Test
		void isNotNeededForTheAnswerWhetherAKeyIsHeld() throws Exception {
			LetterDatabase database = database(Database.H2, 1);
			JdbcDeadLetterStore store = database.store("shop");
			append(store, letter("a").withKey("k"), "a");
			try (Connection ofAHandler = database.dataSource().getConnection()) {
				assertThat(ofAHandler.isValid(1)).isTrue();
				assertThat(store.held("book", "k")).isEqualTo(1);
			}
		}

	}

	@Nested
	class ADatabaseThatIsAway {

		@Test
		void letsEachStepFailAndGoesOnWhenItIsBack() {
			LetterDatabase database = database();
			BreakableDataSource way = new BreakableDataSource(database.dataSource());
			JdbcDeadLetterStore store = database.store(way, SHOP, (stage) -> Optional.empty());
			DeadLetter first = append(store, letter("a").withKey("k"), "a");
			DeadLetter second = letter("b");
			UUID claim = UUID.randomUUID();
			way.isAway(true);
			assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> append(store, second, "b"))
				.havingRootCause()
				.withMessage("the database is away");
			fails(() -> store.find(first.id()));
			fails(() -> store.event(first.id()));
			fails(() -> store.oldestFirst(DeadLetterFilter.all(), 0, 9));
			fails(() -> store.claim(first.id(), claim, MINUTE));
			fails(() -> store.giveBack(first, claim));
			fails(() -> store.remove(first.id(), claim));
			fails(() -> store.remove(first.id()));
			fails(() -> store.abandon(first.id(), "old"));
			fails(() -> store.explain(first.id(), "no stage"));
			fails(store::counts);
			fails(store::deleteExpired);
			assertThat(store.held("book", "k")).isEqualTo(1);
			way.isAway(false);
			append(store, second, "b");
			assertThat(store.claim(first.id(), claim, MINUTE)).contains(first);
			assertThat(store.remove(first.id(), claim)).isTrue();
			assertThat(store.held("book", "k")).isZero();
			assertThat(store.counts().total()).isEqualTo(1);
		}

		private void fails(Runnable step) {
			assertThatThrownBy(step::run).satisfiesAnyOf(
					(failure) -> assertThat(failure).isInstanceOf(DataAccessException.class),
					(failure) -> assertThat(failure).isInstanceOf(TransactionException.class));
		}

		@Test
		void keepsTheLetterOnceWhoseCommitNobodyHasHeardOf() {
			LetterDatabase database = database();
			JdbcDeadLetterStore store = database.store("shop");
			DeadLetter letter = letter("a");
			append(database.store("shop"), letter, "a");
			append(store, letter, "a");
			assertThat(store.counts().total()).isEqualTo(1);
		}

		@Test
		void isRequiredAtTheStart() {
			BreakableDataSource way = new BreakableDataSource(database().dataSource());
			way.isAway(true);
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> database().store(way, SHOP, (stage) -> Optional.empty()));
		}

	}

	@Nested
	class OtherInstances {

		@Test
		void areSeenByTheirKeysAfterTheRefresh() {
			LetterDatabase database = database();
			JdbcDeadLetterStore one = database.store(SHOP.withRefresh(Duration.ofMillis(100)),
					(stage) -> Optional.empty());
			JdbcDeadLetterStore other = database.store("shop");
			assertThat(one.held("book", "k")).isZero();
			DeadLetter letter = append(other, letter("a").withKey("k"), "a");
			Awaitility.await().untilAsserted(() -> assertThat(one.held("book", "k")).isEqualTo(1));
			other.remove(letter.id());
			Awaitility.await().untilAsserted(() -> assertThat(one.held("book", "k")).isZero());
		}

		@ParameterizedTest
		@EnumSource(Database.class)
		void countTogetherThoughBothBeginAtOnce(Database kind) {
			LetterDatabase database = database(kind, 6);
			List<CompletableFuture<DeadLetter>> letters = new ArrayList<>();
			for (int instance = 0; instance < 3; instance++) {
				JdbcDeadLetterStore store = database.store("shop");
				for (int i = 0; i < 20; i++) {
					letters.add(store.append(letter(i), i).toCompletableFuture());
				}
			}
			letters.forEach(CompletableFuture::join);
			assertThat(database.store("shop").counts().total()).isEqualTo(60);
		}

	}

	@Nested
	class Retention {

		@ParameterizedTest
		@EnumSource(Database.class)
		void endsForLettersThatHaveNotFailedForLong(Database kind) {
			LetterDatabase database = database(kind, 4);
			JdbcDeadLetterStore store = database.store(SHOP.withRetention(Duration.ofHours(1)),
					(stage) -> Optional.empty());
			Instant now = Instant.now();
			for (int i = 0; i < 600; i++) {
				store.append(DeadLetter.of("book", i, now.minusSeconds(4000)).withKey("k"), i);
			}
			DeadLetter replayed = append(store, DeadLetter.of("book", "b", now.minusSeconds(4000)), "b");
			store.claim(replayed.id(), UUID.randomUUID(), MINUTE);
			DeadLetter fresh = append(store, DeadLetter.of("book", "c", now.minusSeconds(3000)), "c");
			append(database.store("bank"), DeadLetter.of("book", "d", now.minusSeconds(4000)), "d");
			assertThat(store.deleteExpired()).isEqualTo(600);
			assertThat(store.oldestFirst(DeadLetterFilter.all(), 0, 9)).extracting(DeadLetter::id)
				.containsExactly(replayed.id(), fresh.id());
			assertThat(store.counts().total()).isEqualTo(2);
			assertThat(store.held("book", "k")).isZero();
			assertThat(database.store("bank").counts().total()).isEqualTo(1);
		}

	}

	@Nested
	class AnEvent {

		private final LetterDatabase database = database();

		private Object read(Type type, Object event) {
			JdbcDeadLetterStore store = this.database.store(SHOP, type);
			return store.event(append(store, event).id()).orElseThrow();
		}

		@Test
		void isReadAsWhatItsStageTakes() {
			Order order = new Order("ada", List.of(1, 2));
			assertThat(read(Type.of(ResolvableType.forClass(Order.class)), order)).isEqualTo(order);
			assertThat(read(Type.of(ResolvableType.forClass(int.class)), 5)).isEqualTo(5);
			assertThat(read(Type.of(ResolvableType.forClassWithGenerics(List.class, Order.class)), List.of(order)))
				.isEqualTo(List.of(order));
			assertThat(read(Type.of(ResolvableType.forClass(Shape.class)), new Circle(3))).isEqualTo(new Circle(3));
		}

		@Test
		void isReadThoughNobodySaysWhatItsStageTakesIfItIsSimple() {
			assertThat(read(Type.UNKNOWN, "a")).isEqualTo("a");
			assertThat(read(Type.UNKNOWN, 5L)).isEqualTo(5L);
			assertThatIllegalStateException().isThrownBy(() -> read(Type.UNKNOWN, new Order("ada", List.of())))
				.withMessageStartingWith("nobody says what stage 'book' takes");
		}

		@Test
		void isNotReadAsAnotherType() {
			assertThatIllegalStateException()
				.isThrownBy(
						() -> read(Type.of(ResolvableType.forClass(Order.class)), new FormerOrder("ada", List.of())))
				.withMessage("it was of %s, but stage 'book' takes %s".formatted(FormerOrder.class.getName(),
						Order.class.getName()));
		}

		@Test
		void thatCanNotBeReadSaysSoWithoutItsData() {
			JdbcDeadLetterStore store = this.database.store(SHOP, Type.of(ResolvableType.forClass(Order.class)));
			DeadLetter letter = append(store, new Order("ada", List.of(1)));
			this.database.jdbc()
				.update("update genstage_dead_letter set payload = ?",
						(Object) "{\"customer\":[\"secret\"]}".getBytes());
			assertThatIllegalStateException().isThrownBy(() -> store.event(letter.id()))
				.withMessage("its payload can't be read as %s: tools.jackson.databind.exc.MismatchedInputException"
					.formatted(Order.class.getName()))
				.withNoCause();
			assertThat(store.find(letter.id())).contains(letter);
		}

		@Test
		void thatCanNotBeWrittenFailsByItself() {
			JdbcDeadLetterStore store = this.database.store("shop");
			CompletableFuture<DeadLetter> bad = store.append(letter(new Unwritable()), new Unwritable())
				.toCompletableFuture();
			CompletableFuture<DeadLetter> good = store.append(letter("a"), "a").toCompletableFuture();
			assertThatExceptionOfType(CompletionException.class).isThrownBy(bad::join)
				.havingCause()
				.withMessageStartingWith("an event of %s can't be written: ".formatted(Unwritable.class.getName()));
			assertThat(good.join().position()).isPositive();
		}

		@Test
		void thatTheDatabaseRefusesTakesNoOtherAlong() {
			this.database.jdbc().execute("alter table genstage_dead_letter add constraint few check (attempts < 9)");
			JdbcDeadLetterStore store = this.database.store("shop");
			List<CompletableFuture<DeadLetter>> letters = new ArrayList<>();
			for (int i = 0; i < 20; i++) {
				letters.add(store.append(letter(i).withAttempts((i == 7) ? 9 : 0), i).toCompletableFuture());
			}
			assertThat(letters).filteredOn((one) -> {
				Awaitility.await().until(one::isDone);
				return one.isCompletedExceptionally();
			}).containsExactly(letters.get(7));
			assertThat(store.counts().total()).isEqualTo(19);
		}

		@ParameterizedTest
		@EnumSource(value = Database.class, mode = EnumSource.Mode.EXCLUDE, names = "MARIADB")
		void mayBeLarge(Database kind) {
			JdbcDeadLetterStore store = database(kind, 4).store("shop");
			String large = "x".repeat(50_000_000);
			DeadLetter letter = append(store, large);
			assertThat(store.event(letter.id())).contains(large);
		}

		@Test
		void thatIsTooLargeForMariaDbFailsByItself() {
			JdbcDeadLetterStore store = database(Database.MARIADB, 4).store("shop");
			String large = "x".repeat(50_000_000);
			CompletableFuture<DeadLetter> before = store.append(letter("a"), "a").toCompletableFuture();
			CompletableFuture<DeadLetter> tooLarge = store.append(letter(large), large).toCompletableFuture();
			CompletableFuture<DeadLetter> behind = store.append(letter("b"), "b").toCompletableFuture();
			assertThat(before.join().position()).isPositive();
			assertThatExceptionOfType(CompletionException.class).isThrownBy(tooLarge::join);
			assertThat(behind.join().position()).isPositive();
		}

		@Test
		void isForEyesOfACodecOnly() {
			PayloadCodec rotating = new Rotating();
			JdbcDeadLetterStore store = new JdbcDeadLetterStore(this.database.dataSource(), rotating,
					(stage) -> Optional.empty(), SHOP);
			try (store) {
				DeadLetter letter = append(store, "abc");
				assertThat(store.event(letter.id())).contains("abc");
				assertThat(
						this.database.jdbc().queryForObject("select payload from genstage_dead_letter", byte[].class))
					.isEqualTo("bcd".getBytes());
				assertThatIllegalStateException().isThrownBy(() -> this.database.store("shop").event(letter.id()))
					.withMessage(
							"its payload can't be read as java.lang.String: java.lang.UnsupportedOperationException");
			}
		}

	}

	@Nested
	class Tables {

		@Test
		void thatAreMissingAreNamedWithTheirScript() {
			assertThatIllegalStateException().isThrownBy(() -> open(new DriverManagerDataSource(Database.H2.newUrl())))
				.withMessageContaining("table genstage_dead_letter is not there")
				.withMessageContaining("table genstage_dead_letter_count is not there")
				.withMessageContaining("classpath:io/genstage/jdbc/dead-letters-h2.sql");
		}

		@ParameterizedTest
		@EnumSource(Database.class)
		void ofAnotherVersionAreNamedWithWhatTheyLack(Database kind) {
			LetterDatabase database = database(kind, 4);
			database.jdbc().execute("alter table genstage_dead_letter drop column reason");
			assertThatIllegalStateException().isThrownBy(() -> open(database.dataSource()))
				.withMessageContaining("table genstage_dead_letter is of another version, it has no column reason");
		}

		@ParameterizedTest
		@EnumSource(names = { "POSTGRESQL", "MARIADB" })
		void thatMustNotBeChangedAreNamed(Database kind) {
			LetterDatabase database = database(kind, 4);
			DataSource reader = new LimitedUser(database.dataSource().getJdbcUrl(), database.jdbc())
				.grant("select, insert, update", "genstage_dead_letter")
				.grant("select", "genstage_dead_letter_count")
				.dataSource();
			assertThatIllegalStateException().isThrownBy(() -> open(reader))
				.withMessageContaining("needs the right to delete on table genstage_dead_letter (")
				.withMessageContaining("needs the right to insert on table genstage_dead_letter_count (")
				.withMessageContaining("needs the right to update on table genstage_dead_letter_count (");
		}

		private void open(DataSource dataSource) {
			new JdbcDeadLetterStore(dataSource, new Rotating(), (stage) -> Optional.empty(), SHOP).close();
		}

	}

	@Nested
	class Options {

		@Test
		void areWithinTheirBounds() {
			assertThatIllegalArgumentException().isThrownBy(() -> JdbcDeadLetterOptions.of(" "));
			assertThatIllegalArgumentException().isThrownBy(() -> JdbcDeadLetterOptions.of("a".repeat(101)));
			assertThatIllegalArgumentException().isThrownBy(() -> SHOP.withTable("a;b"));
			assertThatIllegalArgumentException().isThrownBy(() -> SHOP.withTable("a.b.c"));
			assertThatIllegalArgumentException().isThrownBy(() -> SHOP.withRetention(Duration.ofMillis(-1)));
			assertThatIllegalArgumentException().isThrownBy(() -> SHOP.withRefresh(Duration.ofMillis(99)));
			assertThatIllegalArgumentException().isThrownBy(() -> SHOP.withRefresh(Duration.ofHours(2)));
		}

	}

	@Test
	void takesNothingOnceItIsClosed() {
		JdbcDeadLetterStore store = database().store("shop");
		store.close();
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> append(store, "a"))
			.havingCause()
			.withMessage("the store of dead letters is closed");
	}

	@Test
	void writesWhatItHasTakenBeforeItCloses() {
		LetterDatabase database = database();
		JdbcDeadLetterStore store = database.store("shop");
		List<CompletableFuture<DeadLetter>> letters = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			letters.add(store.append(letter(i), i).toCompletableFuture());
		}
		store.close();
		assertThat(letters).allSatisfy((one) -> assertThat(one).isCompleted());
		assertThat(database.store("shop").counts().total()).isEqualTo(200);
	}

	/**
	 * What each stage takes.
	 */
	private record Type(Optional<ResolvableType> taken) implements Function<String, Optional<ResolvableType>> {

		static final Type UNKNOWN = new Type(Optional.empty());

		static Type of(ResolvableType taken) {
			return new Type(Optional.of(taken));
		}

		@Override
		public Optional<ResolvableType> apply(String stage) {
			return this.taken;
		}

	}

	record Order(String customer, List<Integer> goods) {
	}

	record FormerOrder(String customer, List<Integer> goods) {
	}

	sealed interface Shape permits Circle, Square {

	}

	record Circle(int radius) implements Shape {
	}

	record Square(int side) implements Shape {
	}

	static class Unwritable {

		public String getText() {
			throw new IllegalStateException("secret");
		}

	}

	/**
	 * Writes texts that nobody else can read.
	 */
	private static final class Rotating implements PayloadCodec {

		@Override
		public String contentType() {
			return "text/rot";
		}

		@Override
		public byte[] write(Object event) {
			return rotated(event.toString().getBytes(), 1);
		}

		@Override
		public Object read(byte[] payload, String contentType, java.lang.reflect.Type type) {
			return new String(rotated(payload, -1));
		}

		private static byte[] rotated(byte[] bytes, int by) {
			byte[] rotated = new byte[bytes.length];
			for (int index = 0; index < bytes.length; index++) {
				rotated[index] = (byte) (bytes[index] + by);
			}
			return rotated;
		}

	}

}
