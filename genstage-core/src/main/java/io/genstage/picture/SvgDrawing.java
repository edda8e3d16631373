package io.genstage.picture;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.genstage.picture.GraphLayout.Line;
import io.genstage.picture.GraphLayout.Node;
import io.genstage.picture.GraphLayout.Place;

/**
 * A graph as an SVG image. Its colours are attributes, which every class of a style sheet
 * overrides: boxes with a ground of their own, and lines of a grey that can be seen on a
 * light and on a dark one.
 */
final class SvgDrawing {

	private static final int MARGIN = 16;

	private static final int ROW = 32;

	private static final int BOX_HEIGHT = 40;

	private static final int GAP = 88;

	private static final int LEAST_WIDTH = 80;

	private static final int CHARACTER = 8;

	private static final int MOST_CHARACTERS = 32;

	private final GraphLayout layout;

	/** Where each column begins; behind the last one, where a further one would. */
	private final int[] lefts;

	private final StringBuilder svg = new StringBuilder();

	SvgDrawing(GraphLayout layout) {
		this.layout = layout;
		this.lefts = lefts(layout);
	}

	private static int[] lefts(GraphLayout layout) {
		int[] widths = new int[layout.columns()];
		Arrays.fill(widths, LEAST_WIDTH);
		for (Node node : layout.nodes()) {
			int column = node.place().column();
			widths[column] = Math.max(widths[column], CHARACTER * Labels.width(label(node)) + 2 * MARGIN);
		}
		int[] lefts = new int[widths.length + 1];
		lefts[0] = MARGIN;
		for (int column = 0; column < widths.length; column++) {
			lefts[column + 1] = lefts[column] + widths[column] + GAP;
		}
		return lefts;
	}

	private static String label(Node node) {
		return Labels.shortened(node.name(), MOST_CHARACTERS);
	}

	String draw() {
		int width = Math.max(this.lefts[this.lefts.length - 1] - GAP, 0) + MARGIN;
		int height = y(Math.max(this.layout.rows() - 1, 0)) + BOX_HEIGHT / 2 + MARGIN;
		add(("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"genstage-graph\" role=\"img\" width=\"%d\" height=\"%d\" "
				+ "viewBox=\"0 0 %d %d\" font-family=\"system-ui, sans-serif\" font-size=\"14\">")
			.formatted(width, height, width, height));
		add("<title>%s</title>".formatted(Labels.xml(title())));
		add("<desc>%s</desc>".formatted(Labels.xml(description())));
		this.layout.lines().forEach(this::addLine);
		this.layout.nodes().forEach(this::addNode);
		this.svg.append("</svg>\n");
		return this.svg.toString();
	}

	private void add(String line) {
		this.svg.append(line).append('\n');
	}

	private String title() {
		return "Pipeline of %d stages".formatted(this.layout.nodes().size());
	}

	private String description() {
		Map<String, StringBuilder> consumers = new HashMap<>();
		for (Line line : this.layout.lines()) {
			StringBuilder list = consumers.computeIfAbsent(line.producer(), (producer) -> new StringBuilder());
			list.append(list.isEmpty() ? "" : ", ").append(line.consumer());
		}
		StringBuilder description = new StringBuilder();
		for (Node node : this.layout.nodes()) {
			StringBuilder list = consumers.get(node.name());
			if (list != null) {
				description.append(description.isEmpty() ? "" : " ");
				description.append(node.name()).append(" sends to ").append(list).append('.');
			}
		}
		return description.toString();
	}

	private void addNode(Node node) {
		int column = node.place().column();
		int width = right(column) - this.lefts[column];
		int middle = y(node.place().row());
		add("<g class=\"genstage-node %s\"><title>%s</title>".formatted(Labels.cssClass(node.stage().kind()),
				Labels.xml(node.name())));
		add("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#ffffff\" stroke=\"#64748b\"/>"
			.formatted(this.lefts[column], middle - BOX_HEIGHT / 2, width, BOX_HEIGHT));
		add("<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#0f172a\">%s</text></g>"
			.formatted(this.lefts[column] + width / 2, middle + 5, Labels.xml(label(node))));
	}

	private void addLine(Line line) {
		List<Place> way = line.way();
		StringBuilder path = new StringBuilder();
		Place before = way.get(0);
		path.append('M').append(right(before.column())).append(' ').append(y(before.row()));
		for (Place place : way.subList(1, way.size())) {
			int x = this.lefts[place.column()];
			if (place.row() == before.row()) {
				path.append('H').append(x);
			}
			else {
				int turn = x - GAP / 2;
				path.append('H').append(x - GAP);
				path.append(
						"C%d %d %d %d %d %d".formatted(turn, y(before.row()), turn, y(place.row()), x, y(place.row())));
			}
			before = place;
		}
		int end = this.lefts[before.column()];
		int middle = y(before.row());
		add("<g class=\"genstage-line\"><title>%s</title>".formatted(Labels.xml(title(line))));
		add("<path d=\"%s\" fill=\"none\" stroke=\"#7b8794\" stroke-width=\"1.5\"/>".formatted(path));
		add("<path d=\"M%d %dl-8 -4v8z\" fill=\"#7b8794\"/></g>".formatted(end, middle));
	}

	private static String title(Line line) {
		return "%s to %s%s".formatted(line.producer(), line.consumer(),
				line.label().isEmpty() ? "" : " (" + line.label() + ")");
	}

	private int right(int column) {
		return this.lefts[column + 1] - GAP;
	}

	private static int y(int row) {
		return MARGIN + BOX_HEIGHT / 2 + row * ROW;
	}

}
