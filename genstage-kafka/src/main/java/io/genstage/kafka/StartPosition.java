package io.genstage.kafka;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Where a group begins that has committed nothing yet.
 *
 * @param reset what the client is to do where nothing is committed, in its words
 * @param instant from when on, if it is neither the first nor the last record
 */
record StartPosition(String reset, @Nullable Instant instant) {

	private static final String EARLIEST = "earliest";

	private static final String LATEST = "latest";

	static StartPosition parse(String text) {
		String word = text.strip().toLowerCase(Locale.ROOT);
		if (word.equals(EARLIEST) || word.equals(LATEST)) {
			return new StartPosition(word, null);
		}
		try {
			return word.startsWith("p") ? ago(text.strip()) : new StartPosition(EARLIEST, Instant.parse(text.strip()));
		}
		catch (DateTimeParseException ex) {
			throw new IllegalArgumentException(
					"start must be 'earliest', 'latest', an instant such as 2026-11-30T00:00:00Z or how long ago,"
							+ " such as PT1H, was '%s'".formatted(text),
					ex);
		}
	}

	private static StartPosition ago(String text) {
		Duration ago = Duration.parse(text);
		if (ago.isNegative()) {
			throw new IllegalArgumentException("start must not be in the future, was '%s'".formatted(text));
		}
		return new StartPosition("by_duration:" + ago, null);
	}

	/**
	 * Returns whether records may be passed over by the start, so that it is to be
	 * remembered at once: a second start would be somewhere else.
	 */
	boolean passesOver() {
		return !this.reset.equals(EARLIEST) || this.instant != null;
	}

}
