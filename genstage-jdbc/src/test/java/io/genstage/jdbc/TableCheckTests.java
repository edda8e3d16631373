package io.genstage.jdbc;

import java.sql.SQLException;

import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.JdbcOperations;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * A connection that breaks while tables are looked at is no fault of the tables.
 */
class TableCheckTests {

	/** What H2 says of a connection that was closed by another thread, as does SQLite. */
	private static final DataAccessException CLOSED = new UncategorizedSQLException("looking", null,
			new SQLException("The object is already closed", "90007", 90007));

	private static final DataAccessException AWAY = new CannotGetJdbcConnectionException("no connection");

	private static final String DELETE = "delete from letters where 1 = 0";

	private final JdbcOperations jdbc = mock(JdbcOperations.class);

	private final TableCheck check = new TableCheck(this.jdbc, "letters.sql", "initialize");

	@Test
	void isToBeDoneAgainWhenTheConnectionBreaksAndThereIsNoOther() {
		given(this.jdbc.update(DELETE)).willThrow(CLOSED, AWAY);
		assertThatExceptionOfType(CannotGetJdbcConnectionException.class)
			.isThrownBy(() -> this.check.canDelete("letters"));
		assertThatNoException().isThrownBy(() -> this.check.finish("letters can't be kept"));
	}

	@Test
	void findsNothingWhenTheNextConnectionAnswers() {
		given(this.jdbc.update(DELETE)).willThrow(CLOSED).willReturn(0);
		this.check.canDelete("letters");
		assertThatNoException().isThrownBy(() -> this.check.finish("letters can't be kept"));
	}

	@Test
	void reportsWhatIsRefusedTwice() {
		given(this.jdbc.update(DELETE)).willThrow(CLOSED, CLOSED);
		this.check.canDelete("letters");
		assertThatIllegalStateException().isThrownBy(() -> this.check.finish("letters can't be kept"))
			.withMessageContaining("needs the right to delete on table letters (The object is already closed)");
	}

}
