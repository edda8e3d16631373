package io.genstage.picture;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A field of characters with lines that know which of their neighbours they lead to.
 */
final class Canvas {

	private static final int UP = 1;

	private static final int DOWN = 2;

	private static final int LEFT = 4;

	private static final int RIGHT = 8;

	/** What is drawn where a line leads to each set of neighbours. */
	private static final String LINES = " \u2502\u2502\u2502\u2500\u2518\u2510\u2524\u2500\u2514\u250C\u251C\u2500"
			+ "\u2534\u252C\u253C";

	private static final int ARROW = 0x25BA;

	/** Behind a character that is as wide as two. */
	private static final int NOTHING = -1;

	private final int[][] directions;

	private final int[][] texts;

	Canvas(int width, int height) {
		this.directions = new int[height][width];
		this.texts = new int[height][width];
	}

	/** Draws a horizontal line from one place to another. */
	void line(int line, int from, int to) {
		for (int place = from; place <= to; place++) {
			this.directions[line][place] |= ((place > from) ? LEFT : 0) | ((place < to) ? RIGHT : 0);
		}
	}

	/**
	 * Draws a vertical line that joins the horizontal ones at some lines, and passes in
	 * front of the others.
	 */
	void track(int place, List<Integer> joined) {
		int first = joined.get(0);
		int last = joined.get(joined.size() - 1);
		for (int line = first; line <= last; line++) {
			int vertical = ((line > first) ? UP : 0) | ((line < last) ? DOWN : 0);
			int before = joined.contains(line) ? this.directions[line][place] : 0;
			this.directions[line][place] = before | vertical;
		}
	}

	/** Draws a box of three lines that a line may come out of. */
	void box(int middle, int left, int width, String label, boolean open) {
		int right = left + width - 1;
		for (int line : new int[] { middle - 1, middle + 1 }) {
			line(line, left, right);
			int inside = (line < middle) ? DOWN : UP;
			this.directions[line][left] |= inside;
			this.directions[line][right] |= inside;
		}
		this.directions[middle][left] = UP | DOWN;
		this.directions[middle][right] = UP | DOWN | (open ? RIGHT : 0);
		int place = left + 2;
		for (int character : label.codePoints().toArray()) {
			this.texts[middle][place++] = character;
			if (Labels.width(Character.toString(character)) > 1) {
				this.texts[middle][place++] = NOTHING;
			}
		}
	}

	void arrow(int line, int place) {
		this.texts[line][place] = ARROW;
	}

	String text() {
		return IntStream.range(0, this.directions.length)
			.mapToObj((line) -> text(this.directions[line], this.texts[line]))
			.collect(Collectors.joining());
	}

	private static String text(int[] line, int[] texts) {
		StringBuilder text = new StringBuilder();
		for (int place = 0; place < line.length; place++) {
			if (texts[place] > 0) {
				text.appendCodePoint(texts[place]);
			}
			else if (texts[place] == 0) {
				text.append(LINES.charAt(line[place]));
			}
		}
		return text.toString().stripTrailing() + "\n";
	}

}
