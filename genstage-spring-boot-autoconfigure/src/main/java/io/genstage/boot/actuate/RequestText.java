package io.genstage.boot.actuate;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

import io.genstage.deadletter.DeadLetter;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.StringUtils;

/**
 * Reads what a request says. The texts of parameters are read here, so that whoever asks
 * learns what was expected.
 */
final class RequestText {

	private RequestText() {
	}

	/** Returns a number, or the usual one if none is given. */
	static int number(String name, @Nullable String text, int usual, int most) {
		return StringUtils.hasText(text) ? number(name, text, most) : usual;
	}

	/** Returns a number, which must be given. */
	static int number(String name, @Nullable String text, int most) {
		try {
			int number = Integer.parseInt(String.valueOf(text).strip());
			if (number >= 1 && number <= most) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// Answered as a number out of range is.
		}
		throw new RefusedRequestException("'%s' must be a whole number from 1 to %d".formatted(name, most));
	}

	/** Returns what is said, or no if nothing is. */
	static boolean flag(String name, @Nullable String text) {
		if (!StringUtils.hasText(text) || text.equals("false")) {
			return false;
		}
		if (text.equals("true")) {
			return true;
		}
		throw new RefusedRequestException("'%s' must be true or false".formatted(name));
	}

	/** Returns a time, or the usual one if none is given. */
	static Duration time(String name, @Nullable String text, Duration usual, Duration most) {
		if (!StringUtils.hasText(text)) {
			return usual;
		}
		try {
			Duration time = DurationStyle.detectAndParse(text);
			if (time.toMillis() >= 1 && time.compareTo(most) <= 0) {
				return time;
			}
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			// Answered as a time out of range is.
		}
		throw new RefusedRequestException(
				"'%s' must be a time such as 500ms or 2s, from 1ms to %dd".formatted(name, most.toDays()));
	}

	static DeadLetter.@Nullable Status status(@Nullable String text) {
		if (!StringUtils.hasText(text)) {
			return null;
		}
		return Arrays.stream(DeadLetter.Status.values())
			.filter((status) -> status.name().equalsIgnoreCase(text))
			.findFirst()
			.orElseThrow(() -> new RefusedRequestException(
					"'status' must be one of " + Arrays.toString(DeadLetter.Status.values())));
	}

	/** Returns the place that a page begins behind. */
	static @Nullable String place(@Nullable String text) {
		if (StringUtils.hasText(text) && !text.matches("[0-9]{1,18}")) {
			throw new RefusedRequestException("'after' must be the 'next' of the page before");
		}
		return StringUtils.hasText(text) ? text : null;
	}

	/** Returns a text that must be given, and may be no longer. */
	static String text(String name, @Nullable String text, int most) {
		if (!StringUtils.hasText(text) || text.length() > most) {
			throw new RefusedRequestException("'%s' must have 1 to %d characters".formatted(name, most));
		}
		return text;
	}

	/** Returns the id that a text is, if it is one. */
	static Optional<UUID> id(String text) {
		try {
			UUID id = UUID.fromString(text);
			return id.toString().equalsIgnoreCase(text) ? Optional.of(id) : Optional.empty();
		}
		catch (IllegalArgumentException ex) {
			return Optional.empty();
		}
	}

}
