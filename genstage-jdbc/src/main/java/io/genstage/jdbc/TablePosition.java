package io.genstage.jdbc;

import java.util.Comparator;

/**
 * Where a row of a {@link JdbcTable} is in the order in which it is read.
 *
 * @param transaction the number of the transaction that has written the row, 0 if the
 * table isn't read in the order of transactions
 * @param key the key of the row
 */
public record TablePosition(long transaction, long key) implements Comparable<TablePosition> {

	private static final Comparator<TablePosition> ORDER = Comparator.comparingLong(TablePosition::transaction)
		.thenComparingLong(TablePosition::key);

	@Override
	public int compareTo(TablePosition other) {
		return ORDER.compare(this, other);
	}

}
