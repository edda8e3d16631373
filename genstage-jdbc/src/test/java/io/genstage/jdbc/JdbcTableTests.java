package io.genstage.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import io.genstage.jdbc.database.Database;
import io.genstage.source.CheckpointedSource.Element;
import io.genstage.source.CheckpointedSource.Extent;
import io.genstage.source.SourceUnavailableException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@ParameterizedClass
@EnumSource
class JdbcTableTests {

	private static final Map<Database, String> TIMES = Map.of(Database.H2, "timestamp with time zone",
			Database.POSTGRESQL, "timestamp with time zone", Database.MARIADB, "datetime(3)", Database.SQLITE, "text");

	private static final RowMapper<String> TEXT = (row, number) -> row.getString("text");

	@Parameter
	private Database database;

	private DataSource dataSource;

	private JdbcTemplate jdbc;

	private final List<String> unreadable = new ArrayList<>();

	@BeforeEach
	void createTable() {
		this.dataSource = this.database.newDataSource();
		this.jdbc = new JdbcTemplate(this.dataSource);
		this.jdbc.execute("create table letters (id bigint primary key, text varchar(20), written %s)"
			.formatted(TIMES.get(this.database)));
	}

	private void insert(long... ids) {
		for (long id : ids) {
			this.jdbc.update("insert into letters (id, text, written) values (?, ?, current_timestamp)", id, "e" + id);
		}
	}

	/** Makes rows older by the clock of the database, which also wrote them. */
	private void age(String duration, long... ids) {
		String older = switch (this.database) {
			case H2, POSTGRESQL -> "written - interval '%s' hour".formatted(duration);
			case MARIADB -> "written - interval %s hour".formatted(duration);
			case SQLITE -> "datetime(written, '-%s hours')".formatted(duration);
		};
		for (long id : ids) {
			this.jdbc.update("update letters set written = %s where id = ?".formatted(older), id);
		}
	}

	private JdbcTable.Reading<String> letters() {
		return JdbcTable.of(this.dataSource, "letters", TEXT)
			.onUnreadable((position, failure) -> this.unreadable.add(position.key() + " " + failure.getMessage()));
	}

	private static List<String> events(JdbcTable<String> table, TablePosition position, int max) {
		return table.read(position, max).elements().stream().map(Element::event).toList();
	}

	private static TablePosition at(long key) {
		return new TablePosition(0, key);
	}

	@Test
	void readsAsManyRowsAsAreWantedInTheOrderOfTheirKeys() {
		insert(3, 1, 2, -7);
		JdbcTable<String> table = letters().writtenInOrder();
		assertThat(table.read(null, 2).elements()).containsExactly(new Element<>(at(-7), "e-7"),
				new Element<>(at(1), "e1"));
		assertThat(events(table, at(1), 9)).containsExactly("e2", "e3");
		assertThat(table.read(at(3), 9).elements()).isEmpty();
		assertThat(table.read(at(3), 9).last()).isFalse();
	}

	@Test
	void countsTheRowsBehindAPositionIfItIsTo() {
		insert(1, 2, 3, 7);
		assertThat(letters().writtenInOrder().extent(null)).isNull();
		assertThat(letters().writtenInOrder().counted().extent(null).total()).isEqualTo(4);
		assertThat(letters().writtenInOrder().counted().extent(at(2))).isEqualTo(Extent.ofElements(2));
		assertThat(letters().settledAfter("written", Duration.ofHours(1)).counted().extent(at(7)))
			.isEqualTo(Extent.ofElements(0));
	}

	@Test
	void boundsItsPages() {
		insert(1, 2, 3);
		assertThat(events(letters().pageSize(2).writtenInOrder(), null, 100)).containsExactly("e1", "e2");
	}

	@Test
	void readsAnotherKey() {
		this.jdbc.execute("create table poems (number integer primary key, text varchar(20))");
		this.jdbc.update("insert into poems values (4, 'four')");
		JdbcTable<String> table = JdbcTable.of(this.dataSource, "poems", TEXT).key("number").writtenInOrder();
		assertThat(table.read(null, 1).elements()).containsExactly(new Element<>(at(4), "four"));
	}

	@Test
	void waitsForTheRowThatIsTooYoungAndThoseBehindIt() {
		insert(1, 2, 3);
		age("2", 1, 3);
		JdbcTable<String> table = letters().settledAfter("written", Duration.ofHours(1));
		assertThat(events(table, null, 10)).containsExactly("e1");
		age("2", 2);
		assertThat(events(table, at(1), 10)).containsExactly("e2", "e3");
	}

	@Test
	void passesOverRowsThatCantBeMapped() {
		insert(1, 2, 3, 4);
		JdbcTable<String> table = JdbcTable.of(this.dataSource, "letters", (row, number) -> {
			if (row.getLong("id") % 2 == 0) {
				throw new IllegalStateException("even");
			}
			return row.getString("text");
		})
			.onUnreadable((position, failure) -> this.unreadable.add(position.key() + " " + failure.getMessage()))
			.writtenInOrder();
		assertThat(events(table, null, 10)).containsExactly("e1", "e3");
		assertThat(events(table, at(3), 10)).isEmpty();
		assertThat(events(table, at(3), 10)).isEmpty();
		insert(5);
		assertThat(events(table, at(3), 1)).containsExactly("e5");
		assertThat(this.unreadable).containsExactly("2 even", "4 even");
	}

