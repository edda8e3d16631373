package io.genstage.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * Makes tables and a plot of what JMH has written with {@code -rf json}.
 */
public final class Report {

	private Report() {
	}

	/**
	 * Writes {@code results.md} and the plots beside the first file.
	 * @param arguments the files with JMH's results; they stay as they are
	 * @throws IOException if a file can't be read or written
	 */
	public static void main(String[] arguments) throws IOException {
		if (arguments.length == 0) {
			throw new IllegalArgumentException("expected the files with JMH's results as JSON");
		}
		write(Stream.of(arguments).map(Path::of).toList(), Environment.current());
	}

	public static void write(Path results, Environment environment) throws IOException {
		write(List.of(results), environment);
	}

	private static void write(List<Path> results, Environment environment) throws IOException {
		ArrayNode json = JsonMapper.shared().createArrayNode();
		for (Path file : results) {
			JsonMapper.shared().readTree(Files.readString(file)).forEach(json::add);
		}
		Path first = results.get(0);
		Sections sections = Sections.of(Results.of(json));
		if (sections.isEmpty() || Scores.areIn(json)) {
			Scores scores = Scores.of(json);
			Files.writeString(first.resolveSibling("throughput.svg"), new SvgPlot(scores).text());
			Files.writeString(first.resolveSibling("results.md"),
					new MarkdownReport(scores, environment).text() + sections.text());
		}
		else {
			Files.writeString(first.resolveSibling("results.md"),
					"# Results\n\n%s\n%s".formatted(environment.text(Scores.jvm(json)), sections.text()));
		}
		for (Section section : sections.all()) {
			for (Map.Entry<String, String> plot : section.plots().entrySet()) {
				Files.writeString(first.resolveSibling(plot.getKey()), plot.getValue());
			}
		}
	}

}
