package io.genstage.benchmarks.report;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A table in Markdown.
 */
final class Table {

	/** Stands for what was not measured. */
	static final String NOTHING = "–";

	private final StringBuilder text = new StringBuilder();

	Table(String... columns) {
		add(columns);
		add(Stream.of(columns).map((column) -> "---").toArray(String[]::new));
	}

	Table add(String... cells) {
		this.text.append(Stream.of(cells).collect(Collectors.joining(" | ", "| ", " |\n")));
		return this;
	}

	String text() {
		return this.text.toString();
	}

	/** Returns three digits, more are not meant. */
	static String figure(double value) {
		return MarkdownReport.figure(value);
	}

	/** Returns the median and where most iterations lie. */
	static String spread(Samples samples) {
		return "%s [%s–%s]".formatted(figure(samples.median()), figure(samples.percentile(10)),
				figure(samples.percentile(90)));
	}

}
