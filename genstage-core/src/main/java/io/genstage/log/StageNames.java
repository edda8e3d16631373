package io.genstage.log;

import java.util.List;

/**
 * The rule for names of stages, which end up in logs, metric tags and thread names.
 */
public final class StageNames {

	private static final int MAX_LENGTH = 200;

	/**
	 * The rule, as the object of "must have".
	 */
	public static final String RULE = "1 to " + MAX_LENGTH
			+ " characters, not all blank, none of them invisible or one of / and \\, and must not be . or ..";

	/*
	 * Letters, marks and symbols without a form, which no category distinguishes.
	 */
	private static final List<Range> WITHOUT_FORM = List.of(new Range(0x034f, 0x034f), new Range(0x115f, 0x1160),
			new Range(0x17b4, 0x17b5), new Range(0x180b, 0x180f), new Range(0x2800, 0x2800), new Range(0x3164, 0x3164),
			new Range(0xfe00, 0xfe0f), new Range(0xffa0, 0xffa0), new Range(0xe0000, 0xe0fff));

	private StageNames() {
	}

	public static void check(String name) {
		if (!isGood(name)) {
			throw new IllegalArgumentException(
					"a stage's name must have %s, was \"%s\"".formatted(RULE, printable(name)));
		}
	}

	/**
	 * Returns whether a stage may have a name.
	 * @param name the name
	 * @return whether it follows the rule
	 */
	public static boolean isGood(String name) {
		return name.length() <= MAX_LENGTH && !name.codePoints().allMatch(StageNames::isBlank)
				&& name.codePoints().allMatch((character) -> isVisible(character) && !isOfPaths(character))
				&& !name.equals(".") && !name.equals("..");
	}

	private static boolean isBlank(int character) {
		return Character.isWhitespace(character) || Character.isSpaceChar(character);
	}

	/** A name with one of these could not be a segment of the path of a request. */
	private static boolean isOfPaths(int character) {
		return character == '/' || character == '\\';
	}

	/**
	 * What can't be seen could make two names look the same, or a line look different.
	 */
	private static boolean isVisible(int character) {
		return switch (Character.getType(character)) {
			case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
					Character.PARAGRAPH_SEPARATOR ->
				false;
			default -> WITHOUT_FORM.stream().noneMatch((range) -> range.has(character));
		};
	}

	/**
	 * Returns a form of a name, good or bad, that is fit for a message.
	 * @param name the name
	 * @return the name, cut to 200 characters and with invisible characters escaped
	 */
	public static String printable(String name) {
		return printable(name, MAX_LENGTH);
	}

	/**
	 * Returns a form of a text that is fit for one line of a message.
	 * @param text the text, which may hold names
	 * @param maxLength the number of characters to cut it to
	 * @return the text, cut and with invisible characters escaped
	 */
	public static String printable(String text, int maxLength) {
		StringBuilder shown = new StringBuilder();
		text.codePoints().limit(maxLength).forEach((character) -> {
			if (isVisible(character)) {
				shown.appendCodePoint(character);
			}
			else {
				shown.append("\\u%04x".formatted(character));
			}
		});
		return shown.append((text.codePointCount(0, text.length()) > maxLength) ? "…" : "").toString();
	}

	/**
	 * Characters that follow each other.
	 */
	private record Range(int first, int last) {

		boolean has(int character) {
			return this.first <= character && character <= this.last;
		}

	}

}
