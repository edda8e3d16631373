package io.genstage.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.genstage.benchmarks.report.Environment;
import io.genstage.benchmarks.report.Report;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

import static org.assertj.core.api.Assertions.assertThat;

class ThroughputBenchmarkTests {

	@TempDir
	Path directory;

	@Test
	void givesResultsThatTheReportReads() throws Exception {
		ThroughputRun.run(shortest("PIPE", "HANDOFF_POOL"));
		assertThat(report()).containsPattern("\\| handoff-pool \\| \\d");
	}

	@Test
	void leavesOutWhatAContenderDoesNotSupport() throws Exception {
		ThroughputRun.run(shortest("PIPE,FANOUT", "MUTINY_1024,HANDOFF_POOL"));
		assertThat(report()).containsPattern("\\| mutiny-1024 \\| \\d[^|]+\\| – \\|");
	}

	private Options shortest(String workloads, String contenders) {
		return new OptionsBuilder().param("workload", workloads.split(","))
			.param("contender", contenders.split(","))
			.forks(0)
			.warmupIterations(0)
			.measurementIterations(1)
			.measurementTime(TimeValue.milliseconds(50))
			.shouldFailOnError(true)
			.verbosity(VerboseMode.SILENT)
			.resultFormat(ResultFormatType.JSON)
			.result(results().toString())
			.build();
	}

	private String report() throws IOException {
		Report.write(results(), new Environment("A system", 2, List.of()));
		return Files.readString(this.directory.resolve("results.md"));
	}

	private Path results() {
		return this.directory.resolve("results.json");
	}

}
