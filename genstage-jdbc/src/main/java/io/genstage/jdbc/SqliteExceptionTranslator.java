package io.genstage.jdbc;

import java.sql.BatchUpdateException;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.jdbc.support.SQLStateSQLExceptionTranslator;

/**
 * Knows the result codes of SQLite, whose driver gives no SQL states.
 */
final class SqliteExceptionTranslator implements SQLExceptionTranslator {

	private static final int ERROR = 1;

	private static final int BUSY = 5;

	private static final int LOCKED = 6;

	private static final int IO_ERROR = 10;

	private static final int FULL = 13;

	private static final int CANNOT_OPEN = 14;

	private static final int CONSTRAINT = 19;

	private static final int PRIMARY_CODE = 0xff;

	private final SQLExceptionTranslator others = new SQLStateSQLExceptionTranslator();

	@Override
	public @Nullable DataAccessException translate(String task, @Nullable String sql, SQLException failure) {
		return switch (code(failure) & PRIMARY_CODE) {
			case ERROR -> new BadSqlGrammarException(task, (sql != null) ? sql : "", failure);
			case BUSY, LOCKED -> new CannotAcquireLockException(task, failure);
			case IO_ERROR, FULL, CANNOT_OPEN -> new DataAccessResourceFailureException(task, failure);
			case CONSTRAINT -> String.valueOf(failure.getMessage()).contains("UNIQUE constraint")
					? new DuplicateKeyException(task, failure) : this.others.translate(task, sql, failure);
			default -> this.others.translate(task, sql, failure);
		};
	}

	/** That of a batch is known by its cause only. */
	private static int code(SQLException failure) {
		return (failure instanceof BatchUpdateException && failure.getCause() instanceof SQLException cause)
				? cause.getErrorCode() : failure.getErrorCode();
	}

}
