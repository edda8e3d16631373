package io.genstage.jdbc;

import java.sql.DatabaseMetaData;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What differs between databases.
 */
enum Dialect {

	H2("cast(extract(epoch from current_timestamp) * 1000 as bigint)",
			"dateadd(millisecond, -cast(? as bigint), current_timestamp)", true),

	/** Of the statement, since no index is used for a time that goes on meanwhile. */
	POSTGRESQL("cast(extract(epoch from statement_timestamp()) * 1000 as bigint)",
			"(clock_timestamp() - ? * interval '1 millisecond')", true),

	/** In UTC, since a time of the session may come twice. */
	MARIADB("timestampdiff(microsecond, '1970-01-01', utc_timestamp(3)) div 1000",
			"(now(3) - interval (? * 1000) microsecond)", true),

	SQLITE("cast(unixepoch('subsec') * 1000 as integer)",
			"strftime('%Y-%m-%d %H:%M:%f', unixepoch('subsec') - ? / 1000.0, 'unixepoch')", false);

	private final String now;

	private final String ago;

	private final boolean skipsLocked;

	Dialect(String now, String ago, boolean skipsLocked) {
		this.now = now;
		this.ago = ago;
		this.skipsLocked = skipsLocked;
	}

	/**
	 * Returns the dialect of a database.
	 * @throws DataAccessResourceFailureException if it can't be asked
	 * @throws IllegalStateException if it is none of these
	 */
	static Dialect of(DataSource dataSource) {
		String product;
		try {
			product = JdbcUtils.extractDatabaseMetaData(dataSource, DatabaseMetaData::getDatabaseProductName);
		}
		catch (MetaDataAccessException ex) {
			throw new DataAccessResourceFailureException("could not ask the database what it is", ex);
		}
		return Arrays.stream(values())
			.filter((dialect) -> dialect.name().equalsIgnoreCase(product))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("expected one of the databases %s, but this one is %s"
				.formatted(Arrays.stream(values()).map(Dialect::name).collect(Collectors.joining(", ")), product)));
	}

	/** Returns a template that knows what failures of such a database mean. */
	JdbcTemplate template(DataSource dataSource) {
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		if (this == SQLITE) {
			jdbc.setExceptionTranslator(new SqliteExceptionTranslator());
		}
		return jdbc;
	}

	/**
	 * Returns what opens transactions of their own, whatever the thread has in hand.
	 * @param jdbc takes part in them
	 */
	TransactionTemplate ownTransactions(JdbcTemplate jdbc) {
		JdbcTransactionManager manager = new JdbcTransactionManager(Objects.requireNonNull(jdbc.getDataSource()));
		manager.setExceptionTranslator(jdbc.getExceptionTranslator());
		TransactionTemplate transactions = new TransactionTemplate(manager);
		transactions.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		if (this.skipsLocked) {
			// So that rows are locked without the gaps between them.
			transactions.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
		}
		return transactions;
	}

	/**
	 * Returns an expression for the time of the database, in milliseconds since 1970.
	 */
	String now() {
		return this.now;
	}

	/**
	 * Returns an expression for the moment that lies a number of milliseconds back by the
	 * clock of the database; the number is its parameter.
	 */
	String ago() {
		return this.ago;
	}

	/** Returns whether a query can lock those rows that nobody else has locked. */
	boolean skipsLocked() {
		return this.skipsLocked;
	}

	/**
	 * Returns a statement that adds rows, but none whose key is there. H2 has no such
	 * statement that doesn't read the key first: there it fails, and adds none.
	 * @param rows what comes behind {@code insert into}
	 */
	String insertAbsent(String rows) {
		return switch (this) {
			case H2 -> "insert into " + rows;
			case POSTGRESQL, SQLITE -> "insert into " + rows + " on conflict do nothing";
			case MARIADB -> "insert ignore into " + rows;
		};
	}

	/**
	 * Returns where the script that creates tables is on the class path.
	 * @param tables what they are for, the beginning of its name
	 */
	String script(String tables) {
		return "io/genstage/jdbc/%s-%s.sql".formatted(tables, name().toLowerCase(Locale.ROOT));
	}

}
