package io.genstage.jdbc;

import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;

import javax.sql.DataSource;

import io.genstage.source.SourceUnavailableException;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The database of a {@link DataSource}: transactions of one's own and those of the
 * caller, and what its failures mean. Any thread may use it. It needs the database when
 * it is first used, and not before.
 */
final class JdbcAccess {

	private static final int MOST_ATTEMPTS = 5;

	private static final int PATIENCE_SECONDS = 5;

	private final DataSource dataSource;

	private volatile @Nullable Known known;

	JdbcAccess(DataSource dataSource) {
		this.dataSource = Objects.requireNonNull(dataSource, "dataSource must not be null");
	}

	/** Returns the dialect, for which the database is asked once. */
	Dialect dialect() {
		return known().dialect();
	}

	/**
	 * Returns what looks at tables, outside of transactions.
	 * @param tables what they are for, the beginning of the name of their script
	 * @param property lets the script be run
	 */
	TableCheck tableCheck(String tables, String property) {
		return new TableCheck(dialect().template(this.dataSource), dialect().script(tables), property);
	}

	/**
	 * Looks whether tables have their columns, for somebody who doesn't wait for long:
	 * one that is being changed can't be reached.
	 * @param what what needs the tables, for the message
	 * @param consequence what can't be done if anything is wrong
	 * @param tables what they are for, the beginning of the name of their script
	 * @param property lets the script be run
	 * @param columns what is needed, by the names of the tables
	 * @throws UnusableTablesException if anything is wrong, with all that is
	 * @throws SourceUnavailableException if nothing can be found out for now
	 */
	void checkColumns(String what, String consequence, String tables, String property, Map<String, String> columns) {
		reach(what, () -> {
			JdbcTemplate jdbc = dialect().template(this.dataSource);
			jdbc.setQueryTimeout(PATIENCE_SECONDS);
			TableCheck check = new TableCheck(jdbc, dialect().script(tables), property);
			columns.forEach(check::hasColumns);
			check.finish(consequence);
			return null;
		});
	}

	private Known known() {
		Known known = this.known;
		if (known == null) {
			known = Known.of(this.dataSource);
			this.known = known;
		}
		return known;
	}

	/**
	 * Does something in a transaction of its own, whatever the thread has in hand.
	 * @param work what to do, with a template that takes part in the transaction
	 */
	<T extends @Nullable Object> T inOwnTransaction(Function<JdbcTemplate, T> work) {
		Known known = known();
		if (known.dialect() != Dialect.SQLITE) {
			return known.own().execute((status) -> work.apply(known.jdbc()));
		}
		AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
		try {
			return known.own().execute((status) -> {
				try {
					return work.apply(known.jdbc());
				}
				catch (RuntimeException ex) {
					failure.set(ex);
					throw ex;
				}
			});
		}
		catch (RuntimeException ex) {
			// It rolls back by itself when its disk is full, and refuses to do so again.
			RuntimeException first = failure.get();
			throw (first != null) ? first : ex;
		}
	}

	/**
	 * Does something in the transaction of the caller, or in one of its own if there is
	 * none.
	 * @param work what to do, with a template that takes part in the transaction
	 */
	<T extends @Nullable Object> T inTransactionOfCaller(Function<JdbcTemplate, T> work) {
		Known known = known();
		if (TransactionSynchronizationManager.isActualTransactionActive()) {
			return work.apply(known.jdbc());
		}
		return known.own().execute((status) -> work.apply(known.jdbc()));
	}

	/**
	 * Returns what some work returns, which is done again at once, a few times, if it
	 * meets somebody else's locks.
	 * @param what what the work needs, for the message
	 * @throws SourceUnavailableException if it has failed and may succeed later
	 * @throws IllegalStateException if a table is missing or isn't as it should be
	 */
	static <T extends @Nullable Object> T reach(String what, Supplier<T> work) {
		try {
			return unlocked(work);
		}
		catch (BadSqlGrammarException ex) {
			throw new IllegalStateException(
					"%s can't be used: is the table missing, of an older version, or not to be used by this user?"
						.formatted(what),
					ex);
		}
		catch (RuntimeException ex) {
			if (isPassing(ex)) {
				throw new SourceUnavailableException("%s can't be reached".formatted(what), ex);
			}
			throw ex;
		}
	}

	private static <T extends @Nullable Object> T unlocked(Supplier<T> work) {
		for (int attempt = 1; attempt < MOST_ATTEMPTS; attempt++) {
			try {
				return work.get();
			}
			catch (PessimisticLockingFailureException ex) {
				// One of two transactions that wait for each other is ended.
			}
		}
		return work.get();
	}

	/** Returns whether the same may succeed when it is tried again. */
	static boolean isPassing(Throwable failure) {
		return failure instanceof TransientDataAccessException || failure instanceof RecoverableDataAccessException
				|| failure instanceof DataAccessResourceFailureException
				|| failure instanceof CannotCreateTransactionException || failure instanceof TransactionSystemException;
	}

	/** Returns whether what the driver says may be another thing the next time. */
	boolean isPassing(SQLException failure) {
		DataAccessException translated = known().jdbc()
			.getExceptionTranslator()
			.translate("reading a row", null, failure);
		return translated != null && isPassing(translated);
	}

	/**
	 * What is known once the database was asked.
	 *
	 * @param dialect its dialect
	 * @param jdbc knows its exceptions
	 * @param own opens transactions of one's own
	 */
	private record Known(Dialect dialect, JdbcTemplate jdbc, TransactionTemplate own) {

		static Known of(DataSource dataSource) {
			Dialect dialect = Dialect.of(dataSource);
			JdbcTemplate jdbc = dialect.template(dataSource);
			return new Known(dialect, jdbc, dialect.ownTransactions(jdbc));
		}

	}

}
