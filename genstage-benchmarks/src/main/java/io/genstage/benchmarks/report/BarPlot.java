package io.genstage.benchmarks.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import io.genstage.benchmarks.Contender;

/**
 * Blocks of horizontal bars, the shortest one first: less is better.
 */
final class BarPlot {

	private static final int LINE = 18;

	private static final int LABELS = 160;

	private static final int BARS = 600;

	private static final int WIDTH = LABELS + BARS + 120;

	private final Svg picture = new Svg();

	private int y = LINE;

	/** Adds a block, on a scale of its own. */
	void block(String title, List<Bar> bars) {
		this.picture.title(LABELS, this.y, title);
		this.y += LINE / 2;
		double longest = bars.stream().mapToDouble(Bar::mark).max().orElse(1);
		List<Bar> sorted = new ArrayList<>(bars);
		sorted.sort(Comparator.comparingDouble(Bar::value));
		sorted.forEach((bar) -> draw(bar, BARS / longest));
		this.y += 2 * LINE;
	}

	private void draw(Bar bar, double scale) {
		double middle = this.y + LINE / 2.0;
		this.picture.text(LABELS - 6, middle + 4, "end", bar.label());
		this.picture.bar(LABELS, this.y + 2, bar.value() * scale, LINE - 4, SvgPlot.colour(bar.kind()));
		this.picture.line(LABELS, middle, LABELS + bar.mark() * scale, middle, Svg.INK);
		this.picture.text(LABELS + bar.mark() * scale + 4, middle + 4, "start",
				"%s / %s".formatted(Table.figure(bar.value()), Table.figure(bar.mark())));
		this.y += LINE;
	}

	/** Returns the picture. */
	String text() {
		return this.picture.document(WIDTH, this.y);
	}

	/**
	 * A bar.
	 *
	 * @param label stands beside it
	 * @param kind gives the colour
	 * @param value its length
	 * @param mark the length of the thin line over it, at least as long
	 */
	record Bar(String label, Contender.Kind kind, double value, double mark) {

	}

}
