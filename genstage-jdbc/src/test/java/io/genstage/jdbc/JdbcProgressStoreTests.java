package io.genstage.jdbc;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import io.genstage.jdbc.database.Database;
import io.genstage.source.LinePosition;
import io.genstage.source.ProgressStore;
import io.genstage.source.SourceUnavailableException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@ParameterizedClass
@EnumSource
class JdbcProgressStoreTests {

	@Parameter
	private Database database;

	private String url;

	private DataSource dataSource;

	private JdbcProgressStore<Object> store;

	@BeforeEach
	void createTable() {
		this.url = this.database.newUrl();
		this.dataSource = Schema.create(Database.dataSource(this.url), this.database, "progress");
		this.store = newStore("shop");
	}

	private JdbcProgressStore<Object> newStore(String application) {
		return new JdbcProgressStore<>(this.dataSource, application);
	}

	@Test
	void hasNoPositionAtFirst() {
		assertThat(this.store.load("orders")).isNull();
		assertThat(this.store.load("orders")).isNull();
	}

	@Test
	void keepsTheLastPosition() {
		this.store.load("orders");
		this.store.save("orders", 1L);
		this.store.save("orders", 7L);
		assertThat(newStore("shop").load("orders")).isEqualTo(7L);
	}

	@Test
	void keepsPositionsOfAllBuiltInTypes() {
		List<Object> positions = List.of("a", 1L, 2, UUID.fromString("6e1a3c7e-9b1d-4b51-8f0a-0f6f2ad0a001"),
				Instant.parse("2026-11-29T12:00:00.123456789Z"), new LinePosition(3, 44),
				new TablePosition(5, Long.MIN_VALUE));
		positions.forEach((position) -> {
			this.store.load("any");
			this.store.save("any", position);
			assertThat(newStore("shop").load("any")).isEqualTo(position);
			this.store.load("any");
		});
	}

	@Test
	void keepsPositionsOfOtherCodecs() {
		record Page(int number) {
		}
		PositionCodec<Page> codec = new PositionCodec<>() {

			@Override
			public Class<Page> type() {
				return Page.class;
			}

			@Override
			public String write(Page position) {
				return "page " + position.number();
			}

			@Override
			public Page read(String text) {
				return new Page(Integer.parseInt(text.substring(5)));
			}

		};
		JdbcProgressStore<Page> pages = new JdbcProgressStore<>(this.dataSource, "shop", List.of(codec));
		pages.load("pages");
		pages.save("pages", new Page(12));
		assertThat(pages.load("pages")).isEqualTo(new Page(12));
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.load("pages"))
			.withMessageContaining("no PositionCodec for positions of " + Page.class.getName());
	}

	@Test
	void separatesNamesAndApplications() {
		JdbcProgressStore<Object> other = newStore("stock");
		this.store.load("orders");
		this.store.load("Orders");
		other.load("orders");
		this.store.save("orders", 1L);
		this.store.save("Orders", 2L);
		other.save("orders", 3L);
		assertThat(this.store.load("orders")).isEqualTo(1L);
		assertThat(this.store.load("Orders")).isEqualTo(2L);
		assertThat(other.load("orders")).isEqualTo(3L);
	}

	@Test
	void letsNobodySaveWhoseRowWasTakenOver() {
		JdbcProgressStore<Object> second = newStore("shop");
		this.store.load("orders");
		this.store.save("orders", 10L);
		assertThat(second.load("orders")).isEqualTo(10L);
		second.save("orders", 20L);
		assertThatExceptionOfType(OptimisticLockingFailureException.class)
			.isThrownBy(() -> this.store.save("orders", 11L))
			.withMessageContaining("'orders' of application 'shop' was taken over by another reader");
		assertThat(newStore("shop").load("orders")).isEqualTo(20L);
	}

	@Test
	void letsNoSourceOfTheSameApplicationSaveWhoseRowWasTakenOver() throws Exception {
		ProgressStore<Object> first = this.store.reader();
		ProgressStore<Object> second = this.store.reader();
		first.load("orders");
		first.save("orders", 10L);
		assertThat(second.load("orders")).isEqualTo(10L);
		second.save("orders", 20L);
		assertThatExceptionOfType(OptimisticLockingFailureException.class).isThrownBy(() -> first.save("orders", 11L))
			.withMessageContaining("have two sources the same name?");
		assertThat(newStore("shop").load("orders")).isEqualTo(20L);
	}

	@Test
	void isTakenOverByOneAtATime() {
		List<JdbcProgressStore<Object>> stores = IntStream.range(0, 8).mapToObj((i) -> newStore("shop")).toList();
		CompletableFuture
			.allOf(stores.stream()
				.map((store) -> CompletableFuture.runAsync(() -> store.load("orders")))
				.toArray(CompletableFuture<?>[]::new))
			.join();
		long saved = stores.stream().filter((store) -> {
			try {
				store.save("orders", 1L);
				return true;
			}
			catch (OptimisticLockingFailureException ex) {
				return false;
			}
		}).count();
		assertThat(saved).isOne();
	}

	@Test
	void savesWhateverBecomesOfTheTransactionOfTheCaller() {
		this.store.load("orders");
		if (this.database == Database.SQLITE) {
			// A second connection waits for the first one there.
			return;
		}
		new TransactionTemplate(new JdbcTransactionManager(this.dataSource)).executeWithoutResult((status) -> {
			this.store.save("orders", 5L);
			status.setRollbackOnly();
		});
		assertThat(this.store.load("orders")).isEqualTo(5L);
	}

	@Test
	void wantsToLoadBeforeItSaves() {
		assertThatIllegalStateException().isThrownBy(() -> this.store.save("orders", 1L))
			.withMessageContaining("'orders' must be loaded");
	}

	@Test
	void refusesPositionsThatAreTooLong() {
		this.store.load("orders");
		this.store.save("orders", "p".repeat(JdbcProgressStore.MAX_POSITION));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.store.save("orders", "p".repeat(JdbcProgressStore.MAX_POSITION + 1)))
			.withMessage("expected a position of at most 1000 characters, but 'orders' has one of 1001");
	}

	@Test
	void saysThatTheTableIsMissing() {
		new JdbcTemplate(this.dataSource).execute("drop table genstage_progress");
		assertThatIllegalStateException().isThrownBy(() -> this.store.load("orders"))
			.withMessageStartingWith("the table genstage_progress can't be used: is the table missing");
	}

	@Test
	void saysThatTheUserMustNotChangeTheTable() {
		if (this.database == Database.H2 || this.database == Database.SQLITE) {
			// The application is the only user there.
			return;
		}
		DataSource reader = new LimitedUser(this.url, new JdbcTemplate(this.dataSource))
			.grant("select", "genstage_progress")
			.dataSource();
		assertThatIllegalStateException().isThrownBy(() -> new JdbcProgressStore<>(reader, "shop").load("orders"))
			.withMessageContaining("or not to be used by this user?");
	}

	@Test
	void saysThatTheTableIsOfAnOlderVersion() {
		new JdbcTemplate(this.dataSource).execute("alter table genstage_progress drop column reader");
		assertThatIllegalStateException().isThrownBy(() -> this.store.load("orders"))
			.withMessageContaining("of an older version");
	}

	@Test
	void saysThatTheDatabaseIsAway() {
		DataSource away = new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:1/none");
		assertThatExceptionOfType(SourceUnavailableException.class)
			.isThrownBy(() -> new JdbcProgressStore<>(away, "shop").load("orders"))
			.withMessage("the table genstage_progress can't be reached");
	}

}
