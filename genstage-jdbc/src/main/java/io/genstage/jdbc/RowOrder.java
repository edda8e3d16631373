package io.genstage.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * In which order the rows of a table are read, and up to which one, so that none appears
 * in front of those that were read already.
 */
interface RowOrder {

	/** Returns the query for rows behind a position, null for the first ones. */
	Query query(Dialect dialect, String table, String key, @Nullable TablePosition behind, int limit);

	/** Returns the query for the number of rows behind a position. */
	Query count(Dialect dialect, String table, String key, @Nullable TablePosition behind);

	/** Returns whether none can appear in front of the current row any more. */
	boolean isSettled(ResultSet row) throws SQLException;

	/** Returns the position of the current row. */
	default TablePosition position(ResultSet row, String key) throws SQLException {
		return new TablePosition(0, row.getLong(key));
	}

	/** Returns the order of the keys, all of which can be read. */
	static RowOrder byKey() {
		return new ByKey("", null);
	}

	/** Returns the order of the keys, up to a row that is too young. */
	static RowOrder settledAfter(String column, Duration age) {
		return new ByKey(column, age);
	}

	/** Returns the order of the transactions that are over. */
	static RowOrder ofTransactions(String column) {
		return new ByTransaction(column);
	}

	/**
	 * A query and what its question marks stand for.
	 *
	 * @param sql the query
	 * @param parameters its parameters, in their order
	 */
	record Query(String sql, List<Object> parameters) {
	}

	/**
	 * The order of the keys.
	 *
	 * @param column when a row was written
	 * @param age how old a row is to be, {@code null} for any age
	 */
	record ByKey(String column, @Nullable Duration age) implements RowOrder {

		private static final String YOUNG = "genstage_young";

		@Override
		public Query query(Dialect dialect, String table, String key, @Nullable TablePosition behind, int limit) {
			long last = last(behind);
			String end = " from %1$s t where t.%2$s > ? order by t.%2$s limit ?".formatted(table, key);
			if (this.age == null) {
				return new Query("select t.*" + end, List.of(last, limit));
			}
			return new Query("select t.*, case when t.%s > %s then 1 else 0 end as %s".formatted(this.column,
					dialect.ago(), YOUNG) + end, List.of(this.age.toMillis(), last, limit));
		}

		private static long last(@Nullable TablePosition behind) {
			return (behind != null) ? behind.key() : Long.MIN_VALUE;
		}

		@Override
		public Query count(Dialect dialect, String table, String key, @Nullable TablePosition behind) {
			return new Query("select count(*) from %s t where t.%s > ?".formatted(table, key), List.of(last(behind)));
		}

		@Override
		public boolean isSettled(ResultSet row) throws SQLException {
			return this.age == null || row.getInt(YOUNG) == 0;
		}

	}

	/**
	 * The order of transactions, and of the keys within one.
	 *
	 * @param column the number of the transaction
	 */
	record ByTransaction(String column) implements RowOrder {

		private static final String NUMBER = "genstage_transaction";

		@Override
		public Query query(Dialect dialect, String table, String key, @Nullable TablePosition behind, int limit) {
			check(dialect);
			String sql = "select t.*, t.%1$s::text as %2$s from %3$s t".formatted(this.column, NUMBER, table)
					+ where(key) + " order by t.%1$s, t.%2$s limit ?".formatted(this.column, key);
			return new Query(sql, (behind != null) ? List.of(Long.toString(behind.transaction()), behind.key(), limit)
					: List.of("0", Long.MIN_VALUE, limit));
		}

		private String where(String key) {
			return """
					 where (t.%1$s, t.%2$s) > (?::text::xid8, ?)
					and t.%1$s < pg_snapshot_xmin(pg_current_snapshot())""".formatted(this.column, key);
		}

		private static void check(Dialect dialect) {
			if (dialect != Dialect.POSTGRESQL) {
				throw new IllegalStateException(
						"the order of transactions can be known of PostgreSQL only, but the database is " + dialect);
			}
		}

		@Override
		public Query count(Dialect dialect, String table, String key, @Nullable TablePosition behind) {
			check(dialect);
			return new Query("select count(*) from %s t".formatted(table) + where(key), (behind != null)
					? List.of(Long.toString(behind.transaction()), behind.key()) : List.of("0", Long.MIN_VALUE));
		}

		@Override
		public boolean isSettled(ResultSet row) {
			return true;
		}

		@Override
		public TablePosition position(ResultSet row, String key) throws SQLException {
			return new TablePosition(Long.parseLong(row.getString(NUMBER)), row.getLong(key));
		}

	}

}
