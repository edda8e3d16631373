package io.genstage.delivery;

import java.time.Instant;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What a stage has to know of its attempts with an event that it gives back to its
 * source, which {@linkplain Acknowledger#keepsRetries() keeps} it for another attempt: so
 * that they go on counting when it comes again. A value.
 *
 * @param stage the name of the stage, for whose attempts alone this counts, of 1 to 400
 * characters
 * @param attempts how many it has made, at least 1
 * @param firstFailedAt when the first of them has failed, kept to the millisecond
 */
public record HeldRetry(String stage, int attempts, Instant firstFailedAt) {

	/** The most characters of the text of one. */
	public static final int MAX_TEXT = 500;

	/** The most characters that the name of a stage may have. */
	public static final int MAX_STAGE = 400;

	private static final Pattern TEXT = Pattern.compile("(\\d{1,10}) (-?\\d{1,18}) (.+)", Pattern.DOTALL);

	public HeldRetry {
		Objects.requireNonNull(firstFailedAt, "firstFailedAt must not be null");
		if (stage.isEmpty() || stage.length() > MAX_STAGE) {
			throw new IllegalArgumentException("the name of a stage must have 1 to %d characters, but has %d"
				.formatted(MAX_STAGE, stage.length()));
		}
		if (attempts < 1) {
			throw new IllegalArgumentException("attempts must be >= 1, was " + attempts);
		}
	}

	/**
	 * Returns it as a text for a source to keep.
	 * @return the text, of at most {@value #MAX_TEXT} characters
	 */
	public String text() {
		return "%d %d %s".formatted(this.attempts, this.firstFailedAt.toEpochMilli(), this.stage);
	}

	/**
	 * Reads what {@link #text} has written.
	 * @param text the text, {@code null} for none
	 * @return what it says, or {@code null} if it is none of these texts
	 */
	public static @Nullable HeldRetry of(@Nullable String text) {
		Matcher parts = TEXT.matcher((text != null) ? text : "");
		if (!parts.matches() || parts.group(3).length() > MAX_STAGE) {
			return null;
		}
		long attempts = Long.parseLong(parts.group(1));
		return (attempts < 1 || attempts > Integer.MAX_VALUE) ? null
				: new HeldRetry(parts.group(3), (int) attempts, Instant.ofEpochMilli(Long.parseLong(parts.group(2))));
	}

}
