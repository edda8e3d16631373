package io.genstage.picture;

import java.util.Locale;

import io.genstage.StageKind;

/**
 * Names as text in a picture.
 */
final class Labels {

	private static final int FIRST_WIDE = 0x1100;

	private Labels() {
	}

	/** Returns how many characters of usual width a text is as wide as. */
	static int width(String text) {
		return text.codePoints().map((character) -> (character >= FIRST_WIDE && isWide(character)) ? 2 : 1).sum();
	}

	private static boolean isWide(int character) {
		return Character.isIdeographic(character) || (character >= 0x3040 && character <= 0x30FF)
				|| (character >= 0xAC00 && character <= 0xD7A3) || (character >= 0xFF01 && character <= 0xFF60)
				|| character >= 0x1F300;
	}

	/** Returns a text that is no wider, with an ellipsis where something is left out. */
	static String shortened(String text, int width) {
		if (width(text) <= width) {
			return text;
		}
		StringBuilder shortened = new StringBuilder();
		int left = width - 1;
		for (int character : text.codePoints().toArray()) {
			left -= width(Character.toString(character));
			if (left < 0) {
				break;
			}
			shortened.appendCodePoint(character);
		}
		return shortened.append('\u2026').toString();
	}

	/** Returns a text as a part of an XML document, which can't have all characters. */
	static String xml(String text) {
		StringBuilder escaped = new StringBuilder();
		text.codePoints().forEach((character) -> {
			switch (character) {
				case '<' -> escaped.append("&lt;");
				case '>' -> escaped.append("&gt;");
				case '&' -> escaped.append("&amp;");
				case '"' -> escaped.append("&quot;");
				default -> escaped.appendCodePoint(isXml(character) ? character : 0xFFFD);
			}
		});
		return escaped.toString();
	}

	private static boolean isXml(int character) {
		return character == '\t' || character == '\n' || character == '\r' || (character >= 0x20 && character <= 0xD7FF)
				|| (character >= 0xE000 && character <= 0xFFFD) || character >= 0x10000;
	}

	static String cssClass(StageKind kind) {
		return "genstage-" + kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
