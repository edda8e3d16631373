package io.genstage.log;

import org.jspecify.annotations.Nullable;

/**
 * Texts of objects that others have written: had without failing, and of an end.
 */
public final class SafeText {

	static final int MAX_LENGTH = 10_000;

	private static final int MAX_LINE = 1000;

	private SafeText() {
	}

	/** Returns what an object says of itself, cut, or what class it is of. */
	static String of(Object object) {
		String type = object.getClass().getName();
		try {
			String text = String.valueOf(object.toString());
			return (text.length() <= MAX_LENGTH) ? text
					: "%s… (%s, %d characters)".formatted(text.substring(0, MAX_LENGTH), type, text.length());
		}
		catch (Throwable ex) {
			// Whatever it throws, the class can be named.
			return "%s (whose text can't be had: %s)".formatted(type, ex.getClass().getName());
		}
	}

	/** Returns the same for one line of a message. */
	public static String line(Object object) {
		return StageNames.printable(of(object), MAX_LINE);
	}

	/**
	 * Returns the beginning of the message of a throwable for one line, or null if it has
	 * none or can't give it.
	 */
	public static @Nullable String message(Throwable thrown, int maxLength) {
		try {
			String message = thrown.getMessage();
			return (message != null) ? StageNames.printable(message, maxLength) : null;
		}
		catch (Throwable ex) {
			return null;
		}
	}

}
