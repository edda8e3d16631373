package io.genstage.jdbc;

import java.sql.ResultSetMetaData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.ResultSetExtractor;
import org.springframework.jdbc.support.JdbcUtils;

/**
 * Looks whether the tables are there, have the columns that are needed, and may be
 * changed.
 */
final class LetterSchema {

	/** The beginning of the names of the scripts. */
	static final String SCRIPT = "dead-letters";

	private static final String LETTERS = LetterRow.COLUMNS + ", application, content_type, payload";

	private static final String COUNTS = "application, stage, cause_type, status, letters, changes";

	private final JdbcOperations jdbc;

	private final Dialect dialect;

	private final List<String> problems = new ArrayList<>();

	LetterSchema(JdbcOperations jdbc, Dialect dialect) {
		this.jdbc = jdbc;
		this.dialect = dialect;
	}

	/**
	 * Looks at the tables.
	 * @throws IllegalStateException if anything is wrong, with all that is
	 */
	void check(JdbcDeadLetterOptions options) {
		if (hasColumns(options.table(), LETTERS)) {
			checkRight(options.table(), "insert into %1$s (%2$s) select %2$s from %1$s where 1 = 0", LETTERS);
			checkRight(options.table(), "update %1$s set attempts = attempts where 1 = 0", LETTERS);
			checkRight(options.table(), "delete from %1$s where 1 = 0", LETTERS);
		}
		if (hasColumns(options.countTable(), COUNTS)) {
			checkRight(options.countTable(), "insert into %1$s (%2$s) select %2$s from %1$s where 1 = 0", COUNTS);
			checkRight(options.countTable(), "update %1$s set letters = letters where 1 = 0", COUNTS);
		}
		if (!this.problems.isEmpty()) {
			throw new IllegalStateException(
					"dead letters can't be kept in the database: " + String.join("; ", this.problems));
		}
	}

	private boolean hasColumns(String table, String columns) {
		List<String> missing = new ArrayList<>(Arrays.asList(columns.split(", ")));
		try {
			missing.removeAll(columnsOf(table));
		}
		catch (DataAccessException ex) {
			this.problems.add(("table %s is not there, or must not be read (%s): run the script classpath:%s, or let "
					+ "genstage.dead-letters.jdbc.initialize-schema be 'always'")
				.formatted(table, describe(ex), this.dialect.script(SCRIPT)));
			return false;
		}
		if (!missing.isEmpty()) {
			this.problems
				.add("table %s is of another version, it has no column %s: compare it with the script classpath:%s"
					.formatted(table, String.join(", ", missing), this.dialect.script(SCRIPT)));
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

	/** A statement that does nothing is refused like one that does something. */
	private void checkRight(String table, String statement, String columns) {
		try {
			this.jdbc.update(statement.formatted(table, columns));
		}
		catch (DataAccessException ex) {
			this.problems.add("the user of the database needs the right to %s on table %s (%s)"
				.formatted(statement.substring(0, statement.indexOf(' ')), table, describe(ex)));
		}
	}

	private static String describe(DataAccessException failure) {
		return String.valueOf(NestedExceptionUtils.getMostSpecificCause(failure).getMessage()).replaceAll("\\s+", " ");
	}

}
