package io.genstage;

/**
 * The rule for names of stages, which end up in logs, metric tags and thread names.
 */
final class StageNames {

	private static final int MAX_LENGTH = 200;

	private StageNames() {
	}

	static void check(String name) {
		if (name.isBlank() || name.length() > MAX_LENGTH || !name.codePoints().allMatch(StageNames::isPrintable)) {
			throw new IllegalArgumentException(
					"a stage's name must have 1 to %d characters, not all blank and no control characters, was \"%s\""
						.formatted(MAX_LENGTH, printable(name)));
		}
	}

	private static boolean isPrintable(int character) {
		int type = Character.getType(character);
		return type != Character.CONTROL && type != Character.LINE_SEPARATOR && type != Character.PARAGRAPH_SEPARATOR;
	}

	/** Returns a form of a bad name that is fit for a message. */
	private static String printable(String name) {
		StringBuilder shown = new StringBuilder();
		name.codePoints().limit(MAX_LENGTH).forEach((character) -> {
			if (isPrintable(character)) {
				shown.appendCodePoint(character);
			}
			else {
				shown.append("\\u%04x".formatted(character));
			}
		});
		return shown.append((name.length() > MAX_LENGTH) ? "…" : "").toString();
	}

}
