package io.genstage.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes tables and a plot of what JMH has written with {@code -rf json}.
 */
public final class Report {

	private Report() {
	}

	/**
	 * Writes {@code results.md} and {@code throughput.svg} beside the results.
	 * @param arguments the file with JMH's results; it stays as it is
	 * @throws IOException if a file can't be read or written
	 */
	public static void main(String[] arguments) throws IOException {
		if (arguments.length != 1) {
			throw new IllegalArgumentException("expected one argument, the file with JMH's results as JSON");
		}
		write(Path.of(arguments[0]), Environment.current());
	}

	static void write(Path results, Environment environment) throws IOException {
		JsonNode json = JsonMapper.shared().readTree(Files.readString(results));
		Scores scores = Scores.of(json);
		Files.writeString(results.resolveSibling("results.md"), new MarkdownReport(scores, environment).text());
		Files.writeString(results.resolveSibling("throughput.svg"), new SvgPlot(scores).text());
	}

}
