package io.genstage.jdbc;

import java.sql.ResultSetMetaData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.ResultSetExtractor;
import org.springframework.jdbc.support.JdbcUtils;

/**
 * Looks whether tables are there, have the columns that are needed, and may be changed,
 * and collects what is wrong. Each statement is a transaction of its own.
 */
final class TableCheck {

	private final JdbcOperations jdbc;

	private final String script;

	private final String property;

	private final List<String> problems = new ArrayList<>();

	/**
	 * Creates a check.
	 * @param jdbc asks the database, outside of a transaction
	 * @param script has the tables, on the class path
	 * @param property lets the script be run
	 */
	TableCheck(JdbcOperations jdbc, String script, String property) {
		this.jdbc = jdbc;
		this.script = script;
		this.property = property;
	}

	boolean hasColumns(String table, String columns) {
		List<String> missing = new ArrayList<>(Arrays.asList(columns.split(", ")));
		try {
			missing.removeAll(asked(() -> columnsOf(table)));
		}
		catch (DataAccessException ex) {
			if (JdbcAccess.isPassing(ex)) {
				throw ex;
			}
			this.problems.add(
					"table %s is not there, or must not be read (%s): run the script classpath:%s, or let %s be 'always'"
						.formatted(table, describe(ex), this.script, this.property));
			return false;
		}
		if (!missing.isEmpty()) {
			this.problems.add("table %s is of another version, it has no column %s: %s".formatted(table,
					String.join(", ", missing), new TableScript(this.script).advice(table, missing)));
		}
		return missing.isEmpty();
	}

	private Set<String> columnsOf(String table) {
		ResultSetExtractor<Set<String>> names = (rows) -> {
			Set<String> found = new HashSet<>();
			ResultSetMetaData columns = rows.getMetaData();
			for (int index = 1; index <= columns.getColumnCount(); index++) {
				found.add(JdbcUtils.lookupColumnName(columns, index).toLowerCase(Locale.ROOT));
			}
			return found;
		};
		Set<String> found = this.jdbc.query("select * from %s where 1 = 0".formatted(table), names);
		return (found != null) ? found : Set.of();
	}

	void canInsert(String table, String columns) {
		checkRight(table, "insert into %1$s (%2$s) select %2$s from %1$s where 1 = 0".formatted(table, columns));
	}

	void canUpdate(String table, String column) {
		checkRight(table, "update %1$s set %2$s = %2$s where 1 = 0".formatted(table, column));
	}

	void canDelete(String table) {
		checkRight(table, "delete from %s where 1 = 0".formatted(table));
	}

	/** A statement that does nothing is refused like one that does something. */
	private void checkRight(String table, String statement) {
		try {
			asked(() -> this.jdbc.update(statement));
		}
		catch (DataAccessException ex) {
			if (JdbcAccess.isPassing(ex)) {
				throw ex;
			}
			this.problems.add("the user of the database needs the right to %s on table %s (%s)"
				.formatted(statement.substring(0, statement.indexOf(' ')), table, describe(ex)));
		}
	}

	/**
	 * Returns the answer of a statement, which is asked for a second time when it fails:
	 * a connection that breaks meanwhile may fail in words that look like a refusal, but
	 * the next one doesn't.
	 */
	private static <T> T asked(Supplier<T> statement) {
		try {
			return statement.get();
		}
		catch (DataAccessException ex) {
			if (JdbcAccess.isPassing(ex)) {
				throw ex;
			}
			return statement.get();
		}
	}

	/**
	 * Ends the check.
	 * @param what can't be done if anything is wrong
	 * @throws UnusableTablesException if anything is wrong, with all that is
	 */
	void finish(String what) {
		if (!this.problems.isEmpty()) {
			throw new UnusableTablesException(what, this.problems);
		}
	}

	private static String describe(DataAccessException failure) {
		return String.valueOf(NestedExceptionUtils.getMostSpecificCause(failure).getMessage()).replaceAll("\\s+", " ");
	}

}
