package io.genstage.benchmarks.report;

import java.util.Locale;

/**
 * A picture that grows element by element.
 */
final class Svg {

	private final StringBuilder body = new StringBuilder();

	void text(double x, double y, String anchor, String text) {
		element("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, text);
	}

	void title(double x, double y, String text) {
		element("<text x=\"%.1f\" y=\"%.1f\" font-weight=\"bold\">%s</text>", x, y, text);
	}

	void line(double x1, double y1, double x2, double y2, String colour) {
		element("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>", x1, y1, x2, y2, colour);
	}

	void bar(double x, double y, double width, double height, String colour) {
		element("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>", x, y, width, height,
				colour);
	}

	void dot(double x, double y, String colour) {
		element("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>", x, y, colour);
	}

	@SuppressWarnings("AnnotateFormatMethod") // no dependency for one annotation
	private void element(String element, Object... values) {
		this.body.append(String.format(Locale.ROOT, element, values)).append('\n');
	}

	/** Returns the picture as a document. */
	String document(int width, int height) {
		return """
				<svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" \
				font-family="sans-serif" font-size="12">
				<rect width="100%%" height="100%%" fill="white"/>
				%3$s</svg>
				""".formatted(width, height, this.body);
	}

}
