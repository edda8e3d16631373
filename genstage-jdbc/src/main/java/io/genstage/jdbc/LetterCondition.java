package io.genstage.jdbc;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterFilter;
import org.jspecify.annotations.Nullable;

/**
 * A filter as a condition of SQL. Each part of it names the stored status, since that is
 * in front of the position in the indexes: so rows are read in order, and no others.
 */
final class LetterCondition {

	private final List<String> parts = new ArrayList<>();

	private final Map<String, Object> values = new LinkedHashMap<>();

	private final DeadLetterFilter filter;

	private final String now;

	LetterCondition(DeadLetterFilter filter, String now) {
		this.filter = filter;
		this.now = now;
		and("stage", (filter.stage() != null) ? LetterRow.name(filter.stage()) : null);
		and("cause_type", (filter.causeType() != null) ? LetterRow.type(filter.causeType()) : null);
		and("event_key", (filter.key() != null) ? LetterRow.name(filter.key()) : null);
		and("batch_id", (filter.batch() != null) ? filter.batch().toString() : null);
		if (filter.lastFailedBefore() != null) {
			this.parts.add("last_failed_at < :failed_before");
			// What is stored has lost its part of a millisecond.
			this.values.put("failed_before", filter.lastFailedBefore().plusNanos(999_999).toEpochMilli());
		}
	}

	private void and(String column, @Nullable Object value) {
		if (value != null) {
			this.parts.add("%s = :%s".formatted(column, column));
			this.values.put(column, value);
		}
	}

	/** Returns the conditions whose letters together are those that are meant. */
	List<String> alternatives() {
		DeadLetter.Status status = this.filter.status();
		if (status == DeadLetter.Status.REPLAYING) {
			return List.of(with("claimed_until > " + this.now));
		}
		if (status != null) {
			return List.of(with(
					"status = '%s' and (claimed_until is null or claimed_until <= %s)".formatted(status, this.now)));
		}
		return List.of(with("status = 'WAITING'"), with("status = 'ABANDONED'"));
	}

	private String with(String status) {
		List<String> all = new ArrayList<>();
		all.add("application = :application");
		all.addAll(this.parts);
		all.add(status);
		return String.join(" and ", all);
	}

	/**
	 * Returns the order by position, as the columns of the index that has it: H2 reads no
	 * index in order unless all its columns are named.
	 */
	String order(String direction) {
		List<String> columns = new ArrayList<>();
		if (this.filter.status() != DeadLetter.Status.REPLAYING && this.filter.batch() == null) {
			columns.add("application");
			if (this.filter.stage() != null) {
				columns.add("stage");
				if (this.filter.key() != null) {
					columns.add("event_key");
				}
			}
			else if (this.filter.causeType() != null) {
				columns.add("cause_type");
			}
			columns.add("status");
		}
		columns.add("position");
		return columns.stream().map((column) -> column + " " + direction).collect(Collectors.joining(", "));
	}

	/** Returns the values of the parameters, without that of the application. */
	Map<String, Object> values() {
		return this.values;
	}

}
