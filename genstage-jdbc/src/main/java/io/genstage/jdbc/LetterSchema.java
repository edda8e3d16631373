package io.genstage.jdbc;

import org.springframework.jdbc.core.JdbcOperations;

/**
 * Looks whether the tables of dead letters are there, have the columns that are needed,
 * and may be changed.
 */
final class LetterSchema {

	/** The beginning of the names of the scripts. */
	static final String SCRIPT = "dead-letters";

	private static final String LETTERS = LetterRow.COLUMNS + ", application, content_type, payload";

	private static final String COUNTS = "application, stage, cause_type, status, letters, changes";

	private final TableCheck tables;

	LetterSchema(JdbcOperations jdbc, Dialect dialect) {
		this.tables = new TableCheck(jdbc, dialect.script(SCRIPT), "genstage.dead-letters.jdbc.initialize-schema");
	}

	/**
	 * Looks at the tables.
	 * @throws IllegalStateException if anything is wrong, with all that is
	 */
	void check(JdbcDeadLetterOptions options) {
		if (this.tables.hasColumns(options.table(), LETTERS)) {
			this.tables.canInsert(options.table(), LETTERS);
			this.tables.canUpdate(options.table(), "attempts");
			this.tables.canDelete(options.table());
		}
		if (this.tables.hasColumns(options.countTable(), COUNTS)) {
			this.tables.canInsert(options.countTable(), COUNTS);
			this.tables.canUpdate(options.countTable(), "letters");
		}
		this.tables.finish("dead letters can't be kept in the database");
	}

}
