package io.genstage.picture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.genstage.picture.GraphLayout.Line;
import io.genstage.picture.GraphLayout.Node;
import io.genstage.picture.GraphLayout.Place;

/**
 * A graph made of characters.
 */
final class TextDrawing {

	private static final int MOST_CHARACTERS = 40;

	/** What has more is no picture any more. */
	private static final long MOST_PLACES = 10_000;

	private static final int LINES_OF_ROW = 2;

	private final GraphLayout layout;

	private final Map<String, String> labels = new HashMap<>();

	private final Map<Line, List<Integer>> rowsOfLines = new HashMap<>();

	private final Set<Line> apart = new LinkedHashSet<>();

	TextDrawing(GraphLayout layout) {
		this.layout = layout;
		layout.nodes().forEach((node) -> this.labels.put(node.name(), label(node)));
	}

	/** Says what a stage does with its events, or which of them it gets. */
	private String label(Node node) {
		Set<String> notes = this.layout.lines()
			.stream()
			.filter((line) -> line.producer().equals(node.name()) && !line.label().isEmpty())
			.map(Line::label)
			.collect(Collectors.toCollection(LinkedHashSet::new));
		String name = Labels.shortened(node.name(), MOST_CHARACTERS);
		return notes.isEmpty() ? name : "%s (%s)".formatted(name, String.join(", ", notes));
	}

	/** Returns the rows in which a line passes each column, beginning at its producer. */
	private static List<Integer> rows(Line line) {
		List<Integer> rows = new ArrayList<>();
		Place before = line.way().get(0);
		rows.add(before.row());
		for (Place place : line.way().subList(1, line.way().size())) {
			for (int column = before.column() + 1; column < place.column(); column++) {
				rows.add(before.row());
			}
			rows.add(place.row());
			before = place;
		}
		return rows;
	}

	String draw() {
		if (isTooLarge()) {
			this.apart.addAll(this.layout.lines());
			return listing();
		}
		this.layout.lines().forEach((line) -> this.rowsOfLines.put(line, rows(line)));
		List<Gap> gaps = gaps();
		gaps.forEach((gap) -> this.apart.addAll(gap.arrange()));
		if (!this.apart.isEmpty()) {
			// What is left has an order, as was found out just now.
			gaps = gaps();
			gaps.forEach(Gap::arrange);
		}
		return picture(gaps) + listing();
	}

	private boolean isTooLarge() {
		return (long) this.layout.columns() * this.layout.rows() > MOST_PLACES;
	}

	private List<Gap> gaps() {
		List<Gap> gaps = new ArrayList<>();
		for (int column = 0; column + 1 < this.layout.columns(); column++) {
			gaps.add(new Gap());
		}
		for (Line line : this.layout.lines()) {
			if (!this.apart.contains(line)) {
				List<Integer> rows = this.rowsOfLines.getOrDefault(line, List.of());
				int first = line.way().get(0).column();
				for (int step = 1; step < rows.size(); step++) {
					gaps.get(first + step - 1).add(line, rows.get(step - 1), rows.get(step));
				}
			}
		}
		return gaps;
	}

	private String picture(List<Gap> gaps) {
		int[] widths = new int[this.layout.columns()];
		this.layout.nodes()
			.forEach((node) -> widths[node.place().column()] = Math.max(widths[node.place().column()],
					Labels.width(label(node.name())) + 4));
		int width = Arrays.stream(widths).sum() + gaps.stream().mapToInt(Gap::width).sum();
		Canvas canvas = new Canvas(width, this.layout.rows() * LINES_OF_ROW + 1);
		int left = 0;
		for (int column = 0; column < widths.length; column++) {
			drawColumn(canvas, column, left, widths[column]);
			left += widths[column];
			if (column < gaps.size()) {
				gaps.get(column).draw(canvas, left, (row) -> LINES_OF_ROW * row + 1);
				left += gaps.get(column).width();
			}
		}
		return canvas.text();
	}

	private String label(String stage) {
		return this.labels.getOrDefault(stage, stage);
	}

	private void drawColumn(Canvas canvas, int column, int left, int width) {
		for (Line line : this.layout.lines()) {
			int passed = column - line.way().get(0).column();
			List<Integer> rows = this.rowsOfLines.getOrDefault(line, List.of());
			if (passed > 0 && passed < rows.size() - 1 && !this.apart.contains(line)) {
				canvas.line(LINES_OF_ROW * rows.get(passed) + 1, left, left + width - 1);
			}
		}
		Set<String> fed = this.layout.lines()
			.stream()
			.filter((line) -> !this.apart.contains(line))
			.map(Line::consumer)
			.collect(Collectors.toSet());
		Set<String> feeding = this.layout.lines()
			.stream()
			.filter((line) -> !this.apart.contains(line))
			.map(Line::producer)
			.collect(Collectors.toSet());
		for (Node node : this.layout.nodes()) {
			if (node.place().column() == column) {
				int middle = LINES_OF_ROW * node.place().row() + 1;
				canvas.box(middle, left, width, label(node.name()), feeding.contains(node.name()));
				if (fed.contains(node.name())) {
					canvas.arrow(middle, left - 1);
				}
			}
		}
	}

	private String listing() {
		return this.apart.stream()
			.map((line) -> line.producer() + " \u2500\u25BA " + line.consumer()
					+ (line.label().isEmpty() ? "\n" : " (" + line.label() + ")\n"))
			.collect(Collectors.joining());
	}

}