	@Test
	void passesOverAWholePageThatCantBeMapped() {
		insert(1, 2, 3, 4, 5);
		JdbcTable<String> table = JdbcTable.of(this.dataSource, "letters", (row, number) -> {
			if (row.getLong("id") < 5) {
				throw new SQLException("broken");
			}
			return row.getString("text");
		})
			.onUnreadable((position, failure) -> this.unreadable.add(position.key() + " " + failure.getMessage()))
			.writtenInOrder();
		assertThat(events(table, null, 2)).containsExactly("e5");
		assertThat(this.unreadable).containsExactly("1 broken", "2 broken", "3 broken", "4 broken");
	}

	@Test
	void leavesRowsOutForWhichThereIsNoEvent() {
		insert(1, 2, 3);
		JdbcTable<String> table = JdbcTable
			.of(this.dataSource, "letters", (row, number) -> (row.getLong("id") != 2) ? row.getString("text") : null)
			.onUnreadable((position, failure) -> this.unreadable.add(position.key() + " " + failure.getMessage()))
			.writtenInOrder();
		assertThat(events(table, null, 10)).containsExactly("e1", "e3");
		assertThat(this.unreadable).isEmpty();
	}

	@Test
	void takesALostConnectionForNoFaultOfTheRow() {
		insert(1);
		JdbcTable<String> table = JdbcTable.of(this.dataSource, "letters", (RowMapper<String>) (row, number) -> {
			throw new SQLTransientConnectionException("lost", "08006");
		})
			.onUnreadable((position, failure) -> this.unreadable.add(position.key() + " " + failure.getMessage()))
			.writtenInOrder();
		if (this.database == Database.SQLITE) {
			// Its driver throws no such exceptions.
			return;
		}
		assertThatExceptionOfType(SourceUnavailableException.class).isThrownBy(() -> table.read(null, 1))
			.withMessage("the table letters can't be reached");
		assertThat(this.unreadable).isEmpty();
	}

	@Test
	void losesRowsOfSeveralWritersIfItIsSaidThatThereIsOne() throws Exception {
		JdbcTable<String> table = letters().writtenInOrder();
		assertThat(readWhileASlowTransactionWrites(table)).containsExactly("e2");
	}

	@Test
	void losesNoRowsOfTransactionsThatAreShorterThanTheAge() throws Exception {
		JdbcTable<String> table = letters().settledAfter("written", Duration.ofHours(1));
		List<String> read = readWhileASlowTransactionWrites(table);
		assertThat(read).isEmpty();
		age("2", 1, 2);
		assertThat(events(table, null, 10)).containsExactly("e1", "e2");
	}

	/** Key 1 is given before key 2, and becomes visible after that was read. */
	private List<String> readWhileASlowTransactionWrites(JdbcTable<String> table) throws SQLException {
		if (this.database == Database.SQLITE) {
			// Where nobody else can write meanwhile, keys can only be given by hand.
			insert(2);
			List<String> read = new ArrayList<>(events(table, null, 10));
			insert(1);
			read.addAll(events(table, read.isEmpty() ? null : at(2), 10));
			return read;
		}
		try (Connection slow = this.dataSource.getConnection(); Statement statement = slow.createStatement()) {
			slow.setAutoCommit(false);
			statement.execute("insert into letters (id, text, written) values (1, 'e1', current_timestamp)");
			insert(2);
			List<String> read = new ArrayList<>(events(table, null, 10));
			slow.commit();
			read.addAll(events(table, read.isEmpty() ? null : at(2), 10));
			return read;
		}
	}

	@Test
	void refusesTheOrderOfTransactionsWhereItIsUnknown() {
		JdbcTable<String> table = letters().inTransactionOrder("transaction_id");
		if (this.database != Database.POSTGRESQL) {
			assertThatIllegalStateException().isThrownBy(() -> table.read(null, 1))
				.withMessageContaining("the database is " + this.database);
		}
		else {
			assertThatIllegalStateException().isThrownBy(() -> table.read(null, 1))
				.withMessageStartingWith("the table letters can't be used");
		}
	}

	@Test
	void saysThatTheTableIsMissing() {
		JdbcTable<String> table = JdbcTable.of(this.dataSource, "nothing", TEXT).writtenInOrder();
		assertThatIllegalStateException().isThrownBy(() -> table.read(null, 1))
			.withMessageStartingWith("the table nothing can't be used");
	}

	@Test
	void saysThatTheDatabaseIsAway() {
		DataSource away = new DriverManagerDataSource("jdbc:mariadb://127.0.0.1:1/none");
		JdbcTable<String> table = JdbcTable.of(away, "letters", TEXT).writtenInOrder();
		assertThatExceptionOfType(SourceUnavailableException.class).isThrownBy(() -> table.read(null, 1));
	}

	@Test
	void refusesWhatIsNoName() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> JdbcTable.of(this.dataSource, "letters; drop table letters", TEXT))
			.withMessageContaining("expected the name of a table or column");
		assertThatIllegalArgumentException().isThrownBy(() -> letters().key("1"));
		assertThatIllegalArgumentException().isThrownBy(() -> letters().settledAfter("a b", Duration.ofSeconds(1)));
		assertThatIllegalArgumentException().isThrownBy(() -> letters().inTransactionOrder(""));
		assertThat(JdbcTable.of(this.dataSource, "public.letters", TEXT)).isNotNull();
	}

	@Test
	void refusesNumbersOutOfRange() {
		assertThatIllegalArgumentException().isThrownBy(() -> letters().pageSize(0));
		assertThatIllegalArgumentException().isThrownBy(() -> letters().pageSize(10_001));
		assertThatIllegalArgumentException().isThrownBy(() -> letters().settledAfter("written", Duration.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> letters().settledAfter("written", Duration.ofDays(2)));
	}

}
