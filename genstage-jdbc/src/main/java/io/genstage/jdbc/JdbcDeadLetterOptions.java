package io.genstage.jdbc;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * What a {@link JdbcDeadLetterStore} is to do.
 *
 * @param application whose letters these are, of 1 to 100 characters: several
 * applications may share a table, and all instances of one have the same name
 * @param table the name of the table, with that of its schema or without; that of the
 * counts has {@code _count} behind it
 * @param retention the time after their last failure for which letters are kept, of at
 * least 0; with 0 they are kept for good
 * @param refresh how often {@link JdbcDeadLetterStore#held} learns of what other
 * instances have done, from 100 ms to 1 h
 */
public record JdbcDeadLetterOptions(String application, String table, Duration retention, Duration refresh) {

	/**
	 * The name of the table if nothing is said.
	 */
	public static final String DEFAULT_TABLE = "genstage_dead_letter";

	/**
	 * How long letters are kept if nothing is said.
	 */
	public static final Duration DEFAULT_RETENTION = Duration.ofDays(30);

	/**
	 * How often it is looked what other instances have done if nothing is said.
	 */
	public static final Duration DEFAULT_REFRESH = Duration.ofSeconds(1);

	static final int MAX_APPLICATION = 100;

	private static final Duration LEAST_REFRESH = Duration.ofMillis(100);

	private static final Duration MOST_REFRESH = Duration.ofHours(1);

	/** It goes into statements as it is. */
	private static final Pattern TABLE = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*\\.)?[A-Za-z_][A-Za-z0-9_]{0,50}");

	public JdbcDeadLetterOptions {
		if (application.isBlank() || application.length() > MAX_APPLICATION) {
			throw new IllegalArgumentException("the name of an application must have 1 to %d characters, was '%s'"
				.formatted(MAX_APPLICATION, application));
		}
		if (!TABLE.matcher(table).matches()) {
			throw new IllegalArgumentException(
					"the name of a table must be of letters, digits and underscores, with that of its schema and a dot "
							+ "in front if need be, was '%s'".formatted(table));
		}
		if (retention.isNegative()) {
			throw new IllegalArgumentException("the retention must not be negative, was %s".formatted(retention));
		}
		if (refresh.compareTo(LEAST_REFRESH) < 0 || refresh.compareTo(MOST_REFRESH) > 0) {
			throw new IllegalArgumentException(
					"the refresh must be from %s to %s, was %s".formatted(LEAST_REFRESH, MOST_REFRESH, refresh));
		}
	}

	/**
	 * Returns options with the defaults.
	 * @param application whose letters these are
	 * @return the options
	 */
	public static JdbcDeadLetterOptions of(String application) {
		return new JdbcDeadLetterOptions(application, DEFAULT_TABLE, DEFAULT_RETENTION, DEFAULT_REFRESH);
	}

	/**
	 * Returns these options with another table.
	 * @param table the name of the table
	 * @return the changed options
	 */
	public JdbcDeadLetterOptions withTable(String table) {
		return new JdbcDeadLetterOptions(this.application, table, this.retention, this.refresh);
	}

	/**
	 * Returns these options with another retention.
	 * @param retention how long letters are kept
	 * @return the changed options
	 */
	public JdbcDeadLetterOptions withRetention(Duration retention) {
		return new JdbcDeadLetterOptions(this.application, this.table, retention, this.refresh);
	}

	/**
	 * Returns these options with another refresh.
	 * @param refresh how often it is looked what other instances have done
	 * @return the changed options
	 */
	public JdbcDeadLetterOptions withRefresh(Duration refresh) {
		return new JdbcDeadLetterOptions(this.application, this.table, this.retention, refresh);
	}

	String countTable() {
		return this.table + "_count";
	}

}
