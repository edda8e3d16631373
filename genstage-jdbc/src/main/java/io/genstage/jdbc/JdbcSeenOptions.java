package io.genstage.jdbc;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Whose events are recognized when they come again, and for how long.
 *
 * @param application whose events these are: what another application has handled, with
 * the same table, is no repeat here
 * @param keepFor how long the id of an event is remembered, from 1 ms to 3,650 days; 7
 * days by default
 * @param ofLinks how long it is for the events of some links, by their names
 */
public record JdbcSeenOptions(String application, Duration keepFor, Map<String, Duration> ofLinks) {

	/**
	 * How long ids are remembered unless something else is said.
	 */
	public static final Duration DEFAULT_KEEP_FOR = Duration.ofDays(7);

	private static final Duration SHORTEST = Duration.ofMillis(1);

	private static final Duration LONGEST = Duration.ofDays(3650);

	public JdbcSeenOptions {
		Objects.requireNonNull(application, "application must not be null");
		check(keepFor);
		ofLinks = Map.copyOf(ofLinks);
		ofLinks.values().forEach(JdbcSeenOptions::check);
	}

	private static void check(Duration keepFor) {
		Objects.requireNonNull(keepFor, "keepFor must not be null");
		if (keepFor.compareTo(SHORTEST) < 0 || keepFor.compareTo(LONGEST) > 0) {
			throw new IllegalArgumentException(
					"keepFor must be from %s to %s, was %s".formatted(SHORTEST, LONGEST, keepFor));
		}
	}

	/**
	 * Returns the defaults.
	 * @param application whose events these are
	 * @return the options
	 */
	public static JdbcSeenOptions of(String application) {
		return new JdbcSeenOptions(application, DEFAULT_KEEP_FOR, Map.of());
	}

	/**
	 * Returns these options with another time for all links that have none of their own.
	 * @param keepFor how long ids are remembered
	 * @return the changed options
	 */
	public JdbcSeenOptions withKeepFor(Duration keepFor) {
		return new JdbcSeenOptions(this.application, keepFor, this.ofLinks);
	}

	/**
	 * Returns these options with another time for the events of a link.
	 * @param link the name of the link
	 * @param keepFor how long their ids are remembered
	 * @return the changed options
	 */
	public JdbcSeenOptions withKeepFor(String link, Duration keepFor) {
		Map<String, Duration> changed = new LinkedHashMap<>(this.ofLinks);
		changed.put(link, keepFor);
		return new JdbcSeenOptions(this.application, this.keepFor, changed);
	}

	/** Returns how long ids of the events of a link are remembered. */
	Duration keepForOf(String link) {
		return this.ofLinks.getOrDefault(link, this.keepFor);
	}

}
