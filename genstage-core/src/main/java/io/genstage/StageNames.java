package io.genstage;

/**
 * The rule for names of stages, which end up in logs, metric tags and thread names.
 */
public final class StageNames {

	private static final int MAX_LENGTH = 200;

	/**
	 * The rule, as the object of "must have".
	 */
	public static final String RULE = "1 to " + MAX_LENGTH + " characters, not all blank and no control characters";

	private StageNames() {
	}

	static void check(String name) {
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
		return !name.isBlank() && name.length() <= MAX_LENGTH && name.codePoints().allMatch(StageNames::isPrintable);
	}

	private static boolean isPrintable(int character) {
		int type = Character.getType(character);
		return type != Character.CONTROL && type != Character.LINE_SEPARATOR && type != Character.PARAGRAPH_SEPARATOR;
	}

	/**
	 * Returns a form of a name, good or bad, that is fit for a message.
	 * @param name the name
	 * @return the name, cut to 200 characters and with control characters escaped
	 */
	public static String printable(String name) {
		return printable(name, MAX_LENGTH);
	}

	/**
	 * Returns a form of a text that is fit for one line of a message.
	 * @param text the text, which may hold names
	 * @param maxLength the number of characters to cut it to
	 * @return the text, cut and with control characters escaped
	 */
	public static String printable(String text, int maxLength) {
		StringBuilder shown = new StringBuilder();
		text.codePoints().limit(maxLength).forEach((character) -> {
			if (isPrintable(character)) {
				shown.appendCodePoint(character);
			}
			else {
				shown.append("\\u%04x".formatted(character));
			}
		});
		return shown.append((text.codePointCount(0, text.length()) > maxLength) ? "…" : "").toString();
	}

}
