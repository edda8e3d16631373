package io.genstage.boot.actuate;

import org.jspecify.annotations.Nullable;

/**
 * Turns values of properties into text, by the rule of Boot's {@code env} endpoint.
 * <p>
 * A property source may hold any object, such as an open resource that stands for a
 * mounted file. A serializer would call the methods of such an object, with whatever side
 * effects they have, so none may ever reach one.
 */
final class PropertyText {

	private PropertyText() {
	}

	/** Returns the text of a value; the value of another class is described by it. */
	static @Nullable String of(@Nullable Object value) {
		if (value == null) {
			return null;
		}
		if (value instanceof CharSequence text) {
			return read(text);
		}
		return (value instanceof Number || value instanceof Boolean || value instanceof Character
				|| value instanceof Enum) ? value.toString() : "Complex property type " + value.getClass().getName();
	}

	/** The text may be read only now, from a file that is gone. */
	private static String read(CharSequence text) {
		try {
			return text.toString();
		}
		catch (RuntimeException ex) {
			return "Unreadable property type " + text.getClass().getName();
		}
	}

}
