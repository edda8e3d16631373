package io.genstage.benchmarks.report;

import java.util.Locale;

/**
 * A picture that grows element by element, on light or dark paper as its reader wants.
 */
final class Svg {

	/** Of what is as dark as the text, or as light on dark paper. */
	static final String INK = "black";

	/** Of the lines behind curves. */
	static final String RULE = "#dddddd";

	private static final String STYLE = """
			<style>
			.paper { fill: #ffffff; }
			text { fill: #1f2328; }
			@media (prefers-color-scheme: dark) {
			.paper { fill: #0d1117; }
			text { fill: #e6edf3; }
			[stroke="black"] { stroke: #e6edf3; }
			[stroke="#dddddd"] { stroke: #30363d; }
			}
			</style>
			<rect class="paper" width="100%" height="100%"/>
			""";

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
				%3$s%4$s</svg>
				""".formatted(width, height, STYLE, this.body);
	}

}
