package io.genstage.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

import static org.assertj.core.api.Assertions.assertThat;

class ThroughputBenchmarkTests {

	@Test
	void givesResultsThatTheReportReads(@TempDir Path directory) throws Exception {
		Path results = directory.resolve("results.json");
		Options shortest = new OptionsBuilder().include(ThroughputBenchmark.class.getName())
			.param("workload", "PIPE")
			.param("contender", "HANDOFF_POOL")
			.forks(0)
			.warmupIterations(0)
			.measurementIterations(1)
			.measurementTime(TimeValue.milliseconds(50))
			.shouldFailOnError(true)
			.verbosity(VerboseMode.SILENT)
			.resultFormat(ResultFormatType.JSON)
			.result(results.toString())
			.build();
		new Runner(shortest).run();
		Report.write(results, new Environment("A system", 2, List.of()));
		assertThat(Files.readString(directory.resolve("results.md"))).containsPattern("\\| handoff-pool \\| \\d");
	}

}
