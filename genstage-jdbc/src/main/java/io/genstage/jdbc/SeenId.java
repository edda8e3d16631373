package io.genstage.jdbc;

import java.time.Duration;
import java.util.Comparator;

/**
 * The id of an event of a link, as it fits into the table.
 *
 * @param link the link
 * @param id the id, which no other event of the link has
 * @param keepFor how long it is remembered
 */
record SeenId(String link, String id, Duration keepFor) implements Comparable<SeenId> {

	static final int MAX_LINK = 100;

	private static final int MAX_ID = 200;

	private static final Comparator<SeenId> ORDER = Comparator.comparing(SeenId::link).thenComparing(SeenId::id);

	SeenId {
		link = ColumnText.unique(link, MAX_LINK);
		id = ColumnText.unique(id, MAX_ID);
	}

	@Override
	public int compareTo(SeenId other) {
		return ORDER.compare(this, other);
	}

}
