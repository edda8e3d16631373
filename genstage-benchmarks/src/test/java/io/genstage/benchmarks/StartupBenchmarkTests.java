package io.genstage.benchmarks;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.genstage.benchmarks.report.Environment;
import io.genstage.benchmarks.report.Report;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class StartupBenchmarkTests {

	@Test
	void givesResultsThatTheReportReads(@TempDir Path directory) throws Exception {
		String report = new Jmh(directory, StartupBenchmark.class, "start").report();
		assertThat(report).containsPattern("\\| without starter \\| as it is \\| \\d")
			.containsPattern("\\| 50 annotated stages: ms more \\| -?\\d");
	}

	@Test
	void tellsResultsWithACacheApart(@TempDir Path directory) throws Exception {
		Path results = Files.writeString(directory.resolve("results.json"),
				"[%s, %s, %s, %s]".formatted(result("WITHOUT_STARTER", 900, ""), result("WITH_STARTER", 1300, ""),
						result("WITHOUT_STARTER", 400, "-XX:AOTCache=some.aot"),
						result("WITH_STARTER", 500, "-XX:AOTCache=some.aot")));
		Report.write(results, new Environment("A system", 2, List.of()));
		assertThat(directory.resolve("results.md")).content(StandardCharsets.UTF_8)
			.contains("| with starter | as it is | 1300", "| with starter | with an AOT cache | 500")
			.contains("| 50 annotated stages: ms more | 400 | ≤ 150 | **no** |")
			.contains("| 50 annotated stages, AOT cache: ms more | 100 | ≤ 150 | yes |");
	}

	private static String result(String contender, int millis, String jvmArg) {
		return """
				{"benchmark": "io.genstage.benchmarks.StartupBenchmark.start", "jvmArgs": ["%s"], "jdkVersion": "25",
				 "params": {"contender": "%s"}, "primaryMetric": {"rawData": [[%d]]}}""".formatted(jvmArg, contender,
				millis);
	}

}
