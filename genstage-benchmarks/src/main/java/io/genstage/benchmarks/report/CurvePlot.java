package io.genstage.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Curves on two logarithmic scales.
 */
final class CurvePlot {

	private static final List<String> COLOURS = List.of("#2a7f3e", "#3b6fb6", "#c98a2b", "#a3333d", "#6a4c93",
			"#808080");

	private static final int LEFT = 70;

	private static final int TOP = 30;

	private static final int WIDTH = 560;

	private static final int HEIGHT = 300;

	private final String title;

	private final String across;

	private final List<Curve> curves = new ArrayList<>();

	/**
	 * Creates a plot without curves.
	 * @param title says what is measured upwards, and its unit
	 * @param across says what grows to the right
	 */
	CurvePlot(String title, String across) {
		this.title = title;
		this.across = across;
	}

	/** Adds a curve, unless it has no point; all its numbers are above 0. */
	void curve(String name, SortedMap<Integer, Double> points) {
		if (!points.isEmpty()) {
			this.curves.add(new Curve(name, points));
		}
	}

	boolean isEmpty() {
		return this.curves.isEmpty();
	}

	/** Returns the picture; there is at least one curve. */
	String text() {
		Svg picture = new Svg();
		Scale across = scale((curve) -> curve.points().keySet().stream().map(Integer::doubleValue), LEFT, LEFT + WIDTH);
		Scale upwards = scale((curve) -> curve.points().values().stream(), TOP + HEIGHT, TOP);
		picture.title(LEFT, TOP - 12, this.title);
		picture.text(LEFT + WIDTH / 2.0, TOP + HEIGHT + 36, "middle", this.across);
		across.decades().forEach((decade) -> {
			double x = across.position(Math.pow(10, decade));
			picture.line(x, TOP, x, TOP + HEIGHT, Svg.RULE);
			picture.text(x, TOP + HEIGHT + 16, "middle", power(decade));
		});
		upwards.decades().forEach((decade) -> {
			double y = upwards.position(Math.pow(10, decade));
			picture.line(LEFT, y, LEFT + WIDTH, y, Svg.RULE);
			picture.text(LEFT - 6, y + 4, "end", power(decade));
		});
		for (int curve = 0; curve < this.curves.size(); curve++) {
			draw(picture, this.curves.get(curve), COLOURS.get(curve % COLOURS.size()), across, upwards);
			picture.dot(LEFT + WIDTH + 20, TOP + 20.0 * curve, COLOURS.get(curve % COLOURS.size()));
			picture.text(LEFT + WIDTH + 28, TOP + 20.0 * curve + 4, "start", this.curves.get(curve).name());
		}
		return picture.document(LEFT + WIDTH + 260, TOP + HEIGHT + 50);
	}

	private Scale scale(Function<Curve, Stream<Double>> values, double from, double to) {
		double[] sorted = this.curves.stream().flatMap(values).mapToDouble(Math::log10).sorted().toArray();
		return new Scale((int) Math.floor(sorted[0]), (int) Math.ceil(sorted[sorted.length - 1]), from, to);
	}

	private static void draw(Svg picture, Curve curve, String colour, Scale across, Scale upwards) {
		double lastX = Double.NaN;
		double lastY = Double.NaN;
		for (Map.Entry<Integer, Double> point : curve.points().entrySet()) {
			double x = across.position(point.getKey());
			double y = upwards.position(point.getValue());
			if (!Double.isNaN(lastX)) {
				picture.line(lastX, lastY, x, y, colour);
			}
			picture.dot(x, y, colour);
			lastX = x;
			lastY = y;
		}
	}

	private static String power(int decade) {
		return (decade < 0) ? Double.toString(Math.pow(10, decade)) : Long.toString((long) Math.pow(10, decade));
	}

	/**
	 * A curve.
	 */
	private record Curve(String name, SortedMap<Integer, Double> points) {

	}

	/**
	 * Whole decades between two positions.
	 */
	private record Scale(int first, int last, double from, double to) {

		double position(double value) {
			double decades = Math.max(this.last - this.first, 1);
			return this.from + (Math.log10(value) - this.first) / decades * (this.to - this.from);
		}

		List<Integer> decades() {
			return Stream.iterate(this.first, (decade) -> decade <= this.last, (decade) -> decade + 1).toList();
		}

	}

}
