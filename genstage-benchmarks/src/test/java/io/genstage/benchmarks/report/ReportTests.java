package io.genstage.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ReportTests {

	private static final String RESULTS = """
			[
			%s,
			%s,
			%s
			]
			""".formatted(result("STAGES", "[[10, 20], [30]]"), result("HANDOFF_POOL", "[[40]]"),
			result("REACTOR_1024", "[[2.5]]"));

	@TempDir
	Path directory;

	@Test
	void showsMedianAndSpreadOfAllForks() throws Exception {
		assertThat(report(RESULTS)).contains("| contender | pipe |", "| stages | 20.0 [12.0–28.0] |",
				"| handoff-pool | 40.0 [40.0–40.0] |", "| reactor-1024 | 2.50 [2.50–2.50] |");
	}

	@Test
	void comparesWithTheLimitAndTheBestReactiveLibrary() throws Exception {
		String report = report(RESULTS);
		assertThat(section(report, "## Ratio to the fastest bare hand-off")).contains("| stages | 0.50 |");
		assertThat(section(report, "## Ratio to the fastest reactive library")).contains("| stages | 8.00 |");
	}

	@Test
	void comparesWithTheBestOfAllPeers() throws Exception {
		String report = report("[%s, %s, %s]".formatted(result("STAGES", "[[10]]"), result("REACTOR_1024", "[[2.5]]"),
				result("QUEUE_BATCH", "[[4]]")));
		assertThat(section(report, "## Ratio to the fastest of all peers")).contains("| stages | 2.50 |");
	}

	@Test
	void tellsWhichGoalsAreMet() throws Exception {
		String results = "[%s, %s, %s, %s]".formatted(result("STAGES", "[[19]]"), result("HANDOFF_POOL", "[[40]]"),
				result("HANDOFF_THREADS", "[[10]]"), result("REACTOR_1024", "[[3.8]]"));
		assertThat(section(report(results), "## Goals")).contains(
				"| W1 | pipe | stages | the fastest bare hand-off, handoff-pool | 0.5 | 0.48 | no |",
				"| W1 | pipe | stages | the fastest reactive library, reactor-1024 | 5.0 | 5.00 | yes |",
				"| W11 | chain | annotated | the engine alone | 0.9 | – | – |");
	}

	@Test
	void comparesHandlersOfOneEventWithThoseOfLists() throws Exception {
		String results = "[%s, %s]".formatted(result("ANNOTATED", "[[10]]"), result("ANNOTATED_PER_EVENT", "[[6]]"));
		assertThat(section(report(results), "## Goals")).contains(
				"| W8 | pipe | annotated-per-event | the same with methods of lists, annotated | 0.5 | 0.60 | yes |");
	}

	@Test
	void leavesOutRatiosToWhatWasNotMeasured() throws Exception {
		String report = report("[" + result("STAGES", "[[10]]") + "]");
		assertThat(section(report, "## Ratio to the fastest bare hand-off")).contains("| stages | – |");
	}

	@Test
	void saysWhereItWasMeasuredAndHow() throws Exception {
		assertThat(report(RESULTS)).contains("A system; 2 processors; A VM 25.0.3; Reactor 3.8.8.",
				"| stages | 1000/500, default executor | what a user gets |");
	}

	@Test
	void plotsEveryScore() throws Exception {
		report(RESULTS);
		Path plot = this.directory.resolve("throughput.svg");
		assertThat(DocumentBuilderFactory.newInstance()
			.newDocumentBuilder()
			.parse(plot.toFile())
			.getElementsByTagName("line")
			.getLength()).as("spreads").isEqualTo(3);
		assertThat(Files.readString(plot)).contains("@media (prefers-color-scheme: dark)")
			.containsSubsequence("handoff-pool", "stages", "reactor-1024");
	}

	@Test
	void keepsTheRawResults() throws Exception {
		report(RESULTS);
		assertThat(this.directory.resolve("results.json")).hasContent(RESULTS);
	}

	@Test
	void refusesResultsOfOtherBenchmarks() {
		assertThatIllegalArgumentException().isThrownBy(() -> report("[]"))
			.withMessage("expected results of ThroughputBenchmark, but there are none");
	}

	@Test
	void knowsTheVersionsOfThePeers() throws IOException {
		assertThat(Environment.current().versions()).hasSize(8)
			.allSatisfy((version) -> assertThat(version).matches("[A-Za-z ]+ \\d+\\.\\d+\\.\\d+"));
	}

	private String report(String results) throws IOException {
		Path file = Files.writeString(this.directory.resolve("results.json"), results);
		Report.write(file, new Environment("A system", 2, List.of("Reactor 3.8.8")));
		return Files.readString(this.directory.resolve("results.md"));
	}

	private static String section(String report, String title) {
		String rest = report.substring(report.indexOf(title) + title.length());
		return rest.substring(0, rest.indexOf("\n## "));
	}

	private static String result(String contender, String rawData) {
		return """
				{
				  "benchmark" : "io.genstage.benchmarks.ThroughputBenchmark.events",
				  "vmName" : "A VM",
				  "vmVersion" : "25.0.3",
				  "params" : { "contender" : "%s", "workload" : "PIPE" },
				  "primaryMetric" : { "rawData" : %s }
				}""".formatted(contender, rawData);
	}

}
